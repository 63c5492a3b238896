import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@Suite struct InvalidationTests {
  @Test func anEventDropsItsSlotAndGlobalInBothWindowsAndNoOtherSlot() async throws {
    let bench = try Bench()
    func readEverything() async throws {
      for window in StatsWindow.allCases {
        for since in [nil, today] {
          _ = try await bench.service.collectGlobalStats(window: window, since: since)
          for slot in ["a", "b", "c"] {
            _ = try await bench.service.collectSlotStats(slot, window: window, since: since)
          }
        }
      }
    }
    try await readEverything()
    try await bench.service.recordProcessingEvent(event(of: "b"))
    let before = bench.repository.calls.count
    try await readEverything()
    let again = Set(bench.repository.calls[before...])
    let expected = StatsWindow.allCases.flatMap { window in
      [nil, today].flatMap { since in
        [InMemoryStatsRepository.Call.global(window, since: since), .slot("b", window, since: since)]
      }
    }
    #expect(again == Set(expected))
    #expect(bench.repository.calls.count - before == expected.count)
  }

  @Test func theLogReachesTheRepository() async throws {
    let bench = try Bench()
    let log = event(of: "a", .failed)
    try await bench.service.recordProcessingEvent(log)
    #expect(bench.repository.storedLogs == [log])
  }

  @Test func aStoreThatFailsKeepsTheCacheAndThrows() async throws {
    let bench = try Bench()
    _ = try await bench.service.collectSlotStats("a", window: .day, since: nil)
    _ = try await bench.service.collectGlobalStats(window: .day, since: nil)
    _ = try await bench.service.collectSlotStats(window: .day, since: nil)
    bench.repository.failNext(with: Broken())
    await #expect(throws: Broken()) { try await bench.service.recordProcessingEvent(event(of: "a")) }
    let before = bench.repository.calls.count
    _ = try await bench.service.collectSlotStats("a", window: .day, since: nil)
    _ = try await bench.service.collectGlobalStats(window: .day, since: nil)
    _ = try await bench.service.collectSlotStats(window: .day, since: nil)
    #expect(bench.repository.calls.count == before)
  }

  @Test func aRepositoryWithoutAStoreStillInvalidates() async throws {
    let reads = ReadOnlyRepository()
    let service = try CachedStatsService(repository: reads, clock: ManualClock())
    _ = try await service.collectSlotStats("a", window: .day, since: nil)
    try await service.recordProcessingEvent(event(of: "a"))
    _ = try await service.collectSlotStats("a", window: .day, since: nil)
    #expect(reads.inner.calls.count == 2)
    #expect(reads.inner.storedLogs == [])
  }

  @Test func everySlotIsReadInOneCallAndKeptAsOneEntry() async throws {
    let bench = try Bench()
    let all = try await bench.service.collectSlotStats(window: .week, since: today)
    #expect(Set(all.keys) == ["a", "b", "c"])
    #expect(all["c"]?.metrics.count == 1)
    #expect(try await bench.service.collectSlotStats(window: .week, since: today) == all)
    #expect(bench.repository.calls == [.everySlot(.week, since: today)])
    #expect(bench.service.entryCount == 1)
  }

  @Test func onlyTheStaleSlotsOfABulkReadingAreReadAgain() async throws {
    let bench = try Bench(contents: contents(slots: (0..<50).map { "s\($0)" }))
    _ = try await bench.service.collectSlotStats(window: .day, since: today)
    bench.repository.change { $0 = contents(scale: 3, slots: (0..<50).map { "s\($0)" }) }
    for slot in ["s7", "s31", "s7"] { try await bench.service.recordProcessingEvent(event(of: slot)) }
    let before = bench.repository.calls.count
    let all = try await bench.service.collectSlotStats(window: .day, since: today)
    #expect(bench.repository.calls[before...] == [.slot("s31", .day, since: today), .slot("s7", .day, since: today)])
    #expect(all["s7"]?.summary.counters.success == 8 * 3)
    #expect(all["s31"]?.summary.counters.success == 32 * 3)
    #expect(all["s8"]?.summary.counters.success == 9)
    #expect(try await bench.service.collectSlotStats(window: .day, since: today) == all)
    #expect(bench.repository.calls.count == before + 2)
  }

  @Test func mendingABulkReadingDoesNotProlongIt() async throws {
    let bench = try Bench(ttl: .seconds(60))
    _ = try await bench.service.collectSlotStats(window: .day, since: nil)
    bench.clock.advance(by: .seconds(59))
    try await bench.service.recordProcessingEvent(event(of: "a"))
    _ = try await bench.service.collectSlotStats(window: .day, since: nil)
    bench.clock.advance(by: .seconds(1))
    _ = try await bench.service.collectSlotStats(window: .day, since: nil)
    #expect(bench.repository.count(of: .everySlot(.day, since: nil)) == 2)
  }

  @Test func aSlotThatBeganOrEndedSinceIsMendedToo() async throws {
    let bench = try Bench()
    _ = try await bench.service.collectSlotStats(window: .day, since: nil)
    bench.repository.change { $0 = contents(slots: ["a", "b", "new"]) }
    for slot in ["new", "c"] { try await bench.service.recordProcessingEvent(event(of: slot)) }
    let all = try await bench.service.collectSlotStats(window: .day, since: nil)
    #expect(Set(all.keys) == ["a", "b", "new"])
    #expect(bench.repository.count(of: .everySlot(.day, since: nil)) == 1)
  }

  @Test func eventsOfVeryManySlotsMakeABulkReadingStaleAsAWhole() async throws {
    let bench = try Bench()
    _ = try await bench.service.collectSlotStats(window: .day, since: nil)
    for number in 0..<1_100 { bench.service.invalidate("other-\(number)") }
    bench.repository.change { $0 = contents(scale: 2) }
    let all = try await bench.service.collectSlotStats(window: .day, since: nil)
    #expect(all["a"]?.summary.counters.success == 4)
    #expect(bench.repository.count(of: .everySlot(.day, since: nil)) == 2)
  }

  @Test func invalidatingAllReadsEverythingAnew() async throws {
    let bench = try Bench()
    func readEverything() async throws {
      _ = try await bench.service.collectGlobalStats(window: .day, since: nil)
      _ = try await bench.service.collectSlotStats("a", window: .day, since: nil)
      _ = try await bench.service.collectSlotStats(window: .day, since: nil)
      _ = try await bench.service.readFleet(now: noon)
    }
    try await readEverything()
    let once = bench.repository.calls
    bench.service.invalidateAll()
    #expect(bench.service.entryCount == 0)
    try await readEverything()
    #expect(bench.repository.calls == once + once)
  }
}

/// A repository that keeps no events, and has the default form for every slot.
private struct ReadOnlyRepository: StatsRepository {
  let inner = InMemoryStatsRepository(contents())

  func slots() async throws -> [Slot] { try await inner.slots() }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await inner.collectGlobalMetrics(window: window, since: since)
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await inner.collectSlotMetrics(slotID, window: window, since: since)
  }
}

@Suite struct StatsRepositoryDefaultTests {
  @Test func theDefaultFormForEverySlotAsksOneAfterTheOther() async throws {
    let repository = ReadOnlyRepository()
    let all = try await repository.collectSlotMetrics(window: .day, since: today)
    #expect(all == contents().bySlot[.day]?.mapValues { $0.filter { $0.periodEnd > today } })
    #expect(
      repository.inner.calls == [.slots] + ["a", "b", "c"].map { .slot($0, .day, since: today) })
  }
}
