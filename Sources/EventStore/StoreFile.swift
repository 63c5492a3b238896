import GRDB
import SlotStats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Looks at a database file before it is opened for use, so that one that is not ours stays as it is.
struct StoreFile {
  let path: String

  /// The smallest page that SQLite has, in bytes.
  private static let leastPage = 512

  /// Checks that the file is an event store, or may become one unless it must be one already.
  /// - Throws: ``StatsSourceError``.
  func check(mustExist: Bool) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      if mustExist { throw refusal(.inputMissing, "there is no such file") }
      return
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    if attributes?[.type] as? FileAttributeType == .typeDirectory {
      throw refusal(.inputMissing, "it is a directory; a database file is expected")
    }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw refusal(.notPermitted, "reading it is not permitted")
    }
    let size = attributes?[.size] as? Int
    if size == 0, !mustExist { return }
    // SQLite takes a file without a whole page for an empty database, and would write over it.
    if let size, size < Self.leastPage { throw refusal(.contentRefused, "it is no event store") }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    let header = try DatabaseQueue(path: path, configuration: configuration).read { db in
      (
        application: try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
        version: try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
        tables: try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
      )
    }
    if header.tables == 0, header.application == 0, !mustExist { return }
    guard header.application == StoreSchema.applicationID else {
      throw refusal(.contentRefused, "it is a database of another program")
    }
    guard header.version <= StoreSchema.version else {
      throw refusal(
        .contentRefused, "it has version \(header.version); this program knows up to \(StoreSchema.version)")
    }
  }

  private func refusal(_ kind: StatsSourceError.Kind, _ cause: String) -> StatsSourceError {
    StatsSourceError(kind, action: "\(StoreError.Action.open.rawValue) \"\(path)\"", cause: cause)
  }
}
