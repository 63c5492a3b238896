import GRDB
import GRDBSQLite
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files of an opened database: tells whether those of its path are still the ones that are open.
///
/// What is committed to a file that was removed, renamed, replaced or written over is in no store that anybody will
/// open again. So a writer looks before it begins, and once more before it says that something is stored. A look asks
/// the system for the numbers of two files, which costs about two microseconds.
package final class OpenedDatabaseFiles: Sendable {
  /// What happened to the files.
  package enum Loss: Error, Hashable, Sendable {
    /// There is no file of this path, or none of its log.
    case removed
    /// Another file has the path.
    case replaced
    /// It is the same file, with another content: a copy was written over it.
    case overwritten
  }

  /// What stands in the database's own file, its log left aside.
  private struct Content: Hashable {
    /// Tells this database from others with the same tables.
    var token: Data?
    /// Never goes down.
    var number: Int64
    /// Whether the file says that it has a write-ahead log. One that is written into a copy of its own, as `VACUUM INTO`
    /// makes it, does not, whatever its rows are.
    var hasLog: Bool

    /// Whether it may be what became of `former`, as its log was worked in.
    func mayFollow(_ former: Content) -> Bool {
      token == former.token && number >= former.number && (hasLog || !former.hasLog)
    }
  }

  private struct Seal {
    var database: FileState
    var log: FileIdentity?
    var index: FileIdentity?
    var content: Content?
  }

  private let given: String
  private let file: String
  private let contentSQL: String?
  private let seal = Mutex<Seal?>(nil)
  private let noticed = Mutex<Loss?>(nil)

  /// The files of the database at `path`, which are not open yet. `contentSQL` gives one row of a token, which no other
  /// database has, and a number that never goes down; without it, nobody looks whether the file was written over.
  package init(path: String, contentSQL: String? = nil) {
    given = path
    file = FilePath.resolved(path)
    self.contentSQL = contentSQL
  }

  /// Where the database's own file is, links followed.
  package var path: String { file }
  /// What was noticed; `nil` while all is well.
  package var loss: Loss? { noticed.withLock { $0 } }

  /// Takes the files that the path has now for those that are open: to be called once all of them are, with what the
  /// path was before.
  /// - Throws: ``Loss`` where it is another one than before.
  package func seal(since before: FileIdentity?) throws {
    guard let database = FileState(path: given) else { throw Loss.removed }
    if let before, before != database.identity { throw Loss.replaced }
    let content = try? content()
    seal.withLock {
      $0 = Seal(
        database: database, log: FileIdentity(path: file + "-wal"), index: FileIdentity(path: file + "-shm"),
        content: content)
    }
  }

  /// Looks whether the files of the path are still the ones that are open.
  /// - Throws: ``Loss``, also when it was noticed before.
  package func check() throws {
    if let loss { throw loss }
    guard let seal = seal.withLock({ $0 }) else { return }
    guard let database = FileState(path: given) else {
      // What cannot be looked at just now may still be there.
      if FilePath.isMissing(given) { throw notice(.removed) }
      throw Unseen()
    }
    guard database.identity == seal.database.identity else { throw notice(.replaced) }
    if let log = seal.log {
      guard let now = FileIdentity(path: file + "-wal") else {
        if FilePath.isMissing(file + "-wal") { throw notice(.removed) }
        throw Unseen()
      }
      guard now == log else { throw notice(.replaced) }
    }
    // Written to only when the log is worked in, by whoever does it: rare enough to look at what stands there.
    guard database != seal.database, contentSQL != nil else { return }
    guard let content = try verifiedContent(after: seal.content) else { return }
    self.seal.withLock {
      $0?.database = database
      $0?.content = content
    }
  }

  /// The system does not say what is there.
  private struct Unseen: Error, CustomStringConvertible {
    var description: String { "its files cannot be looked at" }
  }

  private func notice(_ loss: Loss) -> Loss {
    noticed.withLock { noticed in
      if noticed == nil { noticed = loss }
      return noticed ?? loss
    }
  }

  private static let attempts = (count: 3, pauseMicroseconds: 20_000)

  /// What stands in the database's own file, which may only have gone on; `nil` where it cannot be read now. One look
  /// proves nothing: somebody may be writing just then. Only a row of another database, or an older one, or the lack of
  /// any, is a proof; a file that is half written is none.
  private func verifiedContent(after known: Content?) throws -> Content? {
    for attempt in 1...Self.attempts.count {
      do {
        let now = try content()
        guard let known else { return now }
        if let now, now.mayFollow(known) { return now }
      } catch let error as DatabaseError where Self.proofs.contains(error.resultCode) {
        if known == nil { return nil }
      } catch {
        return nil
      }
      if attempt < Self.attempts.count { FilePath.pause(microseconds: Self.attempts.pauseMicroseconds) }
    }
    throw notice(.overwritten)
  }

  /// What SQLite says of a file that is no database, or one without the table.
  private static let proofs: [ResultCode] = [.SQLITE_NOTADB, .SQLITE_ERROR]

  private static func isWhole(_ log: (walFrameCount: Int, checkpointedFrameCount: Int)?) -> Bool {
    log.map { $0.walFrameCount == $0.checkpointedFrameCount } ?? false
  }

  /// What stands in the database's own file; `nil` where nobody asks. SQLite opens it beside its other connections, so
  /// that their locks stay.
  private func content() throws -> Content? {
    guard let contentSQL else { return nil }
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: DatabaseQueue.immutable(file), configuration: configuration)
    defer { try? queue.close() }
    return try queue.read { db in
      let hasLog = Self.hasLog(db)
      return try Row.fetchOne(db, sql: contentSQL).map { Content(token: $0[0], number: $0[1], hasLog: hasLog) }
    }
  }

  /// Whether the header says that there is a write-ahead log: that is the file's format, and no statement tells it of a
  /// file that is opened without its log. Where it cannot be read, that proves nothing.
  private static func hasLog(_ db: Database) -> Bool {
    let (formatPlace, formatWithLog): (sqlite3_int64, UInt8) = (18, 2)
    var file: UnsafeMutablePointer<sqlite3_file>?
    var format: UInt8 = 0
    guard sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK, let file,
      file.pointee.pMethods.pointee.xRead(file, &format, 1, formatPlace) == SQLITE_OK
    else { return true }
    return format == formatWithLog
  }

  /// Closes the connections of a database whose files are not those of its path any more, and touches no other file.
  ///
  /// A file that was renamed, or whose log alone went, gets what the log holds. One that was written over does not: its
  /// log belongs to what stood there before. Neither does one that others have begun another log for.
  /// - Returns: where the log is from now on, if its file did not get what it holds.
  @discardableResult package func abandon(_ database: any DatabaseWriter) -> String? {
    let seal = seal.withLock { $0 }
    (database as? DatabasePool)?.invalidateReadOnlyConnections()
    let log = FileIdentity(path: file + "-wal")
    let hasOtherLog = FileIdentity(path: given) == seal?.database.identity && log != nil && log != seal?.log
    let isTaken = loss == .overwritten || hasOtherLog
    let isEmpty = database.writeWithoutTransaction { db in
      guard let connection = db.sqliteConnection else { return false }
      let isEmpty = !isTaken && Self.isWhole((try? db.checkpoint(.truncate)) ?? (try? db.checkpoint(.passive)))
      // SQLite removes the log by its path when the last connection ends; that path may be another database's by now.
      var keeps: Int32 = 1
      _ = sqlite3_file_control(connection, "main", SQLITE_FCNTL_PERSIST_WAL, &keeps)
      return isEmpty
    }
    var aside: String?
    // Whoever opens what is there now must not find a log of something else.
    for (end, known) in [("-wal", seal?.log), ("-shm", seal?.index)] {
      guard let known, FileIdentity(path: file + end) == known else { continue }
      if end == "-wal", !isEmpty, loss != .overwritten {
        // What the file did not get stays where a person finds it.
        aside = FilePath.putAside(file + end)
        continue
      }
      // Nor has whoever still has it open anything to write into the database.
      if end == "-wal" { FilePath.makeEmpty(file + end) }
      FilePath.remove(file + end)
    }
    try? database.close()
    return aside
  }
}
