import FoundationEssentials
import GRDB
import StatsFormats

extension SQLiteStatsRepository {
  /// Notes that something which was published could not be stored; never removed, so that their number only grows.
  package func recordGap() async throws {
    let second = Int64(settings.now().timeIntervalSince1970.rounded(.down))
    try await write { db in try db.execute(sql: "INSERT INTO gaps (told_at) VALUES (?)", arguments: [second]) }
  }

  /// How many such notes there are; a store that an older program has made has none.
  package func gapCount() async throws -> Int {
    try await read { db in
      guard try db.tableExists("gaps") else { return 0 }
      return try Int.fetchOne(db, sql: "SELECT count(*) FROM gaps") ?? 0
    }
  }
}
