import Foundation
import GRDB
import SlotStats
import StatsFormats
import Synchronization
import Testing

@testable import EventStore

@Suite struct UpkeepTests {
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

  private func keepUp(_ store: SQLiteStatsRepository) async throws {
    while try await store.keepUp() {}
  }

  @Test func whatIsNoLongerKeptLeavesAndNoCountChanges() async throws {
    let store = try store()
    let logs = RandomEvents.make(seed: 11, jobs: 6_000)
    let receipt = try await store.append(EventBatch(logs))
    #expect(try await counts("logs", store) == receipt.accepted)
    let days = try await store.collectSlotMetrics(window: .day, since: nil)
    let weeks = try await store.collectSlotMetrics(window: .week, since: nil)
    try await keepUp(store)
    #expect(try await counts("logs", store) == receipt.accepted)
    let hours = try await store.collectGlobalMetrics(width: .hour, since: nil)
    #expect(!hours.isEmpty)
    #expect(hours.allSatisfy { $0.periodStart >= wall.now.addingTimeInterval(-11 * 86_400) })
    wall.advance(days: 31)
    try await keepUp(store)
    #expect(try await counts("logs", store) == 0)
    #expect(try await counts("log_days", store) == 0)
    #expect(try await store.append(EventBatch(logs)).accepted == 0)
    wall.advance(days: 60)
    try await keepUp(store)
    #expect(try await counts("jobs", store) == 0)
    #expect(try await store.append(EventBatch(logs)).tooOld == logs.count)
    #expect(try await store.collectSlotMetrics(window: .day, since: nil) == days)
    #expect(try await store.collectSlotMetrics(window: .week, since: nil) == weeks)
  }

  @Test func aClockThatGoesBackBringsNothingBack() async throws {
    let store = try store()
    let log = event(.received)
    try await store.storeProcessingLog(log)
    wall.advance(days: 100)
    try await keepUp(store)
    wall.advance(days: -100)
    await #expect(throws: StatsSourceError.self) { try await store.storeProcessingLog(log) }
    #expect(try await store.collectGlobalMetrics(window: .day, since: nil).map(\.counters.ingestCount) == [1])
  }

  @Test func aLateEventOfAnHourThatIsNoLongerKeptStillCountsInItsDay() async throws {
    let store = try store()
    try await keepUp(store)
    try await store.storeProcessingLog(event(.received, at: wall.now.addingTimeInterval(-20 * 86_400)))
    #expect(try await store.collectGlobalMetrics(width: .hour, since: nil) == [])
    #expect(try await store.collectGlobalMetrics(window: .day, since: nil).count == 1)
  }

  @Test func rawEventsAreNotKeptWhereNoneAreWanted() async throws {
    let store = try store(rawLogDays: 0)
    let logs = RandomEvents.make(seed: 12, jobs: 30)
    _ = try await store.append(EventBatch(logs))
    #expect(try await counts("logs", store) == 0)
    #expect(try await store.append(EventBatch(logs)).accepted == 0)
  }

  @Test func aJobWithRecentEventsIsKept() async throws {
    let store = try store()
    let job = UUID()
    let old = event(.received, job: job, at: wall.now.addingTimeInterval(-59 * 86_400))
    try await store.storeProcessingLog(old)
    try await store.storeProcessingLog(event(.succeeded, job: job))
    wall.advance(days: 10)
    try await keepUp(store)
    #expect(try await counts("jobs", store) == 1)
    try await store.storeProcessingLog(event(.succeeded, job: job, at: wall.now))
    #expect(try await store.collectGlobalMetrics(window: .week, since: nil).map(\.counters.success).reduce(0, +) == 1)
  }
}
