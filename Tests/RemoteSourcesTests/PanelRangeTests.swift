import Foundation
import SlotStats
import Testing

@testable import RemoteSources

@Suite struct PanelRangeTests {
  @Test(arguments: StatsWindow.allCases, [0, 1, 59, 3_599, 86_399, 86_400 * 3, 86_400 * 6 + 7])
  func theShownRangeIsCoveredInPiecesThatAPanelAllows(window: StatsWindow, offset: Int) {
    let instant = tuesday.addingTimeInterval(Double(offset))
    let ranges = PanelRange.shown(window, at: instant)
    #expect(ranges.count == (window == .week ? 2 : 1))
    #expect(ranges.first?.from == window.shownStart(endingAt: instant))
    #expect(ranges.last?.to == window.bucket(containing: instant).upperBound)
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.to == $1.from })
    for range in ranges {
      #expect(window.isBucketStart(range.from))
      #expect(range.to.timeIntervalSince(range.from) <= 31 * 86_400)
    }
    let global = PanelRange.shownGlobal(window, at: instant)
    #expect(global.to.timeIntervalSince(global.from) <= 90 * 86_400)
    #expect(Int(global.to.timeIntervalSince(global.from) / window.length) == window.shownBuckets)
  }

  @Test(arguments: [(StatsWindow.minute, 1, 2.0), (.hour, 3, 31), (.day, 3, 31), (.week, 14, 31)])
  func anEarlierSinceIsFollowedSoFarAndNoFurther(window: StatsWindow, count: Int, days: Double) {
    let far = PanelRange.start(window, since: .distantPast, at: tuesday)
    #expect(window.isBucketStart(far))
    let ranges = PanelRange.covering(window, from: far, at: tuesday, limit: PanelRange.limits(window).slot)
    #expect(ranges.count == count)
    #expect(ranges.allSatisfy { $0.to.timeIntervalSince($0.from) <= days * 86_400 })
  }

  @Test(arguments: [(StatsWindow.minute, 2.0), (.hour, 90), (.day, 90), (.week, 90)])
  func allSlotsTogetherAreAskedForInRangesThatAPanelAllows(window: StatsWindow, days: Double) {
    #expect(Double(PanelRange.limits(window).global) * window.length <= days * 86_400)
  }

  @Test func seriesAreAddedUpByBucketAndNothingIsMadeUp() {
    let range = PanelRange.shownGlobal(.hour, at: tuesday)
    func row(_ hour: Int, _ success: Int) -> StatsMetric {
      StatsMetric(
        .hour, start: range.from.addingTimeInterval(Double(hour) * 3_600), counters: StatsCounters(success: success))
    }
    #expect(
      range.sum(of: [[row(0, 1), row(2, 2)], [], [row(2, 3), row(23, 4)]]) == [row(0, 1), row(2, 5), row(23, 4)])
    #expect(range.sum(of: [[row(-1, 1), row(24, 1)]]).isEmpty)
    #expect(range.sum(of: [[row(1, .max)], [row(1, 5)]]) == [row(1, .max)])
  }

  @Test func aSinceInTheFutureAsksForTheCurrentBucket() {
    let ranges = PanelRange.covering(
      .day, from: PanelRange.start(.day, since: .distantFuture, at: tuesday), at: tuesday, limit: 31)
    #expect(ranges == [PanelRange(window: .day, from: tuesday - 52_200, to: tuesday - 52_200 + 86_400)])
  }

  @Test func rowsAreCutToTheRangeAndThoseAheadAreCounted() {
    let range = PanelRange.shownGlobal(.day, at: tuesday)
    let some = StatsCounters(success: 1)
    let rows = [
      StatsMetric(.day, start: range.from - 86_400, counters: some),
      StatsMetric(.day, start: range.from, counters: some),
      StatsMetric(.day, start: range.to, counters: .zero),
    ]
    #expect(PanelRows(rows, in: range).metrics == [rows[1]])
    #expect(PanelRows(rows, in: range).aheadCount == 0)
    let ahead = PanelRows(rows + [StatsMetric(.day, start: range.to + 86_400, counters: some)], in: range)
    #expect(ahead.metrics == [rows[1]])
    #expect(ahead.aheadCount == 1)
    #expect(ahead.firstAhead == range.to + 86_400)
  }

  @Test(arguments: [
    ("slot-001", "/api/stats/slot-001"), ("a/b?c#d", "/api/stats/a%2Fb%3Fc%23d"), ("..", "/api/stats/%2E%2E"),
    ("v1.2", "/api/stats/v1.2"), ("ключ 1", "/api/stats/%D0%BA%D0%BB%D1%8E%D1%87%201"), ("%41", "/api/stats/%2541"),
    ("\n", "/api/stats/%0A"),
  ])
  func anyIDIsOneStepOfThePath(id: String, path: String) {
    #expect(PanelClient.path(of: id) == path)
  }

  @Test(arguments: [
    (0.0, 0.0, nil), (-1.5, 0, nil), (-2.5, -2.5, nil), (60, 0, nil), (61, 61, "61 s ahead"),
    (-200, -200, "3 min behind"), (-86_400, -86_400, "1 d behind"), (86_399, 86_399, "1 d ahead"),
    (-7_300, -7_300, "2 h behind"),
  ])
  func thePanelsClockDecidesWhereItIsFarOff(lead: Double, moved: Double, words: String?) {
    let clock = PanelClock(began: tuesday, list: PanelStamp(date: tuesday.addingTimeInterval(lead)))
    #expect(clock.instant == tuesday.addingTimeInterval(moved))
    #expect(clock.notice == words.map { "the panel's clock is \($0)" })
    #expect(PanelClock(began: tuesday, list: nil).instant == tuesday)
    #expect(PanelClock(began: tuesday, list: PanelStamp()).instant == tuesday)
  }

  private static let kept = "answer from a cache, 100 s old"

  /// `Date` is so many seconds ahead of our clock, and a cache says so many; what the data is of, and the words.
  @Test(
    arguments: [
      // Passed on, as caches do; written anew; and by a clock that is off besides.
      (-100, 100, -100, kept), (0, 100, -100, kept), (-150, 100, -150, kept),
      (-250, 100, -250, kept + "; the panel's clock is 3 min behind"),
      (200, 100, 100, kept + "; the panel's clock is 3 min ahead"),
      // No cache, or none to speak of.
      (-200, 0, -200, "the panel's clock is 3 min behind"), (-1, 1, 0, nil),
    ] as [(Double, Double, Double, String?)])
  func aKeptAnswerIsAsOldAsItSaysAndNeverTwiceThat(date: Double, age: Double, data: Double, words: String?) {
    let stamp = PanelStamp(date: tuesday + date, age: age)
    var clock = PanelClock(began: tuesday, list: stamp)
    // The list of slots is no statistics: it makes none old.
    #expect(clock.lag == 0)
    clock.needs(stamp)
    #expect(clock.dataInstant == tuesday + data)
    #expect(clock.notice == words)
  }

  @Test(
    arguments: [
      (-400, 400, 400, "answer from a cache, 6 min old"), (0, 30, 30, "answer from a cache, 30 s old"),
      (-90, 0, 90, nil), (-50, 0, 0, nil), (-90, 20, 90, "answer from a cache, 90 s old"), (3, 0, 0, nil),
    ] as [(Double, Double, Double, String?)])
  func theOldestAnswerCounts(date: Double, age: Double, old: Double, words: String?) {
    var clock = PanelClock(began: tuesday, list: PanelStamp(date: tuesday))
    let stamp = PanelStamp(date: tuesday + date, age: age)
    clock.needs(stamp)
    #expect(clock.lag == old)
    #expect(clock.notice == words)
    var fixed = PanelClock(began: tuesday, list: nil)
    fixed.needs(stamp)
    #expect(fixed.lag == 0 && fixed.notice == nil)
  }
}
