import Testing

@testable import SlotStats

@Suite struct JudgementSeriesTests {
  private typealias Series = JudgedSeries

  private func counters(_ failures: Int, of runs: Int, ingest: Int? = nil) -> StatsCounters {
    Judging.counters(failures, of: runs, ingest: ingest)
  }

  // MARK: States and their boundaries

  @Test(arguments: [
    // 100 runs: the low end reaches 5 % between 9 and 10 failures, and 10 % between 15 and 16.
    (failures: 9, runs: 100, state: SlotState.ok), (10, 100, .warning), (15, 100, .warning), (16, 100, .critical),
    // 20 runs are judged whatever failed.
    (0, 20, .ok), (2, 20, .ok), (3, 20, .warning), (4, 20, .warning), (5, 20, .critical),
    // Under 20 runs it takes 5 failures.
    (4, 19, .few), (5, 19, .critical), (4, 4, .few), (5, 5, .critical), (0, 1, .few),
  ])
  func isCriticalOrWarningFromTheLowEndOfTheInterval(_ sample: (failures: Int, runs: Int, state: SlotState)) {
    let series = Judging.series(counters(sample.failures, of: sample.runs))
    #expect(series.state == sample.state)
  }

  @Test func aThresholdIsReachedByALowEndThatEqualsIt() throws {
    let low = try #require(WilsonInterval(failures: 30, runs: 100)?.low)
    let exact = try #require(Thresholds(warning: low / 2, critical: low, minRuns: 20))
    let above = try #require(Thresholds(warning: low, critical: low.nextUp, minRuns: 20))
    #expect(Judging.series(counters(30, of: 100), thresholds: exact).state == .critical)
    #expect(Judging.series(counters(30, of: 100), thresholds: above).state == .warning)
  }

  @Test(arguments: [
    // At least 20 open, and more than half of ingest.
    (runs: 20, ingest: 40, state: SlotState.ok), (20, 41, .stalled), (19, 39, .stalled), (0, 19, .idle),
    (0, 20, .stalled), (1, 20, .few), (5, 25, .stalled), (1000, 1999, .ok), (1000, 2001, .stalled),
  ])
  func isStalledWhenOverHalfOfEnoughIsOpen(_ sample: (runs: Int, ingest: Int, state: SlotState)) {
    #expect(Judging.series(counters(0, of: sample.runs, ingest: sample.ingest)).state == sample.state)
  }

  @Test func failingComesBeforeStalled() {
    #expect(Judging.series(counters(30, of: 30, ingest: 900)).state == .critical)
    #expect(Judging.series(counters(5, of: 32, ingest: 900)).state == .warning)
  }

  @Test func missesABucketOnlyWhereItReportedBeforeAndNotInTheNewestThree() {
    let full = counters(0, of: 50)
    #expect(Judging.series(nil, nil, nil, full).state == .missing)
    #expect(Judging.series(nil, nil, full).state == .ok)
    #expect(Judging.series(nil, nil, .zero, full).state == .idle)
    #expect(Judging.series().state == .idle)
  }

  @Test func aMissingSlotIsNotIdleAndHasNoRatio() {
    let missing = Judging.series(nil, nil, nil, counters(9, of: 10))
    #expect(missing.judged == .zero)
    #expect(missing.interval == nil)
    #expect(missing.judged.failureRatio == nil)
    #expect(missing.current == nil)
  }

  @Test func anInactiveSlotIsOffWhateverItCounts() {
    #expect(Judging.series(counters(90, of: 100), isActive: false).state == .off)
    #expect(Judging.series(nil, nil, nil, counters(9, of: 100), isActive: false).state == .off)
    #expect(Judging.series(isActive: false).state == .off)
  }

  @Test func countsCriticalTwiceAndWarningStalledAndQuietOnce() {
    #expect(SlotState.allCases.filter(\.isMarked) == [.critical, .warning, .stalled, .quiet])
    #expect(SlotState.allCases.map(\.severity) == [2, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
  }

  // MARK: The judged sample

  @Test func addsEarlierBucketsOnlyWhileTheSampleIsTooSmall() {
    let few = counters(0, of: 7)
    let one = Judging.series(counters(0, of: 20), few, few)
    #expect(one.judgedBuckets == 1 && one.judged.totalRuns == 20)
    let failing = Judging.series(counters(5, of: 5), few, few)
    #expect(failing.judgedBuckets == 1 && failing.judged.failureCount == 5)
    let two = Judging.series(counters(4, of: 19), counters(1, of: 1), few)
    #expect(two.judgedBuckets == 2 && two.judged.totalRuns == 20)
    let three = Judging.series(few, few, few, counters(0, of: 500))
    #expect(three.judgedBuckets == 3 && three.judged.totalRuns == 21)
    #expect(three.state == .ok)
    let stillFew = Judging.series(few, few, counters(0, of: 5), counters(0, of: 500))
    #expect(stillFew.judgedBuckets == 3 && stillFew.state == .few)
  }

  @Test func anUnreportedBucketAddsNothingAndCountsAsOneOfThem() {
    let series = Judging.series(counters(0, of: 7), nil, counters(0, of: 13), counters(0, of: 500))
    #expect(series.judgedBuckets == 3)
    #expect(series.judged.totalRuns == 20)
    #expect(Judging.series(nil, counters(0, of: 20)).judgedBuckets == 2)
  }

  @Test func takesTheSampleFromOtherThresholds() throws {
    let thresholds = try #require(Thresholds(warning: 0.2, critical: 0.5, minRuns: 3))
    let series = Judging.series(counters(0, of: 3), counters(0, of: 50), thresholds: thresholds)
    #expect(series.judgedBuckets == 1 && series.state == .ok)
    #expect(Judging.series(counters(17, of: 100), thresholds: thresholds).state == .ok)
  }

  @Test func aReportedZeroIsACurrentBucketAndAnUnreportedOneIsNone() {
    #expect(Judging.series(.zero, counters(0, of: 30)).current == .zero)
    #expect(Judging.series(nil, counters(0, of: 30)).current == nil)
  }

  @Test func sumsTheWholeRange() {
    let series = Judging.series(counters(1, of: 30), counters(2, of: 40), nil, counters(3, of: 50))
    #expect(series.range == counters(6, of: 120))
    #expect(series.rest == counters(5, of: 90))
  }

  // MARK: Usual, trend, excess

  @Test func isUsualFromTwentyFinishedRunsOutsideTheSample() throws {
    #expect(Judging.series(counters(0, of: 20), counters(3, of: 19)).usual == nil)
    #expect(try #require(Judging.series(counters(0, of: 20), counters(3, of: 20)).usual) == 0.15)
    // The bucket that the sample took in is not usual any more.
    #expect(Judging.series(counters(0, of: 5), counters(3, of: 20)).usual == nil)
  }

  @Test func risesOrFallsOnlyWhereTheWholeIntervalLiesBeyondUsual() throws {
    let interval = try #require(WilsonInterval(failures: 20, runs: 100))
    func trend(usual failures: Int) -> JudgedSeries.Trend? {
      Judging.series(counters(20, of: 100), counters(failures, of: 100_000)).trend
    }
    let low = Int((interval.low * 100_000).rounded(.down))
    let high = Int((interval.high * 100_000).rounded(.up))
    #expect(trend(usual: low) == .above)
    #expect(trend(usual: low + 1) == nil)
    #expect(trend(usual: high - 1) == nil)
    #expect(trend(usual: high) == .below)
    #expect(Judging.series(counters(20, of: 100)).trend == nil)
  }

  @Test func countsTheFailuresBeyondUsual() throws {
    let series = Judging.series(counters(20, of: 100), counters(50, of: 1000))
    #expect(try #require(series.failuresOverUsual) == 15)
    #expect(Judging.series(counters(20, of: 100)).failuresOverUsual == nil)
  }

  @Test func namesTheKindThatAddsMostToWhatIsUsual() {
    let today = StatsCounters(success: 80, timeouts: 12, providerErrors: 8)
    let before = StatsCounters(success: 900, timeouts: 100)
    #expect(Judging.series(today).leadingKind == .timeouts)
    #expect(Judging.series(today, before).leadingKind == .providerErrors)
    #expect(Judging.series(counters(0, of: 50)).leadingKind == nil)
  }

  // MARK: Counters near the largest

  @Test func saturatesInsteadOfTrapping() {
    let huge = StatsCounters(
      success: .max - 1, timeouts: .max - 1, providerErrors: .max, cancelled: .max, errors: .max, ingestCount: .max)
    let series = Judging.series(huge, huge, huge, huge)
    #expect(series.range.success == .max && series.range.totalRuns == .max)
    #expect(series.open == 0)
    let failed = StatsCounters(timeouts: .max, ingestCount: .max)
    #expect(Judging.series(failed, failed).state == .critical)
    #expect(Judging.series(failed, failed).usual == 1)
    let open = StatsCounters(ingestCount: .max)
    #expect(Judging.series(open, open, open).state == .stalled)
    #expect(Judging.series(open, open, open).open == .max)
  }
}
