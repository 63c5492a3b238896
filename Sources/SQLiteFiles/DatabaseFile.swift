import GRDB

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A database file before it is opened for use, so that one that is not ours stays as it is.
package struct DatabaseFile: Sendable {
  /// Why a file is not opened.
  package enum Refusal: Error, Hashable, Sendable {
    /// There is none.
    case missing
    /// It is a directory.
    case directory
    /// Reading it is not permitted.
    case unreadable
    /// It is no database.
    case noDatabase
    /// It is a database of another program.
    case foreign
    /// It has no tables yet: whoever made it did not finish, or has not yet.
    case unfinished
    /// It is a link that leads to no file.
    case danglingLink
    /// Its tables are newer than this program.
    case newer(version: Int32)
  }

  /// Where it is.
  package let path: String
  /// What stands in the header of our files.
  package let applicationID: Int32
  /// The newest version of the tables that is understood.
  package let newestVersion: Int32

  /// The smallest page that SQLite has, in bytes.
  private static let leastPage = 512

  /// A file that may be there or not; nothing is looked at yet.
  package init(path: String, applicationID: Int32, newestVersion: Int32) {
    self.path = path
    self.applicationID = applicationID
    self.newestVersion = newestVersion
  }

  /// Checks that the file is ours, or may become ours unless it must be so already. Nothing is changed.
  /// - Returns: the version of its tables; `nil` where it has none yet.
  /// - Throws: ``Refusal``, or the database's error.
  @discardableResult
  package func check(mustExist: Bool) throws -> Int32? {
    guard FileManager.default.fileExists(atPath: path) else {
      // A link that leads nowhere: whoever made it means a file that is to be there.
      if FilePath.isDanglingLink(path) { throw Refusal.danglingLink }
      if mustExist { throw Refusal.missing }
      return nil
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: FilePath.resolved(path))
    if attributes?[.type] as? FileAttributeType == .typeDirectory { throw Refusal.directory }
    guard FileManager.default.isReadableFile(atPath: path) else { throw Refusal.unreadable }
    let size = attributes?[.size] as? Int
    if size == 0 {
      if mustExist { throw Refusal.unfinished }
      return nil
    }
    // SQLite takes a file without a whole page for an empty database, and would write over it.
    if let size, size < Self.leastPage { throw Refusal.noDatabase }
    let header = try header()
    // The table of migrations alone is a file whose making was interrupted.
    if header.tables == 0, header.application == 0 {
      if mustExist { throw Refusal.unfinished }
      return nil
    }
    guard header.application == applicationID else { throw Refusal.foreign }
    guard header.version <= newestVersion else { throw Refusal.newer(version: header.version) }
    return header.version
  }

  private func header() throws -> (application: Int32, version: Int32, tables: Int) {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    return try DatabaseQueue.openingToRead(FilePath.resolved(path), configuration).read { db in
      (
        try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
        try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
        try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'") ?? 0
      )
    }
  }
}

extension DatabaseMigrator {
  /// Makes or extends the tables; another process may do so at the same time.
  package func run(on database: any DatabaseWriter) throws {
    var applied = try database.read(appliedIdentifiers)
    while true {
      do {
        return try migrate(database)
      } catch {
        // Whoever came second finds a step done between its look and its turn, and goes on with the next one.
        guard let now = try? database.read(appliedIdentifiers), now.count > applied.count else { throw error }
        applied = now
      }
    }
  }
}
