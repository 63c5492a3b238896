import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import EventStore

@Suite struct ChangedSlotsTests {
  private let settings = StoreSettings { RandomEvents.now }
  private let job = UUID()

  private func event(_ status: ProcessingLog.Status, of slot: Slot.ID, ago seconds: TimeInterval) -> ProcessingLog {
    ProcessingLog(
      id: UUID(), jobID: job, slotID: slot, status: status,
      occurredAt: RandomEvents.now.addingTimeInterval(-seconds))
  }

  @Test func aCountThatMovesChangesBothSlots() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    #expect(try await store.append(EventBatch([event(.succeeded, of: "a", ago: 10)])).changedSlots == ["a"])
    let moved = try await store.append(EventBatch([event(.succeeded, of: "b", ago: 20)]))
    #expect(moved.changedSlots == ["a", "b"])
    #expect(moved.change == 2)
  }

  @Test func whatCountsNothingChangesNothing() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    _ = try await store.append(EventBatch([event(.received, of: "a", ago: 10)]))
    let receipt = try await store.append(EventBatch([event(.dispatched, of: "a", ago: 5)]))
    #expect(receipt.acceptedCount == 1)
    #expect(receipt.change == nil)
    #expect(receipt.changedSlots.isEmpty)
  }

  @Test func aNewSlotIsAChangeWhateverItsEvent() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    #expect(try await store.append(EventBatch([event(.dispatched, of: "a", ago: 5)])).changedSlots == ["a"])
  }

  @Test func anOlderStateOfTheStoreMayDifferEverywhere() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    _ = try await store.append(EventBatch([event(.received, of: "a", ago: 10)]))
    #expect(try await store.changes(since: 7) == EventChanges(latest: 1, slots: nil))
    #expect(try await store.changes(since: 1) == EventChanges(latest: 1, slots: []))
  }

  @Test(arguments: 0..<8)
  func nothingCachedIsEverStale(seed: UInt64) async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    let service = try CachedStatsService(
      repository: store, ttl: .seconds(3_600), clock: ManualClock(), wallClock: { RandomEvents.now })
    var random = SeededGenerator(state: seed &+ 500)
    var rest = RandomEvents.make(seed: seed, jobs: 60)[...]
    while !rest.isEmpty {
      let size = [1, 3, 20].randomElement(using: &random) ?? 1
      try await service.recordProcessingEvents(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      for window in StatsWindow.allCases {
        let global = try await service.collectGlobalStats(window: window, since: nil)
        #expect(try await global.metrics == store.collectGlobalMetrics(window: window, since: nil))
        let every = try await service.collectSlotStats(window: window, since: nil)
        for slot in try await store.slots().map(\.id) {
          let wanted = try await store.collectSlotMetrics(slot, window: window, since: nil)
          #expect(try await service.collectSlotStats(slot, window: window, since: nil).metrics == wanted)
          #expect(every[slot]?.metrics == wanted)
        }
      }
    }
  }
}
