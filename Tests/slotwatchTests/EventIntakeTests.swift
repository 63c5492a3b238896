import EventStore
import Foundation
import SlotStats
import StatsFormats
import Testing

@testable import slotwatch_serve

@Suite struct EventIntakeTests {
  /// A store in memory that takes events, and cannot remove what is old, as one that another process has locked
  /// between the two.
  private final class UnmaintainedStore: EventLedger {
    private let store: SQLiteStatsRepository

    init() throws {
      store = try SQLiteStatsRepository.inMemory(
        settings: StoreSettings(now: { Date(timeIntervalSince1970: 1_000_000_000) }))
    }

    let name = "store"
    func append(_ batch: EventBatch, position: InputPosition?) async throws -> StoredBatch {
      try await store.append(batch, position: position)
    }
    func position(of input: String) async throws -> InputPosition? { try await store.position(of: input) }
    func latestChange() async throws -> Int64 { try await store.latestChange() }
    func newestEvent() async throws -> Date? { nil }
    func changes(since change: Int64) async throws -> EventChanges { try await store.changes(since: change) }
    func recordHeartbeat() async throws {}
    func performMaintenance() async throws -> Bool {
      throw StatsSourceError(.inputOutput, action: "Cannot write \"store\"", cause: "it is locked")
    }
    func close() throws { try store.close() }
    func slots() async throws -> [Slot] { try await store.slots() }
    func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
      try await store.collectGlobalMetrics(window: window, since: since)
    }
    func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
      try await store.collectSlotMetrics(slotID, window: window, since: since)
    }
  }

  @Test func whatIsStoredCountsAlsoWhereOldThingsCannotBeRemoved() throws {
    let intake = EventIntake(ledger: try UnmaintainedStore())
    for _ in 0..<3 {
      intake.batch.append(
        ProcessingLog(
          id: UUID(), jobID: UUID(), slotID: "a", status: .received,
          occurredAt: Date(timeIntervalSince1970: 999_999_000)))
      try intake.flush()
    }
    try intake.settle()
    #expect(intake.summary.accepted == 3)
  }
}
