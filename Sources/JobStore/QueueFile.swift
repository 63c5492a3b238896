import GRDB

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Looks at a database file before it is opened for use, so that one that is not ours stays as it is.
struct QueueFile {
  let path: String

  /// The smallest page that SQLite has, in bytes.
  private static let leastPage = 512

  /// Checks that the file is a job queue, or may become one.
  /// - Throws: the database's error.
  func check() throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    if size == 0 { return }
    // SQLite takes a file without a whole page for an empty database, and would write over it.
    if let size, size < Self.leastPage { throw refusal("it is no job queue") }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    let isOurs = try DatabaseQueue(path: path, configuration: configuration).read { db in
      let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
      if application != 0 { return application == QueueSchema.applicationID }
      // The table of migrations alone is a queue whose making was interrupted.
      return try Int.fetchOne(
        db, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'") == 0
    }
    guard isOurs else { throw refusal("it is a database of another program") }
  }

  private func refusal(_ cause: String) -> DatabaseError {
    DatabaseError(resultCode: .SQLITE_NOTADB, message: cause)
  }
}
