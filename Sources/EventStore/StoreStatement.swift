import GRDB
import GRDBSQLite
import StatsFormats

/// A prepared statement, bound and stepped without intermediate values: the paths that every event or bucket takes.
struct StoreStatement {
  private let statement: OpaquePointer
  /// Keeps the statement prepared.
  private let owner: Statement

  /// SQLite copies what is bound.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  /// The statement of a connection, prepared once.
  init(_ db: Database, _ sql: String) throws {
    owner = try db.cachedStatement(sql: sql)
    statement = owner.sqliteStatement
    sqlite3_reset(statement)
  }

  /// Binds a number to a parameter, counted from 1.
  @inline(__always)
  func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(statement, index, value) }

  /// Binds a number, or NULL, to a parameter.
  @inline(__always)
  func bind(_ value: Int64?, at index: Int32) {
    if let value { bind(value, at: index) } else { bindNull(at: index) }
  }

  /// Binds NULL to a parameter.
  @inline(__always)
  func bindNull(at index: Int32) { sqlite3_bind_null(statement, index) }

  /// Binds an id to a parameter.
  @inline(__always)
  func bind(_ id: EventID, at index: Int32) {
    withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) {
      _ = sqlite3_bind_blob(statement, index, $0.baseAddress, 16, Self.copied)
    }
  }

  /// Binds bytes to a parameter.
  @inline(__always)
  func bind(blob bytes: [UInt8], at index: Int32) {
    bytes.withUnsafeBytes {
      _ = sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), Self.copied)
    }
  }

  /// Binds text to a parameter.
  func bind(text: UnsafeRawBufferPointer, at index: Int32) {
    guard let base = text.baseAddress else {
      sqlite3_bind_text(statement, index, "", 0, Self.copied)
      return
    }
    sqlite3_bind_text(
      statement, index, base.assumingMemoryBound(to: CChar.self), Int32(text.count), Self.copied)
  }

  /// Binds text to a parameter.
  func bind(text: String, at index: Int32) {
    var text = text
    text.withUTF8 { bind(text: UnsafeRawBufferPointer($0), at: index) }
  }

  /// Moves to the next row and tells whether there is one.
  @inline(__always)
  func step() throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw failure()
    }
  }

  /// Runs the statement to its end and makes it ready again.
  @inline(__always)
  func run() throws {
    let code = sqlite3_step(statement)
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure() }
    sqlite3_reset(statement)
  }

  /// Makes the statement ready to run again.
  @inline(__always)
  func reset() { sqlite3_reset(statement) }

  private func failure() -> DatabaseError {
    let connection = sqlite3_db_handle(statement)
    let code = ResultCode(rawValue: sqlite3_extended_errcode(connection))
    let message = sqlite3_errmsg(connection).map { String(cString: $0) }
    sqlite3_reset(statement)
    return DatabaseError(resultCode: code, message: message)
  }

  /// A number of the row; 0 for NULL.
  @inline(__always)
  func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  /// Whether a value of the row is NULL.
  @inline(__always)
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  /// The bytes of a value of the row, valid until the next step.
  @inline(__always)
  func blob(_ column: Int32) -> UnsafeRawBufferPointer {
    let bytes = sqlite3_column_blob(statement, column)
    return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column)))
  }

  /// A text of the row; `nil` for NULL.
  func text(_ column: Int32) -> String? {
    guard !isNull(column), let text = sqlite3_column_text(statement, column) else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }
}
