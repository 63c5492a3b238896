import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

/// For stores that show made-up data, and no others: counts without events behind them.
extension SQLiteStatsRepository {
  /// Adds counts to the slots that the store knows already; those of others are left out.
  /// - Parameters:
  ///   - buckets: the counts of each slot, by hours, and by minutes from `minutesFrom` on.
  ///   - minutesFrom: a full hour of UTC; minutes before it are taken as no longer kept.
  /// - Throws: ``StatsSourceError``; nothing is added then.
  package func addSyntheticPast(of buckets: [Slot.ID: [StatsMetric]], minutesFrom: Date) async throws {
    let (now, from) = (settings.now(), Self.second(of: minutesFrom))
    try await write { [settings] db in
      var horizon = try RollupHorizon(db)
      try horizon.advance(to: now, settings, db)
      if let finest = StatsWindow.allCases.first, from > horizon[finest] { try horizon.move(finest, to: from, db) }
      var changes = RollupChanges(horizon)
      for slot in try Row.fetchAll(db, sql: "SELECT key, id FROM slots ORDER BY key") {
        let (key, id): (Int64, String) = (slot[0], slot[1])
        guard let metrics = buckets[id], let first = metrics.first else { continue }
        for metric in metrics { changes.add(metric.counters, slot: key, second: Self.second(of: metric.periodStart)) }
        try db.execute(
          sql: "UPDATE slots SET first_at = min(coalesce(first_at, ?1), ?1) WHERE key = ?2",
          arguments: [Self.second(of: first.periodStart), key])
      }
      var table = try RollupTable(db)
      try changes.write(to: &table)
      try db.execute(sql: "UPDATE store SET change = change + 1")
      try db.execute(sql: "INSERT OR REPLACE INTO slot_changes SELECT key, change FROM slots, store")
    }
  }

  /// Adds raw events of such a past, so that they can be read again. They are counted in its buckets already: no count
  /// changes.
  package func addSyntheticLogs(_ logs: [ProcessingLog]) async throws {
    let (batch, day) = (EventBatch(logs), day(of: settings.now()))
    try await write { db in
      var slots = SlotKeys()
      slots.begin(batch.slots)
      var table = try LogTable(db)
      try table.begin(day: day)
      for record in batch.records {
        try table.append(record, slot: try slots.key(of: record.slot, in: batch.slots, db), texts: batch.texts)
      }
    }
  }

  private static func second(of instant: Date) -> Int64 { Int64(instant.timeIntervalSince1970.rounded(.down)) }

  /// Forgets jobs whose last event was before `instant`, and all raw events but the newest `keptLogs`, whatever the store
  /// keeps otherwise. No count changes, and events from before are refused from then on.
  package func forgetSyntheticJobs(before instant: Date, keptLogs: Int = .max) async throws {
    let horizon = EventRecord.nanoseconds(instant).flooredDivision(by: EventRecord.second).quotient
    try await write { db in
      try db.execute(sql: "UPDATE store SET jobs_from = max(jobs_from, ?)", arguments: [horizon])
      try db.execute(
        sql: "DELETE FROM job_events WHERE job IN (SELECT job FROM jobs WHERE last_at < ?)", arguments: [horizon])
      try db.execute(sql: "DELETE FROM jobs WHERE last_at < ?", arguments: [horizon])
      try db.execute(
        sql: "DELETE FROM logs WHERE number <= (SELECT max(number) FROM logs) - ?", arguments: [max(keptLogs, 0)])
    }
  }
}
