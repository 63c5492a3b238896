import Foundation
import SlotStats
import SlotStatsTesting
import Testing

/// What was counted in single minutes, from which every series is added up the slow way.
private struct MadeHistory {
  static let ids: [Slot.ID] = ["a", "b", "c"]
  /// The minutes of each slot by their numbers.
  var minutes: [Slot.ID: [Int: StatsCounters]] = [:]

  /// Some hundreds of minutes of the days before noon, most of them lately.
  init(seed: UInt64, days: Int) {
    var random = SeededGenerator(state: seed)
    let last = MinuteCounts.number(noon)
    for id in Self.ids {
      for _ in 0..<600 {
        let span = Bool.random(using: &random) ? days * 1_440 : 300
        let counters = StatsCounters(
          success: .random(in: 0...9, using: &random), timeouts: .random(in: 0...2, using: &random),
          ingestCount: .random(in: 0...9, using: &random))
        minutes[id, default: [:]][last - .random(in: 0..<span, using: &random)] = counters
      }
    }
  }

  /// The buckets of a window, of what was counted before `end`.
  func series(_ id: Slot.ID?, _ window: StatsWindow, before end: Date = .distantFuture) -> [StatsMetric] {
    var buckets: [Date: StatsCounters] = [:]
    for (slot, minutes) in minutes where id == nil || slot == id {
      for (number, counters) in minutes where MinuteCounts.start(number) < end && counters != .zero {
        buckets[window.bucketStart(containing: MinuteCounts.start(number)), default: .zero] += counters
      }
    }
    return buckets.sorted { $0.key < $1.key }.map { StatsMetric(window, start: $0.key, counters: $0.value) }
  }

  /// A source that has it all, with the buckets of each window from `keptFrom` on.
  func repository(keptFrom: [StatsWindow: Date]) -> InMemoryStatsRepository {
    func kept(_ id: Slot.ID?, _ window: StatsWindow) -> [StatsMetric] {
      series(id, window).filter { $0.periodStart >= keptFrom[window] ?? .distantFuture }
    }
    var contents = InMemoryStatsRepository.Contents(slots: Self.ids.map { Slot(id: $0) })
    for window in keptFrom.keys {
      contents.global[window] = kept(nil, window)
      contents.bySlot[window] = Dictionary(uniqueKeysWithValues: Self.ids.map { ($0, kept($0, window)) })
    }
    return InMemoryStatsRepository(contents, windows: Set(keptFrom.keys))
  }
}

@Suite struct PastMomentTests {
  private static let kept: [StatsWindow: Date] = [
    .minute: StatsWindow.hour.bucketStart(containing: noon.addingTimeInterval(-48 * 3_600)),
    .hour: StatsWindow.day.bucketStart(containing: noon.addingTimeInterval(-20 * 86_400)),
    .day: .distantPast, .week: .distantPast,
  ]

  /// Each series is what was counted before the instant, added up from single minutes.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func isWhatWasCountedBefore(seed: UInt64) async throws {
    var random = SeededGenerator(state: seed)
    let history = MadeHistory(seed: seed, days: 40)
    let repository = history.repository(keptFrom: Self.kept)
    let reaches: [TimeInterval] = [3_600, 46 * 3_600, 19 * 86_400, 39 * 86_400]
    let reach = reaches[Int(seed) % reaches.count]
    let asked = noon.addingTimeInterval(-TimeInterval.random(in: 60...reach, using: &random))
    let moment = PastMoment(asked, keptFrom: Self.kept)
    let reading = try await repository.past(moment, readAt: noon)
    #expect(reading.generatedAt == moment.instant && moment.instant <= asked)
    #expect(reading.series.keys.sorted() == moment.windows)
    for window in moment.windows {
      let first = max(window.shownStart(endingAt: moment.instant), Self.kept[window] ?? .distantPast)
      func expected(_ id: Slot.ID?) -> [StatsMetric] {
        history.series(id, window, before: moment.instant).filter { $0.periodStart >= first }
      }
      #expect(reading.series[window]?.global.metrics == expected(nil), "\(window)")
      for id in MadeHistory.ids { #expect(reading.series[window]?.bySlot[id]?.metrics == expected(id), "\(window)") }
    }
    guard let recent = reading.recent else { return }
    let minute = MinuteCounts.number(moment.instant)
    let counted: [Int] = history.minutes["a", default: [:]].compactMap { $0.value == .zero ? nil : $0.key }
    let told: [Int] = (recent.bySlot["a"]?.minutes.minutes(in: minute - 300...minute + 9) ?? []).map { $0.number }
    #expect(told == counted.filter { (minute - 300..<minute).contains($0) }.sorted())
    #expect(recent.reported & 1 == 0)
  }

  @Test(arguments: [
    ("2026-11-19T14:31:59Z", "2026-11-19T14:31:00Z", 4),
    ("2026-11-18T03:00:00Z", "2026-11-18T03:00:00Z", 4),
    // Minutes are kept from the 17th, 14:00, on: earlier only whole hours can be told.
    ("2026-11-17T14:05:00Z", "2026-11-17T14:05:00Z", 4),
    ("2026-11-17T13:59:00Z", "2026-11-17T13:00:00Z", 3),
    ("2026-11-03T23:10:00Z", "2026-11-03T23:00:00Z", 3),
    // Hours from the 30th of October on.
    ("2026-10-29T23:10:00Z", "2026-10-29T00:00:00Z", 2),
  ])
  func goesDownToWhatCanBeToldExactly(asked: String, told: String, windows: Int) throws {
    let moment = PastMoment(try instant(asked), keptFrom: Self.kept)
    #expect(moment.instant == (try instant(told)))
    #expect(moment.windows.count == windows)
  }

  @Test func tellsTheLastMinutesOnlyWhereAllOfThemAreKept() throws {
    let kept = try #require(Self.kept[.minute])
    let reach = Double(RecentReading.minutesBack * 60)
    #expect(PastMoment(kept.addingTimeInterval(reach), keptFrom: Self.kept).hasRecent)
    #expect(!PastMoment(kept.addingTimeInterval(reach - 60), keptFrom: Self.kept).hasRecent)
  }

  @Test func aSourceOfDaysAndWeeksTellsWholeDays() async throws {
    let history = MadeHistory(seed: 1, days: 30)
    let kept: [StatsWindow: Date] = [.day: .distantPast, .week: .distantPast]
    let moment = PastMoment(noon.addingTimeInterval(-3 * 86_400), keptFrom: kept)
    #expect(moment.instant == StatsWindow.day.start(today, advancedBy: -3))
    let reading = try await history.repository(keptFrom: kept).past(moment, readAt: noon)
    let week = history.series(nil, .week, before: moment.instant)
    #expect(reading.series[.week]?.global.metrics.last == week.last)
    #expect(reading.recent == nil)
  }

  @Test func aSourceKeepsNoHistoryUnlessItSaysSo() async throws {
    let repository = MadeHistory(seed: 1, days: 3).repository(keptFrom: Self.kept)
    #expect(!repository.keepsHistory)
    #expect(try await repository.past(at: noon.addingTimeInterval(-3_600)) == nil)
  }
}
