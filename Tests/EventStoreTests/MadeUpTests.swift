import Foundation
import GRDB
import SlotStats
import StatsFormats
import Synchronization
import Testing

@testable import EventStore

@Suite struct MadeUpTests {
  private let now = Date(timeIntervalSince1970: 1_795_500_000)

  @Test func madeUpHoursCountByDayAndWeekAndForAllTogether() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings(hourDays: 7) { [now] in now })
    try await store.describe([Slot(id: "a"), Slot(id: "b")])
    let day = StatsWindow.day.bucketStart(containing: now.addingTimeInterval(-20 * 86_400))
    let counters = StatsCounters(
      success: 1, timeouts: 2, providerErrors: 3, cancelled: 4, errors: 5, ingestCount: 15)
    let hours = [day, day.addingTimeInterval(3_600), day.addingTimeInterval(86_400)].map {
      StatsMetric(periodStart: $0, periodEnd: $0.addingTimeInterval(3_600), counters: counters)
    }
    try await store.addMadeUpPast(of: ["a": hours, "b": [hours[0]], "unknown": hours])
    let days = try await store.collectSlotMetrics("a", window: .day, since: nil)
    #expect(days.map(\.counters) == [counters + counters, counters])
    #expect(days.map(\.periodStart) == [day, day.addingTimeInterval(86_400)])
    let weeks = try await store.collectGlobalMetrics(window: .week, since: nil)
    #expect(weeks.reduce(.zero) { $0 + $1.counters }.totalRuns == 4 * counters.totalRuns)
    // Hours that are no longer kept apart are only in days and weeks.
    #expect(try await store.collectGlobalMetrics(width: .hour, since: nil).isEmpty)
    #expect(Set(try await store.changes(after: 0).slots) == ["a", "b"])
    #expect(try await store.slots().count == 2)
  }

  @Test func aMonthOfMadeUpJobsLeavesTheStoreBounded() async throws {
    let wall = Mutex(now)
    let store = try SQLiteStatsRepository.inMemory(
      settings: StoreSettings(keptDays: 1, rawLogDays: 0, hourDays: 7) { wall.withLock { $0 } })
    func rows() async throws -> [String: Int] {
      try await store.database.read { db in
        var rows: [String: Int] = [:]
        for table in ["jobs", "job_events", "logs", "log_days", "rollups", "slot_changes"] {
          rows[table] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
        }
        return rows
      }
    }
    var most = 0
    var jobs = 0
    for _ in 0..<720 {
      let instant = wall.withLock { wall in
        wall += 3_600
        return wall
      }
      let logs = (0..<10).flatMap { number in
        let job = UUID()
        return [ProcessingLog.Status.received, .succeeded].map {
          ProcessingLog(id: UUID(), jobID: job, slotID: "slot-\(number % 4)", status: $0, occurredAt: instant)
        }
      }
      jobs += 10
      #expect(try await store.append(EventBatch(logs)).accepted == 20)
      try await store.forgetMadeUpJobs(before: instant.addingTimeInterval(-600))
      while try await store.keepUp() {}
      most = max(most, try await rows()["jobs"] ?? .max)
    }
    #expect(most <= 20)
    let left = try await rows()
    #expect(left["logs"] == 0)
    #expect(left["job_events"] == 0)
    // For four slots and all together: eight days of hours, and a row for every 16 days or weeks.
    #expect(try #require(left["rollups"]) <= 5 * (9 + 3 + 2))
    let weeks = try await store.collectGlobalMetrics(window: .week, since: nil)
    #expect(weeks.reduce(0) { $0 + $1.counters.totalRuns } == jobs)
  }

  @Test func aForgottenJobIsNotCountedAgain() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { [now] in now })
    let log = ProcessingLog(
      id: UUID(), jobID: UUID(), slotID: "a", status: .succeeded, occurredAt: now.addingTimeInterval(-900))
    _ = try await store.storeProcessingLogs([log])
    try await store.forgetMadeUpJobs(before: now.addingTimeInterval(-600))
    #expect(try await store.append(EventBatch([log])).tooOld == 1)
    let days = try await store.collectGlobalMetrics(window: .day, since: nil)
    #expect(days.reduce(0) { $0 + $1.counters.totalRuns } == 1)
  }
}
