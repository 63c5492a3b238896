import Foundation
import SlotStatsTesting
import Testing

@testable import SlotStats

/// Midnight is not a recovery: a new, empty bucket takes no mark away.
@Suite struct JudgementMidnightTests {
  @Test(arguments: StatsWindow.allCases)
  func keepsTheMarkOfEveryRowThatDidNotSpanThreeBucketsYet(window: StatsWindow) {
    var numbers = SeededGenerator(state: window == .day ? 6 : 66)
    var marked = 0
    for _ in 0..<4_000 {
      let buckets = randomBuckets(&numbers)
      let before = judge(buckets, window: window)
      guard before.judgedBuckets < window.maxJudgedBuckets else { continue }
      let fresh: StatsCounters? = Bool.random(using: &numbers) ? nil : .zero
      let after = judge([fresh] + buckets, window: window)
      #expect(after.state == before.state)
      #expect(after.judged == before.judged)
      #expect(after.judgedBuckets == before.judgedBuckets + 1)
      if before.state.isMarked { marked += 1 }
    }
    // Otherwise the fleets would prove nothing.
    #expect(marked > 500)
  }

  @Test(arguments: StatsWindow.allCases)
  func theFirstRunsOfTheNewBucketKeepAMarkTooUntilItIsJudgedByItself(window: StatsWindow) {
    let failing = Judging.counters(30, of: 60)
    for runs in 0..<20 {
      let series = judge([Judging.counters(0, of: runs), failing], window: window)
      #expect(series.state == .critical && series.judgedBuckets == 2)
    }
    #expect(judge([Judging.counters(0, of: 20), failing], window: window).state == .ok)
  }

  private func judge(_ newestFirst: [StatsCounters?], window: StatsWindow) -> JudgedSeries {
    JudgedSeries(
      metrics: Judging.metrics(newestFirst, window: window), window: window,
      currentStart: window.bucketStart(containing: Judging.today), thresholds: .standard)
  }

  private func randomBuckets(_ numbers: inout SeededGenerator) -> [StatsCounters?] {
    (0..<Int.random(in: 1...6, using: &numbers)).map { _ in
      guard Int.random(in: 0..<8, using: &numbers) > 0 else { return nil }
      let runs = Int.random(in: 0...60, using: &numbers)
      let open = Int.random(in: 0..<4, using: &numbers) == 0 ? Int.random(in: 0...90, using: &numbers) : 0
      let failures = Int.random(in: 0...runs, using: &numbers) / Int.random(in: 1...12, using: &numbers)
      return Judging.counters(failures, of: runs, ingest: runs + open)
    }
  }
}
