import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import EventStore

/// How the store was at a past instant is how a store is now that holds nothing but the events from before.
@Suite struct PastTests {
  private static let now = RandomEvents.now

  private func store(_ logs: [ProcessingLog], at instant: Date = now) async throws -> SQLiteStatsRepository {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { instant })
    _ = try await store.storeProcessingLogs(logs)
    return store
  }

  private func present(_ logs: [ProcessingLog], at instant: Date) async throws -> FleetReading {
    let store = try await store(logs.filter { $0.occurredAt < instant }, at: instant)
    let service = try CachedStatsService(repository: store, clock: ContinuousClock(), wallClock: { instant })
    return try await service.readFleet(now: instant)
  }

  private func compare(_ past: FleetReading, _ present: FleetReading, by windows: [StatsWindow]) {
    #expect(Set(past.slots) == Set(present.slots))
    #expect(past.series.keys.sorted() == windows)
    for window in windows {
      #expect(past.series[window]?.global == present.series[window]?.global, "\(window)")
      #expect(past.series[window]?.bySlot == present.series[window]?.bySlot, "\(window)")
    }
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func isAStoreOfTheEventsBefore(seed: UInt64) async throws {
    var random = SeededGenerator(state: seed)
    let logs =
      RandomEvents.make(seed: seed, jobs: 300, days: 2) + RandomEvents.make(seed: seed + 100, jobs: 300, days: 20)
    let instant = StatsWindow.minute.bucketStart(
      containing: Self.now.addingTimeInterval(-TimeInterval.random(in: 60...144_000, using: &random)))
    let past = try #require(try await store(logs).past(at: instant.addingTimeInterval(59.5)))
    #expect(past.generatedAt == instant)
    let present = try await present(logs, at: instant)
    compare(past, present, by: StatsWindow.allCases)
    let (told, expected) = (try #require(past.recent), try #require(present.recent))
    #expect(told.reported == expected.reported && told.instant == expected.instant && told.longestGap == nil)
    #expect(comparable(told.global, at: instant) == comparable(expected.global, at: instant))
    for slot in past.slots {
      let (one, other) = (told.bySlot[slot.id] ?? RecentSeries(), expected.bySlot[slot.id] ?? RecentSeries())
      #expect(comparable(one, at: instant) == comparable(other, at: instant), "\(slot.id)")
    }
  }

  /// What is told of a past instant whatever is kept now: not the minutes of the day before, and not what was open.
  private func comparable(_ series: RecentSeries, at instant: Date) -> RecentSeries {
    var series = series
    let minute = MinuteCounts.number(instant)
    var minutes = MinuteCounts()
    for kept in series.minutes.minutes(in: minute - RecentReading.minutesBack...minute) {
      minutes.append(kept.number, kept.counters)
    }
    (series.minutes, series.open) = (minutes, nil)
    return series
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func whereMinutesAreGoneItIsThatOfTheHour(seed: UInt64) async throws {
    var random = SeededGenerator(state: seed)
    let logs = RandomEvents.make(seed: seed, jobs: 600, days: 20)
    let instant = Self.now.addingTimeInterval(-TimeInterval.random(in: 345_600...1_036_800, using: &random))
    let past = try #require(try await store(logs).past(at: instant))
    #expect(past.generatedAt == StatsWindow.hour.bucketStart(containing: instant))
    #expect(past.recent == nil)
    compare(past, try await present(logs, at: past.generatedAt), by: [.hour, .day, .week])
  }

  @Test func whatNobodyCountedStaysMissing() async throws {
    let hour = StatsWindow.hour.bucketStart(containing: Self.now)
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { hour })
    try await store.storeProcessingLog(event(.received, at: hour.addingTimeInterval(-6 * 3_600)))
    for minute in [-5 * 60, -2 * 60 - 30] {
      let beat = hour.addingTimeInterval(Double(minute) * 60)
      try await store.write { try Heartbeats.record(minute: Int64(MinuteCounts.number(beat)), $0) }
    }
    let past = try #require(try await store.past(at: hour.addingTimeInterval(-3_600)))
    let hours = past.series[.hour]?.global.metrics.map { $0.periodStart.timeIntervalSince(hour) / 3_600 }
    #expect(hours == [-6, -5, -3])
  }

  @Test func beforeTheFirstEventThereIsNothing() async throws {
    let first = Self.now.addingTimeInterval(-7_230)
    let store = try await store([event(.received, at: first)])
    let minute = StatsWindow.minute.bucketStart(containing: first)
    await #expect(throws: StatsSourceError.nothing(before: minute)) { try await store.past(at: minute) }
    #expect(try await store.past(at: minute.addingTimeInterval(60))?.slots.map(\.id) == ["slot-1"])
    await #expect(throws: StatsSourceError.self) { try await self.store([]).past(at: Self.now) }
  }

  @Test func slotsThatCameLaterAreLeftOut() async throws {
    let hourAgo = Self.now.addingTimeInterval(-3_600)
    let store = try await store([
      event(.received, slot: "late", at: Self.now.addingTimeInterval(-60)),
      event(.received, slot: "early", at: hourAgo),
    ])
    try await store.describe([Slot(id: "named")])
    let past = try #require(try await store.past(at: Self.now.addingTimeInterval(-600)))
    #expect(past.slots.map(\.id) == ["early", "named"])
    #expect(past.series[.hour]?.global.metrics.map(\.counters.ingestCount) == [1])
  }

  /// An instant of the future is taken as now.
  @Test func nothingIsLaterThanNow() async throws {
    let store = try await store([event(.received, at: Self.now.addingTimeInterval(-600))])
    #expect(try await store.past(at: Self.now.addingTimeInterval(9_999))?.generatedAt == Self.now)
  }
}
