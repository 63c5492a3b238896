import Foundation
import SlotStats
import Testing

@testable import RemoteSources

@Suite struct PanelRangeTests {
  @Test(arguments: [StatsWindow.day, .week], [0, 1, 86_399, 86_400 * 3, 86_400 * 6 + 7])
  func theShownRangeIsCoveredInPiecesThatAPanelAllows(window: StatsWindow, offset: Int) {
    let instant = tuesday.addingTimeInterval(Double(offset))
    let ranges = PanelRange.shown(window, at: instant)
    #expect(ranges.count == (window == .day ? 1 : 2))
    #expect(ranges.first?.from == window.shownStart(endingAt: instant))
    #expect(ranges.last?.to == window.bucket(containing: instant).upperBound)
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.to == $1.from })
    for range in ranges {
      #expect(window.isBucketStart(range.from))
      #expect(range.to.timeIntervalSince(range.from) <= 31 * 86_400)
    }
    let global = PanelRange.shownGlobal(window, at: instant)
    #expect(global.to.timeIntervalSince(global.from) <= 90 * 86_400)
  }

  @Test func anEarlierSinceIsFollowedSoFarAndNoFurther() {
    for window in [StatsWindow.day, .week] {
      let far = PanelRange.start(window, since: .distantPast, at: tuesday)
      #expect(window.isBucketStart(far))
      let ranges = PanelRange.covering(window, from: far, at: tuesday, limit: PanelRange.slotLimit(window))
      #expect(ranges.count == (window == .day ? 3 : 14))
      #expect(ranges.allSatisfy { $0.to.timeIntervalSince($0.from) <= 31 * 86_400 })
    }
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
    let clock = PanelClock(began: tuesday, panel: tuesday.addingTimeInterval(lead))
    #expect(clock.instant == tuesday.addingTimeInterval(moved))
    #expect(clock.notice == words.map { "the panel's clock is \($0)" })
    #expect(PanelClock(began: tuesday, panel: nil).instant == tuesday)
  }
}
