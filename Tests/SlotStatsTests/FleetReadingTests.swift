import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@Suite struct LiveFleetTests {
  @Test func aFrameHoldsAllSlotsInEveryWindow() async throws {
    let bench = try Bench()
    let frame = try await bench.service.readFleet(now: noon)
    #expect(frame.slots.map(\.id) == ["a", "b", "c"])
    #expect(Set(frame.series.keys) == Set(usualWindows))
    for window in usualWindows {
      #expect(frame.series[window]?.global.metrics == contents().global[window])
      #expect(frame.series[window]?.bySlot.mapValues(\.metrics) == contents().bySlot[window])
    }
    #expect(frame.generatedAt == noon)
    #expect(frame.readAt == noon)
    #expect(frame.refreshInterval == nil)
  }

  @Test func everythingIsReadOnceWithTheShownRange() async throws {
    let bench = try Bench()
    _ = try await bench.service.readFleet(now: noon)
    _ = try await bench.service.readFleet(now: noon.addingTimeInterval(1))
    let expected: [InMemoryStatsRepository.Call] =
      [.slots]
      + usualWindows.flatMap { window -> [InMemoryStatsRepository.Call] in
        let since = window.shownStart(endingAt: noon)
        return [.global(window, since: since), .everySlot(window, since: since)]
      }
    #expect(bench.repository.calls == expected)
  }

  @Test func aFrameFromMemoryKeepsItsAgeAndNumber() async throws {
    let bench = try Bench(ttl: .seconds(60))
    let first = try await bench.service.readFleet(now: noon)
    bench.clock.advance(by: .seconds(59))
    #expect(try await bench.service.readFleet(now: noon.addingTimeInterval(59)) == first)
    bench.clock.advance(by: .seconds(1))
    let later = try await bench.service.readFleet(now: noon.addingTimeInterval(60))
    #expect(later.readAt == noon.addingTimeInterval(60))
    #expect(later.generatedAt == noon.addingTimeInterval(60))
    #expect(later.version != first.version)
  }

  @Test func anEventReadsItsSlotAndTheSumsAlone() async throws {
    let bench = try Bench(countsEvents: true)
    bench.repository.change { $0.global = [:] }
    let first = try await bench.service.readFleet(now: noon)
    let before = bench.repository.calls.count
    try await bench.service.recordProcessingEvent(event(of: "b"))
    let second = try await bench.service.readFleet(now: noon.addingTimeInterval(1))
    let reads = bench.repository.calls[before...].dropFirst()
    #expect(!reads.contains { if case .everySlot = $0 { true } else { false } })
    #expect(reads.count { if case .slot("b", _, _) = $0 { true } else { false } } == 2)
    #expect(reads.count { if case .slot = $0 { true } else { false } } == 2)
    for window in usualWindows {
      let (old, new) = (try #require(first.series[window]), try #require(second.series[window]))
      #expect(new.global.summary.counters.success == old.global.summary.counters.success + 1)
      #expect(new.bySlot["b"]?.summary.counters.success == (old.bySlot["b"]?.summary.counters.success ?? 0) + 1)
      #expect(new.bySlot["a"] == old.bySlot["a"])
    }
    #expect(second.version != first.version)
    #expect(second.readAt == first.readAt)
  }

  @Test func noCountIsNewerThanTheInstantThatIsStated() async throws {
    let bench = try Bench(countsEvents: true)
    let first = try await bench.service.readFleet(now: noon)
    bench.clock.advance(by: .seconds(30))
    try await bench.service.recordProcessingEvent(event(of: "b", at: noon.addingTimeInterval(29)))
    let second = try await bench.service.readFleet(now: noon.addingTimeInterval(30))
    #expect(second.series[.day]?.bySlot["b"] != first.series[.day]?.bySlot["b"])
    #expect(second.generatedAt == noon.addingTimeInterval(30))
    // Other slots are as old as they were.
    #expect(second.readAt == noon)
    bench.clock.advance(by: .seconds(5))
    #expect(try await bench.service.readFleet(now: noon.addingTimeInterval(35)) == second)
  }

  @Test(.timeLimit(.minutes(1))) func aLoadThatTakesLongIsDatedByItsEnd() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let reading = Task { try await bench.service.readFleet(now: noon) }
    await gate.waitForArrivals(1)
    bench.clock.advance(by: .seconds(5))
    gate.open()
    let frame = try await reading.value
    #expect(frame.generatedAt == noon.addingTimeInterval(5))
    #expect(frame.readAt == noon)
  }

  @Test func theSlotOfAFirstEventAppears() async throws {
    let bench = try Bench(countsEvents: true)
    _ = try await bench.service.readFleet(now: noon)
    try await bench.service.recordProcessingEvent(event(of: "new"))
    let frame = try await bench.service.readFleet(now: noon)
    #expect(frame.slots.map(\.id) == ["a", "b", "c", "new"])
    #expect(frame.series[.day]?.bySlot["new"]?.metrics.count == 1)
  }

  @Test func aNewDayReadsTheWeekAnewToo() async throws {
    let bench = try Bench(ttl: .seconds(60))
    let lastSecond = today.addingTimeInterval(86_399)
    _ = try await bench.service.readFleet(now: lastSecond)
    let frame = try await bench.service.readFleet(now: lastSecond.addingTimeInterval(2))
    #expect(frame.generatedAt == lastSecond.addingTimeInterval(2))
    #expect(bench.repository.count(of: .everySlot(.week, since: StatsWindow.week.shownStart(endingAt: noon))) == 2)
  }

  @Test(.timeLimit(.minutes(1))) func nobodyJoinsALoadOfTheDayBefore() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let lastSecond = today.addingTimeInterval(86_399)
    let old = Task { try await bench.service.readFleet(now: lastSecond) }
    await gate.waitForArrivals(1)
    bench.repository.hold(at: nil)
    let frame = try await bench.service.readFleet(now: lastSecond.addingTimeInterval(2))
    #expect(frame.generatedAt == lastSecond.addingTimeInterval(2))
    gate.open()
    _ = try await old.value
  }

  @Test(.timeLimit(.minutes(1))) func nobodyJoinsAMendingOfTheDayBefore() async throws {
    let bench = try Bench(ttl: .seconds(86_400))
    let since = StatsWindow.week.shownStart(endingAt: noon)
    _ = try await bench.service.collectSlotStats(window: .week, since: since)
    try await bench.service.recordProcessingEvent(event(of: "b"))
    let nextDay = StatsWindow.day.start(today, advancedBy: 1)
    bench.clock.advance(by: .seconds(nextDay.timeIntervalSince(noon)))
    let gate = Gate()
    bench.repository.hold(at: gate)
    let mending = Task { try await bench.service.collectSlotStats(window: .week, since: since) }
    await gate.waitForArrivals(1)
    bench.repository.hold(at: nil)
    let frame = try await bench.service.readFleet(now: nextDay)
    #expect(frame.generatedAt == nextDay)
    gate.open()
    _ = try await mending.value
  }

  @Test func bucketsThatBeginAfterTheInstantAreLeftOut() async throws {
    var ahead = contents()
    let tomorrow = StatsWindow.day.start(today, advancedBy: 1)
    ahead.bySlot[.day]?["a"]?.append(metric(.day, tomorrow, success: 9_999))
    ahead.global[.day]?.append(metric(.day, tomorrow, success: 9_999))
    let bench = try Bench(contents: ahead)
    let frame = try await bench.service.readFleet(now: noon)
    #expect(frame.series[.day]?.global == StatsAggregation(window: .day, metrics: contents().global[.day] ?? []))
    #expect(frame.series[.day]?.bySlot["a"]?.summary.counters.success == 2)
  }

  @Test func aFailureIsThrownAndTheRestStaysCached() async throws {
    let bench = try Bench()
    _ = try await bench.service.collectGlobalStats(window: .day, since: StatsWindow.day.shownStart(endingAt: noon))
    bench.repository.failNext(with: Broken())
    await #expect(throws: Broken()) { try await bench.service.readFleet(now: noon) }
    let frame = try await bench.service.readFleet(now: noon)
    #expect(frame.slots.count == 3)
    #expect(bench.repository.count(of: .global(.day, since: StatsWindow.day.shownStart(endingAt: noon))) == 1)
  }

  @Test func withoutCachingEveryFrameIsNew() async throws {
    let bench = try Bench(ttl: .zero)
    let first = try await bench.service.readFleet(now: noon)
    let second = try await bench.service.readFleet(now: noon)
    #expect(first.version != second.version)
    #expect(bench.repository.calls.count == 10)
  }
}

@Suite struct RevisedFleetTests {
  let clock = ManualClock()
  let contentsOfFirst = InMemoryStatsRepository(contents(scale: 1))
  let contentsOfSecond = InMemoryStatsRepository(contents(scale: 2))
  let source: VersionedStatsRepository
  let service: CachedStatsService

  init() throws {
    source = VersionedStatsRepository(Self.version(1, contentsOfFirst))
    service = try CachedStatsService(
      repository: source, ttl: .seconds(60), clock: clock, wallClock: { noon.addingTimeInterval(500) })
  }

  static func version(_ id: UInt64, _ contents: InMemoryStatsRepository, readAt: Date = noon) -> SourceVersion {
    SourceVersion(
      id: id, contents: contents, generatedAt: noon.addingTimeInterval(Double(id)), readAt: readAt,
      refreshInterval: 30)
  }

  @Test func aFrameIsAsItsVersionSays() async throws {
    let frame = try await service.readFleet(now: noon.addingTimeInterval(86_400 * 40))
    #expect(frame.version == 1)
    #expect(frame.generatedAt == noon.addingTimeInterval(1))
    #expect(frame.readAt == noon)
    #expect(frame.refreshInterval == 30)
    // The range ends at the data's instant, not at the wall clock.
    #expect(frame.series[.day]?.global.metrics == contents().global[.day])
    #expect(contentsOfFirst.count(of: .everySlot(.day, since: StatsWindow.day.shownStart(endingAt: noon))) == 1)
  }

  @Test func anUnchangedVersionIsHandedOutAgainWithItsNewReadingTime() async throws {
    let first = try await service.readFleet(now: noon)
    let calls = contentsOfFirst.calls.count
    clock.advance(by: .seconds(600))
    source.publish(Self.version(1, contentsOfFirst, readAt: noon.addingTimeInterval(600)))
    var second = try await service.readFleet(now: noon.addingTimeInterval(600))
    #expect(second.readAt == noon.addingTimeInterval(600))
    second.readAt = first.readAt
    #expect(second == first)
    #expect(contentsOfFirst.calls.count == calls)
    #expect(source.looks == 2)
  }

  @Test func aNewVersionDropsEveryEntry() async throws {
    let old = try await service.collectSlotStats("a", window: .day, since: nil)
    _ = try await service.collectSlotStats(window: .day, since: nil)
    _ = try await service.readFleet(now: noon)
    source.publish(Self.version(2, contentsOfSecond))
    // A hit asks nobody.
    #expect(try await service.collectSlotStats("a", window: .day, since: nil) == old)
    let frame = try await service.readFleet(now: noon)
    #expect(frame.version == 2)
    #expect(frame.series[.day]?.bySlot["a"]?.summary.counters.success == 4)
    #expect(try await service.collectSlotStats("a", window: .day, since: nil).summary.counters.success == 4)
    #expect(try await service.collectSlotStats(window: .day, since: nil)["a"]?.summary.counters.success == 4)
  }

  @Test func aMissThatFindsANewVersionDropsTheOthersEntries() async throws {
    _ = try await service.collectSlotStats("a", window: .day, since: nil)
    source.publish(Self.version(2, contentsOfSecond))
    let reading = try await service.readSlotStats("b", window: .day, since: nil)
    #expect(reading.generatedAt == noon.addingTimeInterval(2))
    #expect(reading.readAt == noon)
    #expect(service.entryCount == 1)
    #expect(try await service.collectSlotStats("a", window: .day, since: nil).summary.counters.success == 4)
    #expect(service.entryCount == 2)
  }

  @Test func aHitDoesNotTouchTheSource() async throws {
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    let (looks, calls) = (source.looks, contentsOfFirst.calls.count)
    _ = try await service.collectGlobalStats(window: .day, since: nil)
    #expect(source.looks == looks)
    #expect(contentsOfFirst.calls.count == calls)
  }

  @Test func aFrameIsOfOneVersionAlthoughANewerOneIsReadMeanwhile() async throws {
    let gate = Gate()
    contentsOfFirst.hold(at: gate)
    let slow = Task { try await service.readFleet(now: noon) }
    await gate.waitForArrivals(1)
    source.publish(Self.version(2, contentsOfSecond))
    let fast = try await service.readFleet(now: noon)
    gate.open()
    let old = try await slow.value
    #expect(old.version == 1)
    for window in usualWindows {
      #expect(old.series[window]?.global.metrics == contents(scale: 1).global[window])
      #expect(old.series[window]?.bySlot.mapValues(\.metrics) == contents(scale: 1).bySlot[window])
      #expect(fast.series[window]?.bySlot.mapValues(\.metrics) == contents(scale: 2).bySlot[window])
    }
    // What the slow one read is nobody's any more, neither its parts nor the whole.
    let calls = contentsOfSecond.calls.count
    let since = StatsWindow.week.shownStart(endingAt: noon)
    #expect(try await service.collectSlotStats(window: .week, since: since) == fast.series[.week]?.bySlot.all)
    clock.advance(by: .seconds(60))
    #expect(try await service.readFleet(now: noon) == fast)
    #expect(contentsOfSecond.calls.count == calls)
  }

  @Test(.timeLimit(.minutes(1))) func aLoadFromBeforeANewVersionIsNotJoinedAndFillsNothing() async throws {
    let gate = Gate()
    contentsOfFirst.hold(at: gate)
    let slow = Task { try await service.collectGlobalStats(window: .day, since: nil) }
    await gate.waitForArrivals(1)
    source.publish(Self.version(2, contentsOfSecond))
    _ = try await service.readFleet(now: noon)
    // Nobody joins it either: it is held still.
    #expect(try await service.collectGlobalStats(window: .day, since: nil).summary.counters.success == 400)
    let kept = service.entryCount
    gate.open()
    #expect(try await slow.value.summary.counters.success == 200)
    #expect(service.entryCount == kept)
    #expect(try await service.collectGlobalStats(window: .day, since: nil).summary.counters.success == 400)
  }

  @Test func aSourceThatCannotBeReadThrows() async throws {
    let frame = try await service.readFleet(now: noon)
    source.failNext(with: Broken())
    await #expect(throws: Broken()) { try await service.readFleet(now: noon) }
    #expect(try await service.readFleet(now: noon) == frame)
  }

  @Test func invalidatingAllBuildsTheFrameAnew() async throws {
    let frame = try await service.readFleet(now: noon)
    let calls = contentsOfFirst.calls.count
    service.invalidateAll()
    #expect(try await service.readFleet(now: noon) == frame)
    #expect(contentsOfFirst.calls.count == 2 * calls)
  }

  @Test func aFrameFromBeforeInvalidatingAllIsNotHandedOutAgain() async throws {
    let gate = Gate()
    contentsOfFirst.hold(at: gate)
    let old = Task { try await service.readFleet(now: noon) }
    await gate.waitForArrivals(1)
    service.invalidateAll()
    gate.open()
    _ = try await old.value
    _ = try await service.readFleet(now: noon)
    #expect(contentsOfFirst.count(of: .slots) == 2)
  }

  @Test func staleSlotsAreNotMendedFromAnotherVersion() async throws {
    _ = try await service.collectSlotStats(window: .day, since: nil)
    source.publish(Self.version(2, contentsOfSecond))
    try await service.recordProcessingEvent(event(of: "a"))
    let all = try await service.collectSlotStats(window: .day, since: nil)
    #expect(all.mapValues(\.metrics) == contents(scale: 2).bySlot[.day])
  }
}
