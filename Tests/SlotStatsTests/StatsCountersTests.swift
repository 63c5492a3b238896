import Foundation
import SlotStats
import Testing

@Suite struct StatsCountersTests {
  let mixed = StatsCounters(success: 80, timeouts: 3, providerErrors: 5, cancelled: 7, errors: 5, ingestCount: 130)

  @Test func totalRunsAreTheFiveOutcomesWithoutIngest() {
    #expect(mixed.totalRuns == 100)
    #expect(mixed.failureCount == 20)
    #expect(mixed.failureRatio == 0.2)
    #expect(mixed.open == 30)
  }

  @Test func theRatioOfNoRunsIsUndefined() {
    #expect(StatsCounters(ingestCount: 9).failureRatio == nil)
    #expect(StatsCounters.zero.failureRatio == nil)
    #expect(StatsCounters(success: 1).failureRatio == 0)
    #expect(StatsCounters(errors: 1).failureRatio == 1)
  }

  @Test func moreRunsThanIngestLeaveNothingOpen() {
    #expect(StatsCounters(success: 5, ingestCount: 3).open == 0)
  }

  @Test func negativeValuesBecomeZero() {
    let counters = StatsCounters(
      success: -1, timeouts: -2, providerErrors: .min, cancelled: -4, errors: -5, ingestCount: -6)
    #expect(counters == .zero)
  }

  @Test func aDictionaryIsClampedAndSaysWhichKeysWere() {
    let (counters, clamped) = StatsCounters.clamping([
      "ingest_count": -1, "success": 4, "timeouts": .min, "provider_errors": 0, "unknown": -9,
    ])
    #expect(counters == StatsCounters(success: 4))
    #expect(clamped == ["timeouts", "ingest_count"])
  }

  @Test func aDictionaryFillsEveryCounter() {
    let counters = StatsCounters([
      "success": 1, "timeouts": 2, "provider_errors": 3, "cancelled": 4, "errors": 5, "ingest_count": 6,
    ])
    #expect(
      counters
        == StatsCounters(success: 1, timeouts: 2, providerErrors: 3, cancelled: 4, errors: 5, ingestCount: 6))
    #expect(StatsCounters([:]) == .zero)
  }

  @Test func additionAddsEachCounter() {
    #expect(
      mixed + StatsCounters(success: 1, timeouts: 2, providerErrors: 3, cancelled: 4, errors: 5, ingestCount: 6)
        == StatsCounters(success: 81, timeouts: 5, providerErrors: 8, cancelled: 11, errors: 10, ingestCount: 136))
  }

  @Test func additionSaturatesInEveryCounter() {
    for (name, path) in StatsCounters.keys {
      var (left, right) = (StatsCounters.zero, StatsCounters.zero)
      left[keyPath: path] = .max
      right[keyPath: path] = 1
      #expect((left + right)[keyPath: path] == .max, "\(name)")
      #expect((left + left)[keyPath: path] == .max, "\(name)")
    }
  }

  @Test func totalsOfHugeCountersSaturate() {
    let huge = StatsCounters(
      success: .max, timeouts: .max, providerErrors: .max, cancelled: .max, errors: .max, ingestCount: .max)
    #expect(huge.totalRuns == .max)
    #expect(huge.failureCount == 0)
    #expect(huge.open == 0)
    #expect(StatsCounters(timeouts: .max, errors: .max).failureRatio == 1)
    // People are told what the counters themselves say.
    #expect(huge.shownFailures == .max && StatsCounters(success: .max, timeouts: 5).shownFailures == 5)
    #expect(StatsCounters(success: 9, timeouts: 5).shownFailures == 5)
    #expect(huge.isSaturated && !StatsCounters(success: .max, ingestCount: .max).isSaturated)
  }

  @Test func aSummaryAddsItsBuckets() {
    let summary = StatsSummary([
      metric(.day, today, success: 3, timeouts: 1), metric(.day, noon, success: 5, timeouts: 1),
    ])
    #expect(summary.counters == StatsCounters(success: 8, timeouts: 2, ingestCount: 4))
    #expect(summary.totalRuns == 10)
    #expect(summary.failureCount == 2)
    #expect(summary.failureRatio == 0.2)
  }

  @Test func theSummaryOfNothingHasNoRatio() {
    #expect(StatsSummary([StatsMetric]()).totalRuns == 0)
    #expect(StatsSummary([StatsMetric]()).failureRatio == nil)
  }

  @Test func anAggregationSummarisesWhatItHolds() {
    let metrics = [metric(.week, thisWeek, success: 7, timeouts: 3)]
    let aggregation = StatsAggregation(window: .week, metrics: metrics)
    #expect(aggregation.metrics == metrics)
    #expect(aggregation.window == .week)
    #expect(aggregation.summary == StatsSummary(metrics))
    #expect(StatsAggregation(window: .day, metrics: []).summary.counters == .zero)
  }

  @Test func aMetricMadeFromItsWindowIsAsLongAsThat() {
    let metric = StatsMetric(.week, start: thisWeek, counters: .zero)
    #expect(metric.periodEnd.timeIntervalSince(metric.periodStart) == 604_800)
  }

  @Test func aSlotWithoutANameIsCalledByItsID() {
    #expect(Slot(id: "slot-001").name == "slot-001")
    #expect(Slot(id: "slot-001", name: "").name == "slot-001")
    #expect(Slot(id: "slot-001", name: "Портрет").name == "Портрет")
    #expect(Slot(id: "slot-001").isActive)
  }

  @Test func anErrorIsOneLine() {
    let error = StatsSourceError(.inputMissing, action: "Cannot read snapshot \"stats.json\"", cause: "no such file")
    #expect(error.line == "Cannot read snapshot \"stats.json\": no such file")
  }
}
