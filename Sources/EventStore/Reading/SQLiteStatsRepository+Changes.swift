import GRDB
import SlotStats

extension SQLiteStatsRepository {
  /// What changed of the statistics.
  package struct Changes: Hashable, Sendable {
    /// The number of the latest change; grows with every change, also those of other processes, and over restarts.
    package var latest: Int64
    /// The slots whose counts, or whose descriptions, changed.
    package var slots: [Slot.ID]
  }

  /// The number of the latest change. Cheap: one row of one page.
  package func latestChange() async throws -> Int64 {
    try await read { try Self.latestChange($0) }
  }

  /// The slots that changed after the change of this number.
  package func changes(after change: Int64) async throws -> Changes {
    try await read { db in
      let latest = try Self.latestChange(db)
      guard latest > change else { return Changes(latest: latest, slots: []) }
      let rows = try StoreStatement(
        db, "SELECT id FROM slot_changes JOIN slots ON key = slot WHERE change > ?1 ORDER BY slot")
      rows.bind(change, at: 1)
      defer { rows.reset() }
      var slots: [Slot.ID] = []
      while try rows.step() { slots.append(rows.text(0) ?? "") }
      return Changes(latest: latest, slots: slots)
    }
  }

  static func latestChange(_ db: Database) throws -> Int64 {
    let row = try StoreStatement(db, "SELECT change FROM store")
    defer { row.reset() }
    return try row.step() ? row.int(0) : 0
  }
}
