import GRDB
import StatsFormats

/// Appends raw events, within a transaction.
struct LogTable {
  private let insert: StoreStatement
  private let markDay: StoreStatement
  private var next: Int64

  init(_ db: Database) throws {
    insert = try StoreStatement(db, "INSERT INTO logs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
    markDay = try StoreStatement(db, "INSERT OR IGNORE INTO log_days VALUES (?1, ?2)")
    let last = try StoreStatement(db, "SELECT max(number) FROM logs")
    next = try last.step() ? last.int(0) + 1 : 1
    last.reset()
  }

  /// Notes that what follows arrived on this day, counted from 1970.
  mutating func begin(day: Int64) throws {
    markDay.bind(day, at: 1)
    markDay.bind(next, at: 2)
    try markDay.run()
  }

  /// Appends one event.
  @inline(__always)
  mutating func append(_ record: EventRecord, slot: Int64, texts: [UInt8]) throws {
    insert.bind(next, at: 1)
    insert.bind(record.id, at: 2)
    insert.bind(record.jobID, at: 3)
    insert.bind(slot, at: 4)
    insert.bind(Int64(record.kind.rawValue), at: 5)
    insert.bind(record.occurredAt, at: 6)
    insert.bind(record.latencyMilliseconds < 0 ? nil : Int64(record.latencyMilliseconds), at: 7)
    bind(record.message, of: texts, at: 8)
    bind(record.failureReason, of: texts, at: 9)
    try insert.run()
    next += 1
  }

  @inline(__always)
  private func bind(_ text: EventRecord.Text, of texts: [UInt8], at index: Int32) {
    guard text.count >= 0 else {
      insert.bindNull(at: index)
      return
    }
    let range = Int(text.start)..<Int(text.start) + Int(text.count)
    texts.withUnsafeBytes { insert.bind(text: UnsafeRawBufferPointer(rebasing: $0[range]), at: index) }
  }
}
