import Foundation
import SlotStats
import Testing

/// The last hour beside the day: SPEC's rules on minutes that are written out.
struct RecentSampleTests {
  /// 2026-11-19 14:32:10 UTC.
  private static let now = Date(timeIntervalSince1970: 1_795_098_730)
  private static let minute = MinuteCounts.number(now)

  /// A slot of which so many runs and failures came in each of the minutes that lie `ago` back; the current one is 0.
  private func slot(
    _ minutes: [(ago: ClosedRange<Int>, runs: Int, failures: Int)], ingest: Int? = nil, usual: UsualHour? = nil,
    rhythm: RhythmHour = RhythmHour()
  ) -> RecentSeries {
    var counts = MinuteCounts()
    let ordered = minutes.flatMap { part in part.ago.map { (ago: $0, part.runs, part.failures) } }
    for (ago, runs, failures) in ordered.sorted(by: { $0.ago > $1.ago }) {
      counts.append(
        Self.minute - ago,
        StatsCounters(success: runs - failures, providerErrors: failures, ingestCount: ingest ?? runs))
    }
    return RecentSeries(
      minutes: counts, usual: usual.map { Array(repeating: $0, count: RecentReading.usualHours) } ?? [],
      rhythm: [rhythm, rhythm])
  }

  private func judge(
    _ series: RecentSeries, reported: ClosedRange<Int> = 0...59, by thresholds: Thresholds = .standard
  ) -> RecentSample {
    let minutes = RecentReading.reported(reported.map { Self.minute - $0 }, at: Self.now)
    return RecentJudge(RecentReading(global: series, bySlot: [:], reported: minutes, at: Self.now))
      .sample(series, by: thresholds)
  }

  private static let busy = UsualHour(counters: StatsCounters(success: 13 * 60, ingestCount: 13 * 60), days: 13)

  // MARK: The sample

  @Test func addsUpTheLastSixtyMinutesTheUnfinishedOneIncluded() {
    let sample = judge(slot([(0...0, 1, 0), (59...59, 20, 1), (60...60, 100, 100)]))
    #expect(sample.minutes == 60)
    #expect(sample.counters.totalRuns == 21 && sample.counters.failureCount == 1)
  }

  @Test(arguments: [(60, 75), (74, 75), (75, 90), (359, 360), (360, 360)])
  func growsInQuartersOfAnHourToSixHoursWhileItIsTooSmall(ago: Int, minutes: Int) {
    let sample = judge(slot([(5...5, 1, 0), (ago...ago, 30, 0)]))
    #expect(sample.minutes == minutes)
    #expect(sample.counters.totalRuns == (ago < 360 ? 31 : 1))
    #expect(sample.isJudged == (ago < 360))
  }

  @Test func stopsGrowingAtFiveFailures() {
    #expect(judge(slot([(3...3, 6, 5), (61...61, 30, 0)])).minutes == 60)
  }

  @Test func isJudgedByTheSameIntervalAndThresholdsAsADay() {
    #expect(judge(slot([(1...10, 10, 3)])).state == .critical)
    #expect(judge(slot([(1...10, 10, 1)])).state == .warning)
    #expect(judge(slot([(1...10, 10, 0)])).state == .ok)
    #expect(judge(slot([(1...1, 5, 1)])).state == .few)
    #expect(judge(slot([])).state == .idle)
  }

  // MARK: Cooling

  @Test func aMarkGoesOnForTenWholeMinutesAfterItsRuleHeldLast() {
    // Critical while its ten bad minutes are in the sample; the last of them left it so many minutes ago.
    func state(badAgo: Int) -> (SlotState, Bool) {
      let sample = judge(slot([(0...(badAgo - 1), 10, 0), (badAgo...badAgo + 9, 20, 20)]))
      return (sample.state, sample.isCooling)
    }
    #expect(state(badAgo: 40) == (.critical, false))
    #expect(state(badAgo: 60) == (.critical, true))
    #expect(state(badAgo: 69) == (.ok, false))
  }

  // MARK: Stuck work

  @Test func isStalledWhereNothingFinishesThoughJobsComeIn() {
    let usual = UsualHour(counters: StatsCounters(success: 13 * 15, ingestCount: 13 * 15), days: 13)
    let stuck = slot([(0...20, 0, 0)], ingest: 1, usual: usual)
    #expect(judge(stuck).state == .stalled)
    let slow = UsualHour(counters: StatsCounters(success: 13 * 14, ingestCount: 13 * 14), days: 13)
    #expect(judge(slot([(1...12, 0, 0)], ingest: 1, usual: slow)).state == .idle)
    #expect(judge(slot([(1...12, 0, 0)], ingest: 1, usual: usual)).state == .stalled)
    #expect(judge(slot([(1...9, 0, 0)], ingest: 1, usual: usual)).state == .idle)
    #expect(judge(slot([(1...12, 0, 0), (19...30, 1, 0)], ingest: 1, usual: usual)).state != .stalled)
  }

  @Test func isStalledByFiveJobsThatAreOverdue() {
    var series = slot([(0...30, 2, 0)])
    series.open = OpenJobs(count: 9, oldest: Self.now.addingTimeInterval(-2_400), overdue: 5)
    #expect(judge(series).state == .stalled)
    series.open?.overdue = 4
    #expect(judge(series).state == .ok)
  }

  // MARK: Quiet

  @Test func isQuietWhereSurelyFewerJobsEndThanUsual() {
    #expect(judge(slot([(20...59, 1, 0)], usual: Self.busy)).state == .quiet)
    // 15 are usual; with four of them the probability is just under a thousandth.
    #expect(judge(slot([(1...4, 1, 0), (20...59, 1, 0)], usual: Self.busy)).state == .quiet)
    #expect(judge(slot([(10...14, 1, 0), (20...59, 1, 0)], usual: Self.busy)).state == .ok)
  }

  @Test func isNotQuietWhereNobodyCounted() {
    let silent = slot([(20...59, 1, 0)], usual: Self.busy)
    // Neither now nor at any of the last ten minutes is a quarter of an hour reported without a gap.
    #expect(judge(silent, reported: 13...59).state != .quiet)
  }

  @Test func isNotQuietBeforeAWeekIsKnown() {
    let young = UsualHour(counters: StatsCounters(success: 6 * 60), days: 6)
    #expect(judge(slot([(20...59, 1, 0)], usual: young)).state == .ok)
  }

  @Test func aSundayIsComparedWithSundays() {
    let sunday = RhythmHour(weekBefore: 4, fortnightBefore: 8)
    #expect(judge(slot([(20...59, 1, 0)], usual: Self.busy, rhythm: sunday)).state == .ok)
    let monday = RhythmHour(weekBefore: 4, fortnightBefore: 60)
    #expect(judge(slot([(20...59, 1, 0)], usual: Self.busy, rhythm: monday)).state == .quiet)
  }

  @Test func workThatComesAtFixedMinutesIsNotQuietInBetween() {
    // Sixty jobs at a full hour, yesterday too; none in the quarter that is looked at, yesterday neither.
    let rhythm = RhythmHour(dayBefore: 60)
    #expect(judge(slot([(32...32, 60, 0), (1_472...1_472, 60, 0)], usual: Self.busy, rhythm: rhythm)).state == .ok)
    let steady = slot([(20...59, 1, 0), (1_430...1_470, 1, 0)], usual: Self.busy, rhythm: rhythm)
    #expect(judge(steady).state == .quiet)
  }

  @Test func minutesOfTheDayBeforeThatAreGoneAreTakenFromItsHours() {
    let busyYesterday = RhythmHour(dayBefore: 60)
    #expect(judge(slot([(20...59, 1, 0)], usual: Self.busy, rhythm: busyYesterday)).state == .quiet)
  }

  @Test(arguments: [(0, 7.0, 0.000_911_9), (4, 15.0, 0.000_856_6), (10, 10.0, 0.583_04)])
  func sumsThePoissonProbabilities(count: Int, mean: Double, probability: Double) {
    #expect(abs(QuietRule.probability(ofAtMost: count, mean: mean) - probability) < 1e-5)
  }

  @Test(arguments: [(359, 12.0), (20_000, 3.0), (2_000_000, 1_000_000.0)])
  func whatIsFarOverTheMeanIsSurelyReached(count: Int, mean: Double) {
    #expect(QuietRule.probability(ofAtMost: count, mean: mean) == 1)
    #expect(QuietRule.probability(ofAtMost: 0, mean: Double(count)) < 1e-100)
  }

  @Test func aboveAndBelowTheMeanTheSameSumIsGiven() {
    for (count, mean) in [(3, 2.9), (3, 3.0), (3, 3.1), (40, 30.0), (30, 40.0)] {
      var (term, sum) = (exp(-mean), exp(-mean))
      for k in 1...count {
        term *= mean / Double(k)
        sum += term
      }
      #expect(abs(QuietRule.probability(ofAtMost: count, mean: mean) - sum) < 1e-9)
    }
  }

  // MARK: What it makes of a day

  private func day(_ counters: StatsCounters, _ recent: RecentSeries) -> JudgedSeries {
    let start = StatsWindow.day.bucketStart(containing: Self.now)
    return JudgedSeries(
      metrics: [StatsMetric(.day, start: start, counters: counters)], window: .day, currentStart: start,
      recent: judge(recent), thresholds: .standard)
  }

  @Test func raisesADayThatLooksWell() {
    let series = day(StatsCounters(success: 900, providerErrors: 10), slot([(1...10, 2, 2)]))
    #expect(series.state == .critical && series.ownState == .ok)
  }

  @Test func aTroubleIsMeasuredByTheSampleThatItsStateIsOf() throws {
    let failing = slot([(1...10, 2, 2)])
    let raised = day(StatsCounters(success: 900, timeouts: 10), failing)
    let recent = try #require(raised.recent)
    let trouble = Trouble(raised)
    #expect(trouble.state == .critical && trouble.kind == .providerErrors && trouble.counters == recent.counters)
    #expect(trouble.low == recent.interval?.low && trouble.high == recent.interval?.high)
    let own = day(StatsCounters(success: 60, timeouts: 40), failing)
    #expect(Trouble(own).kind == .timeouts && Trouble(own).high == own.interval?.high)
  }

  @Test func aMarkOfTheDayIsOverWhereTheLastHourIsSurelyBetter() {
    let bad = StatsCounters(success: 60, providerErrors: 40)
    let over = day(bad, slot([(1...50, 1, 0)]))
    #expect(over.state == .over && over.ownState == .critical && !over.state.isMarked && over.state.severity == 0)
    #expect(day(bad, slot([(1...5, 1, 0)])).state == .critical)
    #expect(day(bad, slot([(1...50, 2, 1)])).state == .critical)
  }

  @Test func neverRaisesWhatIsOffOrMissing() {
    let start = StatsWindow.day.bucketStart(containing: Self.now)
    let failing = judge(slot([(1...10, 2, 2)]))
    let off = JudgedSeries(
      metrics: [], window: .day, currentStart: start, isActive: false, recent: failing, thresholds: .standard)
    let old = StatsMetric(.day, start: StatsWindow.day.start(start, advancedBy: -5), counters: .zero)
    let missing = JudgedSeries(
      metrics: [old], window: .day, currentStart: start, recent: failing, thresholds: .standard)
    #expect(off.state == .off && missing.state == .missing)
  }

  // MARK: Packed minutes

  @Test func keepsEveryCounterOfEveryMinute() {
    var random = SystemRandomNumberGenerator()
    var counts = MinuteCounts()
    var expected: [MinuteCounts.Minute] = []
    var number = -5
    for _ in 0..<500 {
      number += Int.random(in: 1...300, using: &random)
      let most = Bool.random() ? 3 : Int.max
      let counters = StatsCounters(
        success: .random(in: 0...most, using: &random), timeouts: .random(in: 0...most, using: &random),
        providerErrors: .random(in: 0...most, using: &random), cancelled: .random(in: 0...most, using: &random),
        errors: .random(in: 0...most, using: &random), ingestCount: .random(in: 1...most, using: &random))
      counts.append(number, counters)
      counts.append(number, counters)
      counts.append(number + 1, .zero)
      expected.append(MinuteCounts.Minute(number: number, counters: counters))
    }
    #expect(counts.minutes(in: -10...number) == expected)
    let some = expected[100].number...expected[200].number
    #expect(counts.minutes(in: some) == Array(expected[100...200]))
    #expect(MinuteCounts().minutes(in: 0...10).isEmpty)
  }
}
