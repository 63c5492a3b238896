import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats
import Synchronization

extension SQLiteStatsRepository {
  /// The number of the latest change. Cheap: one row of one page.
  package func latestChange() async throws -> Int64 {
    try await read { try Self.latestChange($0) }
  }

  /// The number of the latest change, and when the newest event happened; `nil` before the first one, and in a store
  /// that an older program has made.
  func latest() async throws -> (change: Int64, newestEvent: Date?) {
    try await read { db in (try Self.latestChange(db), try Self.newestEvent(db)) }
  }

  /// When the newest event happened; `nil` before the first one, and in a store that an older program has made.
  package func newestEvent() async throws -> Date? { try await read { try Self.newestEvent($0) } }

  static func newestEvent(_ db: Database) throws -> Date? {
    guard try db.tableExists("newest_event") else { return nil }
    let row = try StoreStatement(db, "SELECT at FROM newest_event")
    defer { row.reset() }
    return try row.step() ? EventRecord.date(row.int(0)) : nil
  }

  /// What changed after the change of this number, whoever stored it.
  package func changes(since change: Int64) async throws -> EventChanges {
    try await read { db in
      let latest = try Self.latestChange(db)
      guard latest >= change else { return EventChanges(latest: latest, slots: nil) }
      var slots: Set<Slot.ID> = []
      if latest == change { return EventChanges(latest: latest, slots: slots) }
      if let known = self.lastChanges.withLock({ $0 }), known.since == change, known.changes.latest == latest {
        return known.changes
      }
      let rows = try StoreStatement(db, "SELECT id FROM slot_changes JOIN slots ON key = slot WHERE change > ?1")
      rows.bind(change, at: 1)
      defer { rows.reset() }
      while try rows.step() { slots.insert(rows.text(0) ?? "") }
      let changes = EventChanges(latest: latest, slots: slots)
      self.lastChanges.withLock { $0 = (change, changes) }
      return changes
    }
  }

  /// The second of the first event of all slots, counted from 1970: all are looked through, once a change.
  func firstEvent(_ db: Database) throws -> Int64? {
    let latest = try Self.latestChange(db)
    if let known = lastFirstEvent.withLock({ $0 }), known.change == latest { return known.second }
    let least = try StoreStatement(db, "SELECT min(first_at) FROM slots")
    defer { least.reset() }
    let second = try least.step() && !least.isNull(0) ? least.int(0) : nil
    lastFirstEvent.withLock { $0 = (latest, second) }
    return second
  }

  static func latestChange(_ db: Database) throws -> Int64 {
    let row = try StoreStatement(db, "SELECT change FROM store")
    defer { row.reset() }
    return try row.step() ? row.int(0) : 0
  }
}
