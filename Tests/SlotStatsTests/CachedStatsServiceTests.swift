import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@Suite struct CachedStatsServiceTests {
  @Test func theSummaryIsComputedFromTheRepositorysRows() async throws {
    let bench = try Bench()
    let global = try await bench.service.collectGlobalStats(window: .day, since: nil)
    #expect(global.metrics == contents().global[.day])
    #expect(global.summary.counters == StatsCounters(success: 200, timeouts: 2, ingestCount: 4))
    let slot = try await bench.service.collectSlotStats("b", window: .week, since: nil)
    #expect(slot.metrics == contents().bySlot[.week]?["b"])
    #expect(slot.summary.counters == StatsCounters(success: 40, timeouts: 2, ingestCount: 4))
    #expect(slot.window == .week)
  }

  @Test func sinceReachesTheRepository() async throws {
    let bench = try Bench()
    let global = try await bench.service.collectGlobalStats(window: .day, since: today)
    #expect(global.metrics.map(\.periodStart) == [today])
    #expect(bench.repository.calls == [.global(.day, since: today)])
  }

  @Test func answersFromMemoryUntilOneTickBeforeTheTTL() async throws {
    let bench = try Bench(ttl: .seconds(60))
    let first = try await bench.service.collectGlobalStats(window: .day, since: nil)
    bench.repository.change { $0 = contents(scale: 2) }
    bench.clock.advance(by: .seconds(60) - .nanoseconds(1))
    #expect(try await bench.service.collectGlobalStats(window: .day, since: nil) == first)
    #expect(bench.repository.calls.count == 1)
  }

  @Test func reloadsExactlyAtTheTTL() async throws {
    let bench = try Bench(ttl: .seconds(60))
    let first = try await bench.service.collectSlotStats("a", window: .day, since: nil)
    bench.repository.change { $0 = contents(scale: 2) }
    bench.clock.advance(by: .seconds(60))
    #expect(try await bench.service.collectSlotStats("a", window: .day, since: nil) != first)
    #expect(bench.repository.calls.count == 2)
  }

  @Test func theTTLCountsFromTheStartOfTheLoad() async throws {
    let bench = try Bench(ttl: .seconds(10))
    let gate = Gate()
    bench.repository.hold(at: gate)
    let service = bench.service
    async let first = service.collectGlobalStats(window: .day, since: nil)
    await gate.waitForArrivals(1)
    bench.clock.advance(by: .seconds(9))
    gate.open()
    _ = try await first
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    #expect(bench.repository.calls.count == 1)
    bench.clock.advance(by: .seconds(1))
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    #expect(bench.repository.calls.count == 2)
  }

  @Test func aHitDoesNotProlongAnEntry() async throws {
    let bench = try Bench(ttl: .seconds(60))
    for _ in 0..<3 {
      _ = try await bench.service.collectGlobalStats(window: .day, since: nil)
      bench.clock.advance(by: .seconds(30))
    }
    #expect(bench.repository.calls.count == 2)
  }

  @Test func theDefaultTTLIsAMinute() async throws {
    let clock = ManualClock()
    let repository = InMemoryStatsRepository(contents())
    let service = try CachedStatsService(repository: repository, clock: clock)
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    clock.advance(by: .seconds(60) - .nanoseconds(1))
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    #expect(repository.calls.count == 1)
    clock.advance(by: .nanoseconds(1))
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    #expect(repository.calls.count == 2)
  }

  @Test func aTTLOfZeroReadsEveryTimeAndKeepsNothing() async throws {
    let bench = try Bench(ttl: .zero)
    for scale in 1...3 {
      bench.repository.change { $0 = contents(scale: scale) }
      let global = try await bench.service.collectGlobalStats(window: .day, since: nil)
      #expect(global.summary.counters.success == 200 * scale)
      let bulk = try await bench.service.collectSlotStats(window: .day, since: nil)
      #expect(bulk["a"]?.summary.counters.success == 2 * scale)
    }
    #expect(bench.repository.calls.count == 6)
    #expect(bench.service.entryCount == 0)
  }

  @Test func aTTLOfZeroSharesNoLoad() async throws {
    let bench = try Bench(ttl: .zero)
    let gate = Gate()
    bench.repository.hold(at: gate)
    let service = bench.service
    async let first = service.collectGlobalStats(window: .day, since: nil)
    async let second = service.collectGlobalStats(window: .day, since: nil)
    await gate.waitForArrivals(2)
    gate.open()
    _ = try await (first, second)
    #expect(bench.repository.calls.count == 2)
  }

  @Test func aNegativeTTLIsRefusedInOneLine() {
    let error = #expect(throws: InvalidCacheSettings.self) { try Bench(ttl: .seconds(-1)) }
    #expect(error == .negativeTTL(.seconds(-1)))
    #expect(
      error.map(String.init(describing:))
        == "Cannot cache statistics for \"-1.0 seconds\": a time to live is 0 (no caching) or longer.")
    #expect(throws: InvalidCacheSettings.noRoom(maxEntries: 0)) { try Bench(maxEntries: 0) }
  }

  @Test func aVeryLongTTLDoesNotTrap() async throws {
    let bench = try Bench(ttl: Duration(attoseconds: .max))
    _ = try await bench.service.collectGlobalStats(window: .day, since: nil)
    bench.clock.advance(by: .seconds(1_000_000_000))
    _ = try await bench.service.collectGlobalStats(window: .day, since: nil)
    #expect(bench.repository.calls.count == 1)
  }

  @Test func keysDifferBySlotWindowAndSince() async throws {
    let bench = try Bench()
    for _ in 0..<2 {
      for slot in ["a", "b"] {
        for window in usualWindows {
          for since in [nil, today, today.addingTimeInterval(1)] {
            let stats = try await bench.service.collectSlotStats(slot, window: window, since: since)
            let all = contents().bySlot[window]?[slot] ?? []
            #expect(stats.metrics == all.filter { $0.periodEnd > since ?? .distantPast })
          }
        }
      }
      for window in usualWindows {
        for since in [nil, today] { _ = try await bench.service.collectGlobalStats(window: window, since: since) }
      }
    }
    // 2 slots, 2 windows, 3 sinces; for all slots together 2 windows, 2 sinces.
    #expect(bench.repository.calls.count == 16)
    #expect(Set(bench.repository.calls).count == bench.repository.calls.count)
  }

  @Test func aFailureIsThrownAndNotKept() async throws {
    let bench = try Bench()
    bench.repository.failNext(with: Broken())
    await #expect(throws: Broken()) { try await bench.service.collectGlobalStats(window: .day, since: nil) }
    #expect(bench.service.entryCount == 0)
    _ = try await bench.service.collectGlobalStats(window: .day, since: nil)
    #expect(bench.repository.calls.count == 2)
  }

  @Test func anUnknownSlotIsTheSourcesError() async throws {
    let bench = try Bench()
    let error = await #expect(throws: StatsSourceError.self) {
      try await bench.service.collectSlotStats("nobody", window: .day, since: nil)
    }
    #expect(error?.kind == .noSuchSlot)
  }

  @Test func aReadingKeepsTheTimeOfItsLoad() async throws {
    let bench = try Bench(ttl: .seconds(60))
    let first = try await bench.service.readGlobalStats(window: .day, since: nil)
    bench.clock.advance(by: .seconds(59))
    #expect(try await bench.service.readGlobalStats(window: .day, since: nil) == first)
    #expect(first.readAt == noon)
    #expect(first.generatedAt == noon)
    bench.clock.advance(by: .seconds(1))
    let second = try await bench.service.readGlobalStats(window: .day, since: nil)
    #expect(second.readAt == noon.addingTimeInterval(60))
    let slot = try await bench.service.readSlotStats("a", window: .day, since: nil)
    #expect(slot.readAt == noon.addingTimeInterval(60))
    #expect(slot.aggregation.metrics == contents().bySlot[.day]?["a"])
  }

  @Test func theNumberOfEntriesIsBounded() async throws {
    let bench = try Bench(maxEntries: 10)
    for second in 0..<1_000 {
      _ = try await bench.service.collectGlobalStats(window: .day, since: today.addingTimeInterval(Double(second)))
      _ = try await bench.service.collectSlotStats(window: .day, since: today.addingTimeInterval(Double(second)))
      #expect(bench.service.entryCount <= 10 + CachedStatsService.maxBulkEntries)
    }
  }

  @Test func theLeastRecentlyUsedEntryLeavesFirst() async throws {
    let bench = try Bench(maxEntries: 2)
    for slot in ["a", "b", "a", "c", "a"] {
      _ = try await bench.service.collectSlotStats(slot, window: .day, since: nil)
    }
    #expect(bench.repository.calls.count == 3)
    _ = try await bench.service.collectSlotStats("b", window: .day, since: nil)
    #expect(bench.repository.calls.count == 4)
  }

  @Test func aSinceThatIsNoNumberLeavesNoEntryBehind() async throws {
    let bench = try Bench(maxEntries: 3)
    for _ in 0..<20 {
      _ = try await bench.service.collectGlobalStats(
        window: .day, since: Date(timeIntervalSinceReferenceDate: .nan))
    }
    #expect(bench.service.entryCount == 1)
  }
}
