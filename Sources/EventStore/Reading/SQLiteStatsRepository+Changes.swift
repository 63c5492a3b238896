import GRDB
import SlotStats
import StatsFormats

extension SQLiteStatsRepository {
  /// The number of the latest change. Cheap: one row of one page.
  package func latestChange() async throws -> Int64 {
    try await read { try Self.latestChange($0) }
  }

  /// What changed after the change of this number, whoever stored it.
  package func changes(since change: Int64) async throws -> EventChanges {
    try await read { db in
      let latest = try Self.latestChange(db)
      guard latest >= change else { return EventChanges(latest: latest, slots: nil) }
      var slots: Set<Slot.ID> = []
      if latest == change { return EventChanges(latest: latest, slots: slots) }
      let rows = try StoreStatement(db, "SELECT id FROM slot_changes JOIN slots ON key = slot WHERE change > ?1")
      rows.bind(change, at: 1)
      defer { rows.reset() }
      while try rows.step() { slots.insert(rows.text(0) ?? "") }
      return EventChanges(latest: latest, slots: slots)
    }
  }

  static func latestChange(_ db: Database) throws -> Int64 {
    let row = try StoreStatement(db, "SELECT change FROM store")
    defer { row.reset() }
    return try row.step() ? row.int(0) : 0
  }
}
