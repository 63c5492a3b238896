import Foundation
import GRDB
import SlotStats
import StatsFormats
import Synchronization
import Testing

@testable import EventStore

@Suite struct MaintenanceTests {
  /// A wall clock that a test moves.
  private final class Wall: Sendable {
    private let instant = Mutex(RandomEvents.now)
    var now: Date { instant.withLock { $0 } }
    func advance(days: Double) { instant.withLock { $0 += days * 86_400 } }
  }

  private let wall = Wall()

  private func store(rawLogDays: Int = 30) throws -> SQLiteStatsRepository {
    try .inMemory(settings: StoreSettings(keptDays: 60, rawLogDays: rawLogDays, hourDays: 10) { [wall] in wall.now })
  }

  private func counts(_ table: String, _ store: SQLiteStatsRepository) async throws -> Int {
    try await store.database.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0 }
  }

  private func maintain(_ store: SQLiteStatsRepository) async throws {
    while try await store.performMaintenance() {}
  }

  /// Without the buckets in which nothing was counted.
  private func counted(_ series: [Slot.ID: [StatsMetric]]) -> [Slot.ID: [StatsMetric]] {
    series.mapValues { $0.filter { $0.counters != .zero } }
  }

  @Test func minutesAreKeptForTwoDaysAndHoursForAHundred() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { [wall] in wall.now })
    try await store.storeProcessingLog(event(.received, at: wall.now))
    func buckets(_ window: StatsWindow) async throws -> Int {
      counted(["": try await store.collectGlobalMetrics(window: window, since: nil)])[""]?.count ?? 0
    }
    wall.advance(days: 2)
    try await maintain(store)
    #expect(try await buckets(.minute) == 1)
    wall.advance(days: 0.05)
    try await maintain(store)
    #expect(try await buckets(.minute) == 0)
    wall.advance(days: 97.9)
    try await maintain(store)
    #expect(try await buckets(.hour) == 1)
    wall.advance(days: 1.1)
    try await maintain(store)
    #expect(try await buckets(.hour) == 0)
    #expect(try await buckets(.day) == 1)
  }

  @Test func gapsAreCountedForGood() async throws {
    let store = try store()
    #expect(try await store.gapCount() == 0)
    for _ in 1...3 { try await store.recordGap() }
    wall.advance(days: 1_000)
    try await maintain(store)
    #expect(try await store.gapCount() == 3)
    #expect(try await store.latestChange() == 0)
  }

  @Test func whatIsNoLongerKeptLeavesAndNoCountChanges() async throws {
    let store = try store()
    let logs = RandomEvents.make(seed: 11, jobs: 6_000)
    let receipt = try await store.append(EventBatch(logs))
    #expect(try await counts("logs", store) == receipt.acceptedCount)
    let days = try await store.collectSlotMetrics(window: .day, since: nil)
    let weeks = try await store.collectSlotMetrics(window: .week, since: nil)
    try await maintain(store)
    #expect(try await counts("logs", store) == receipt.acceptedCount)
    let hours = try await store.collectGlobalMetrics(window: .hour, since: nil)
    #expect(!hours.isEmpty)
    #expect(hours.allSatisfy { $0.periodStart >= wall.now.addingTimeInterval(-11 * 86_400) })
    wall.advance(days: 31)
    try await maintain(store)
    #expect(try await counts("logs", store) == 0)
    #expect(try await counts("log_days", store) == 0)
    #expect(try await store.append(EventBatch(logs)).acceptedCount == 0)
    wall.advance(days: 60)
    try await maintain(store)
    #expect(try await counts("jobs", store) == 0)
    #expect(try await store.append(EventBatch(logs)).refusals.count == logs.count)
    #expect(counted(try await store.collectSlotMetrics(window: .day, since: nil)) == counted(days))
    #expect(counted(try await store.collectSlotMetrics(window: .week, since: nil)) == counted(weeks))
  }

  @Test func aClockThatGoesBackBringsNothingBack() async throws {
    let store = try store()
    let log = event(.received)
    try await store.storeProcessingLog(log)
    wall.advance(days: 100)
    try await maintain(store)
    wall.advance(days: -100)
    await #expect(throws: StatsSourceError.self) { try await store.storeProcessingLog(log) }
    #expect(try await store.collectGlobalMetrics(window: .day, since: nil).map(\.counters.ingestCount) == [1])
  }

  @Test func aLateEventOfAnHourThatIsNoLongerKeptStillCountsInItsDay() async throws {
    let store = try store()
    try await maintain(store)
    try await store.storeProcessingLog(event(.received, at: wall.now.addingTimeInterval(-20 * 86_400)))
    #expect(counted(["": try await store.collectGlobalMetrics(window: .hour, since: nil)]) == ["": []])
    #expect(counted(["": try await store.collectGlobalMetrics(window: .day, since: nil)])[""]?.count == 1)
  }

  @Test func rawEventsAreNotKeptWhereNoneAreWanted() async throws {
    let store = try store(rawLogDays: 0)
    let logs = RandomEvents.make(seed: 12, jobs: 30)
    _ = try await store.append(EventBatch(logs))
    #expect(try await counts("logs", store) == 0)
    #expect(try await store.append(EventBatch(logs)).acceptedCount == 0)
  }

  @Test func aJobWithRecentEventsIsKept() async throws {
    let store = try store()
    let job = UUID()
    let old = event(.received, job: job, at: wall.now.addingTimeInterval(-59 * 86_400))
    try await store.storeProcessingLog(old)
    try await store.storeProcessingLog(event(.succeeded, job: job))
    wall.advance(days: 10)
    try await maintain(store)
    #expect(try await counts("jobs", store) == 1)
    try await store.storeProcessingLog(event(.succeeded, job: job, at: wall.now))
    #expect(try await store.collectGlobalMetrics(window: .week, since: nil).map(\.counters.success).reduce(0, +) == 1)
  }
}
