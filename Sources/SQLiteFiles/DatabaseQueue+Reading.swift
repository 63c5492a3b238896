import GRDB

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension DatabaseQueue {
  /// One connection that only reads the database at `path`, also in a folder where nothing can be written.
  package static func openingToRead(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
    var configuration = configuration
    configuration.readonly = true
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      _ = try queue.read { db in try Int.fetchOne(db, sql: "PRAGMA schema_version") }
      return queue
    } catch {
      guard let still = still(path, configuration, after: error) else { throw error }
      return still
    }
  }

  /// A connection to a database that cannot change, where `error` came of SQLite's wish to put a file beside it.
  ///
  /// SQLite wants to do so with every database that has a write-ahead log. Where the folder takes no file and nobody
  /// has left a log in it, the database is read as it is; what others write later is not seen.
  package static func still(
    _ path: String, _ configuration: Configuration, after error: any Error
  ) -> DatabaseQueue? {
    // It says one or the other, by who owns the folder.
    guard let error = error as? DatabaseError, [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode)
    else { return nil }
    let url = URL(fileURLWithPath: path)
    guard !FileManager.default.isWritableFile(atPath: url.deletingLastPathComponent().path) else { return nil }
    let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
    guard (log?[.size] as? Int ?? 0) == 0,
      let opened = try? DatabaseQueue(path: immutable(path), configuration: configuration)
    else { return nil }
    return opened
  }

  /// What SQLite opens as a database at `path` that cannot change: without locks, and without its log.
  static func immutable(_ path: String) -> String { URL(fileURLWithPath: path).absoluteString + "?immutable=1" }
}
