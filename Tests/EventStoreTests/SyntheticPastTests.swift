import Foundation
import GRDB
import SlotStats
import StatsFormats
import Synchronization
import Testing

@testable import EventStore

@Suite struct SyntheticPastTests {
  private let now = Date(timeIntervalSince1970: 1_795_500_000)

  @Test func syntheticHoursCountByDayAndWeekAndForAllTogether() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings(hourDays: 7) { [now] in now })
    try await store.describe([Slot(id: "a"), Slot(id: "b")])
    let day = StatsWindow.day.bucketStart(containing: now.addingTimeInterval(-20 * 86_400))
    let counters = StatsCounters(
      success: 1, timeouts: 2, providerErrors: 3, cancelled: 4, errors: 5, ingestCount: 15)
    let hours = [day, day.addingTimeInterval(3_600), day.addingTimeInterval(86_400)].map {
      StatsMetric(periodStart: $0, periodEnd: $0.addingTimeInterval(3_600), counters: counters)
    }
    try await store.addSyntheticPast(of: ["a": hours, "b": [hours[0]], "unknown": hours], minutesFrom: now)
    let days = try await store.collectSlotMetrics("a", window: .day, since: nil)
    #expect(days.prefix(2).map(\.counters) == [counters + counters, counters])
    #expect(days.prefix(2).map(\.periodStart) == [day, day.addingTimeInterval(86_400)])
    #expect(days.dropFirst(2).allSatisfy { $0.counters == .zero } && days.count == 20)
    let weeks = try await store.collectGlobalMetrics(window: .week, since: nil)
    #expect(weeks.reduce(.zero) { $0 + $1.counters }.totalRuns == 4 * counters.totalRuns)
    // Hours that are no longer kept apart are only in days and weeks.
    let hoursLeft = try await store.collectGlobalMetrics(window: .hour, since: nil)
    #expect(hoursLeft.allSatisfy { $0.counters == .zero })
    #expect(try await store.changes(since: 0).slots == ["a", "b"])
    #expect(try await store.slots().count == 2)
  }

  @Test func aMonthOfSyntheticJobsLeavesTheStoreBounded() async throws {
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
      #expect(try await store.append(EventBatch(logs)).acceptedCount == 20)
      try await store.forgetSyntheticJobs(before: instant.addingTimeInterval(-600))
      while try await store.performMaintenance() {}
      most = max(most, try await rows()["jobs"] ?? .max)
    }
    #expect(most <= 20)
    let left = try await rows()
    #expect(left["logs"] == 0)
    #expect(left["job_events"] == 0)
    // For four slots and all together: two days of minutes, eight of hours, and a row for every 16 days or weeks.
    let series = 5
    #expect(try #require(left["rollups"]) <= series * (49 + 9 + 3 + 2))
    let weeks = try await store.collectGlobalMetrics(window: .week, since: nil)
    #expect(weeks.reduce(0) { $0 + $1.counters.totalRuns } == jobs)
  }

  @Test func minutesAreThereFromWhereTheyAreToldOn() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { [now] in now.addingTimeInterval(600) })
    try await store.describe([Slot(id: "a")])
    let hour = StatsWindow.hour.bucketStart(containing: now)
    let old = StatsMetric(.hour, start: hour.addingTimeInterval(-7_200), counters: StatsCounters(success: 60))
    let new = StatsMetric(.minute, start: hour.addingTimeInterval(120), counters: StatsCounters(errors: 2))
    try await store.addSyntheticPast(of: ["a": [old, new]], minutesFrom: hour)
    let minutes = try await store.collectSlotMetrics("a", window: .minute, since: nil)
    #expect(minutes.first?.periodStart == hour)
    #expect(minutes.filter { $0.counters != .zero } == [new])
    let hours = try await store.collectSlotMetrics("a", window: .hour, since: nil)
    #expect(hours.map(\.counters) == [old.counters, .zero, new.counters])
  }

  @Test func rawEventsOfThePastCountNothing() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { [now] in now })
    try await store.describe([Slot(id: "a"), Slot(id: "b")])
    let log = ProcessingLog(
      id: UUID(), jobID: UUID(), slotID: "b", status: .failed, occurredAt: now, message: "502", failureReason: .timeout)
    try await store.addSyntheticLogs([log])
    let rows = try await store.database.read { db in
      try String.fetchAll(db, sql: "SELECT slot || ' ' || message || ' ' || occurred_at FROM logs")
    }
    #expect(rows == ["2 502 \(EventRecord.nanoseconds(now))"])
    let days = try await store.collectGlobalMetrics(window: .day, since: nil)
    #expect(days.isEmpty)
  }

  @Test func onlyTheNewestRawEventsStay() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { [now] in now })
    let logs = (0..<30).map { _ in
      ProcessingLog(id: UUID(), jobID: UUID(), slotID: "a", status: .succeeded, occurredAt: now)
    }
    _ = try await store.append(EventBatch(logs))
    try await store.forgetSyntheticJobs(before: now.addingTimeInterval(-600), keptLogs: 12)
    let numbers = try await store.database.read { db in try Int64.fetchAll(db, sql: "SELECT number FROM logs") }
    #expect(numbers == Array(19...30))
    let days = try await store.collectGlobalMetrics(window: .day, since: nil)
    #expect(days.reduce(0) { $0 + $1.counters.totalRuns } == 30)
  }

  @Test func aForgottenJobIsNotCountedAgain() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { [now] in now })
    let log = ProcessingLog(
      id: UUID(), jobID: UUID(), slotID: "a", status: .succeeded, occurredAt: now.addingTimeInterval(-900))
    _ = try await store.storeProcessingLogs([log])
    try await store.forgetSyntheticJobs(before: now.addingTimeInterval(-600))
    #expect(try await store.append(EventBatch([log])).refusals == ["older than events are kept"])
    let days = try await store.collectGlobalMetrics(window: .day, since: nil)
    #expect(days.reduce(0) { $0 + $1.counters.totalRuns } == 1)
  }
}
