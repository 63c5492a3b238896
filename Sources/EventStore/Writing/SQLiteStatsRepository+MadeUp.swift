import GRDB
import SlotStats
import StatsFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// For stores that show made-up data, and no others: counts without events behind them.
extension SQLiteStatsRepository {
  /// Adds counts by the hour to the slots that the store knows already; those of others are left out.
  /// - Parameter hours: the hours of each slot, which begin on a full hour of UTC.
  /// - Throws: ``StatsSourceError``; nothing is added then.
  package func addMadeUpPast(of hours: [Slot.ID: [StatsMetric]]) async throws {
    let keptFrom = day(of: settings.now()) - Int64(settings.hourDays)
    do {
      try await database.write { db in
        var changes = RollupChanges()
        let slots = try Row.fetchAll(db, sql: "SELECT key, id FROM slots ORDER BY key")
        for slot in slots {
          let (key, id): (Int64, String) = (slot[0], slot[1])
          for metric in hours[id] ?? [] {
            let hour = (metric.periodStart.timeIntervalSince1970 / 3_600).rounded(.down)
            changes.add(metric.counters, slot: key, hour: Int64(hour))
          }
        }
        var table = try RollupTable(db)
        try changes.write(to: &table, hoursFrom: keptFrom * 24)
        try db.execute(sql: "UPDATE store SET change = change + 1")
        try db.execute(sql: "INSERT OR REPLACE INTO slot_changes SELECT key, change FROM slots, store")
      }
    } catch {
      throw StoreError.translated(error, .write, name: name)
    }
  }

  /// Forgets jobs whose last event was before `instant`, whatever the store keeps otherwise. No count changes, and
  /// events from before are refused from then on.
  package func forgetMadeUpJobs(before instant: Date) async throws {
    let horizon = EventRecord.nanoseconds(instant).flooredDivision(by: EventRecord.second).quotient
    do {
      try await database.write { db in
        try db.execute(sql: "UPDATE store SET jobs_from = max(jobs_from, ?)", arguments: [horizon])
        try db.execute(
          sql: "DELETE FROM job_events WHERE job IN (SELECT job FROM jobs WHERE last_at < ?)", arguments: [horizon])
        try db.execute(sql: "DELETE FROM jobs WHERE last_at < ?", arguments: [horizon])
      }
    } catch {
      throw StoreError.translated(error, .write, name: name)
    }
  }
}
