import Foundation
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@Suite struct RecordedBatchTests {
  @Test func whatTheStoreSaysHasChangedIsStale() async throws {
    let outcomes: [StoredLog] = [.accepted, .duplicate, .refused(reason: "too old")]
    let store = AnsweringStore(StoredBatch(outcomes: outcomes, changedSlots: ["a"]))
    let service = try CachedStatsService(repository: store, clock: ManualClock())
    for slot in ["a", "b", "c"] { _ = try await service.collectSlotStats(slot, window: .day, since: nil) }
    let logs = [event(of: "a"), event(of: "b"), event(of: "c")]
    #expect(try await service.recordProcessingEvents(logs) == outcomes)
    for slot in ["a", "b", "c"] { _ = try await service.collectSlotStats(slot, window: .day, since: nil) }
    let asked = store.inner.calls.filter { $0 == .slot("a", .day, since: nil) }
    #expect(asked.count == 2)
    #expect(store.inner.calls.count == 4)
  }

  @Test func aSlotThatACountMovedAwayFromIsStaleToo() async throws {
    let store = AnsweringStore(StoredBatch(outcomes: [.accepted], changedSlots: ["a", "b"]))
    let service = try CachedStatsService(repository: store, clock: ManualClock())
    _ = try await service.collectSlotStats("a", window: .day, since: nil)
    try await service.recordProcessingEvent(event(of: "b"))
    _ = try await service.collectSlotStats("a", window: .day, since: nil)
    #expect(store.inner.calls == [.slot("a", .day, since: nil), .slot("a", .day, since: nil)])
  }

  @Test func aRefusedEventIsAnErrorAndChangesNothing() async throws {
    let store = AnsweringStore(StoredBatch(outcomes: [.refused(reason: "too old")], changedSlots: []))
    let service = try CachedStatsService(repository: store, clock: ManualClock())
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    let error = await #expect(throws: StatsSourceError.self) {
      try await service.recordProcessingEvent(event(of: "a"))
    }
    #expect(error?.cause == "too old")
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    #expect(store.inner.calls.count == 1)
  }

  @Test func aBatchThatFailsChangesNothing() async throws {
    let store = AnsweringStore(nil)
    let service = try CachedStatsService(repository: store, clock: ManualClock())
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    await #expect(throws: Broken()) { try await service.recordProcessingEvents([event(of: "a")]) }
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    #expect(store.inner.calls.count == 1)
  }

  @Test func aStoreWithoutBatchesGetsOneAfterAnother() async throws {
    let bench = try Bench()
    let logs = [event(of: "a"), event(of: "b")]
    #expect(try await bench.service.recordProcessingEvents(logs) == [.accepted, .accepted])
    #expect(bench.repository.storedLogs == logs)
  }

  @Test func aFullReadAfterAnEventIsNotMendedAgain() async throws {
    let bench = try Bench()
    try await bench.service.recordProcessingEvent(event(of: "a"))
    for _ in 0..<3 { _ = try await bench.service.collectSlotStats(window: .day, since: nil) }
    #expect(bench.repository.calls.filter { $0 != .store("a") } == [.everySlot(.day, since: nil)])
  }
}

/// Answers batches as it is told; `nil` fails.
private final class AnsweringStore: StatsRepository {
  let inner = InMemoryStatsRepository(contents())
  let answer: StoredBatch?

  init(_ answer: StoredBatch?) { self.answer = answer }

  func storeProcessingLog(_ log: ProcessingLog) async throws {}
  func storeProcessingLogs(_ logs: [ProcessingLog]) async throws -> StoredBatch {
    guard let answer else { throw Broken() }
    return answer
  }
  func slots() async throws -> [Slot] { try await inner.slots() }
  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await inner.collectGlobalMetrics(window: window, since: since)
  }
  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await inner.collectSlotMetrics(slotID, window: window, since: since)
  }
}
