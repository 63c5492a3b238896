#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Judges the last hour of one series at the end of each bucket of the past, of minutes or of whole hours: as
/// ``RecentJudge`` does, by running sums, so that a step costs the same however much it spans. Nothing of it rests on what
/// came later.
///
/// Which jobs were open is kept for no instant but now: `stalled` is what the counters say of it.
struct RecentReplay {
  /// What differs between minutes and hours; all in minutes.
  private struct Grain {
    let minutes: Int
    /// By how much a sample grows at a time.
    let growth: Int
    /// In how much surely fewer runs than usual are quiet.
    let quiet: Int
    /// In how much nothing finished.
    let standstill: Int
    /// In how much somebody must have counted.
    let counted: Int

    static let ofMinutes = Grain(
      minutes: 1, growth: RecentSample.step, quiet: QuietRule.minutes, standstill: RecentJudge.standstill,
      counted: QuietRule.minutes)
    static let ofHours = Grain(minutes: 60, growth: 60, quiet: 120, standstill: 60, counted: 60)
  }

  /// Which buckets of a window are reported at all: by the series of all slots together.
  struct Reported {
    /// The number of the first bucket, from 1970 on.
    let first: Int
    private let counts: [Int]

    /// The buckets of all slots together.
    init(_ metrics: [StatsMetric], _ window: StatsWindow) {
      first = metrics.first.map { Self.number($0.periodStart, window) } ?? 0
      let last = metrics.last.map { Self.number($0.periodStart, window) } ?? first - 1
      var isReported = [Bool](repeating: false, count: last - first + 1)
      for metric in metrics { isReported[Self.number(metric.periodStart, window) - first] = true }
      counts = isReported.reduce(into: [0]) { $0.append($0[$0.count - 1] + ($1 ? 1 : 0)) }
    }

    /// The number of the last bucket.
    var last: Int { first + counts.count - 2 }

    /// How many buckets of a range of numbers are reported.
    func count(_ range: ClosedRange<Int>) -> Int {
      let (from, end) = (max(0, range.lowerBound - first), min(counts.count - 1, range.upperBound + 1 - first))
      return from < end ? counts[end] - counts[from] : 0
    }

    /// The number of the bucket that contains an instant.
    static func number(_ instant: Date, _ window: StatsWindow) -> Int {
      Int((instant.timeIntervalSince1970 / window.length).rounded(.down))
    }
  }

  private let window: StatsWindow
  private let grain: Grain
  private let reported: Reported
  private let hours: HourTable
  private var sums = CounterSums()
  /// The number of the first step of ``sums``.
  private let first: Int

  /// A judge of a series that has buckets of a minute or an hour.
  init(_ history: SlotHistory, by window: StatsWindow, hours: HourTable, reported: Reported) {
    self.window = window
    grain = window == .minute ? .ofMinutes : .ofHours
    self.reported = reported
    self.hours = hours
    first = reported.first
    let metrics = history[window]
    var place = 0
    for number in first...max(first, reported.last) {
      while place < metrics.count, Reported.number(metrics[place].periodStart, window) < number { place += 1 }
      let isThere = place < metrics.count && Reported.number(metrics[place].periodStart, window) == number
      sums.append(isThere ? metrics[place].counters : .zero)
    }
  }

  /// What the series was judged to be at the end of each bucket of a part of the past.
  func steps(_ part: ReplayPart, by thresholds: Thresholds) -> ReplaySteps {
    let first = Reported.number(part.range.lowerBound, window)
    return ReplaySteps(
      grain: part.grain, start: part.range.lowerBound, limit: part.range.upperBound,
      judgements: (0..<part.count).map { judgement(at: first + $0, by: thresholds) })
  }

  private func judgement(at step: Int, by thresholds: Thresholds) -> StepJudgement? {
    guard reported.count(back(grain.counted, from: step)) > 0 else { return nil }
    var span = RecentSample.hour
    var sample = sum(back(span, from: step))
    while thresholds.isTooFew(sample), span < RecentSample.most {
      span += grain.growth
      sample = sum(back(span, from: step))
    }
    var state = SlotState.ofSample(sample, by: thresholds)
    if !state.isMarked, standsStill(at: step) { state = .stalled }
    if !state.isMarked, isQuiet(at: step) { state = .quiet }
    let usual = hours(of: back(span, from: step)).reduce(into: StatsCounters.zero) {
      $0 += hours.usual($1.hour).counters
    }
    return StepJudgement(state: state, sample: sample, usual: usual)
  }

  /// The steps of the last so many minutes at the end of a step.
  private func back(_ minutes: Int, from step: Int) -> ClosedRange<Int> {
    step - max(1, minutes / grain.minutes) + 1...step
  }

  private func sum(_ range: ClosedRange<Int>) -> StatsCounters {
    sums[range.lowerBound - first...range.upperBound - first]
  }

  // MARK: How much is usual

  private func standsStill(at step: Int) -> Bool {
    let range = back(grain.standstill, from: step)
    let sum = sum(range)
    guard sum.totalRuns == 0, sum.ingestCount >= RecentJudge.leastCome else { return false }
    return meanRuns(range).map { $0.runs >= RecentJudge.leastUsual } ?? false
  }

  private func isQuiet(at step: Int) -> Bool {
    let range = back(grain.quiet, from: step)
    guard let mean = meanRuns(range), mean.days >= QuietRule.leastDays, mean.runs >= QuietRule.leastExpected,
      reported.count(range) == range.count
    else { return false }
    let observed = sum(range).totalRuns
    // Most steps are not quiet whatever the days were.
    guard Double(observed) <= QuietRule.share * mean.runs else { return false }
    return QuietRule.isQuiet(observed: observed, expected: mean.runs, most: most(range, usual: mean.runs))
  }

  /// The mean of the runs of these steps on the days before, and the fewest days that have reported one of the hours.
  private func meanRuns(_ range: ClosedRange<Int>) -> (runs: Double, days: Int)? {
    var (runs, days) = (0.0, Int.max)
    for (hour, minutes) in hours(of: range) {
      let usual = hours.usual(hour)
      guard usual.days > 0 else { return nil }
      runs += Double(usual.counters.totalRuns) / Double(usual.days) * Double(minutes) / 60
      days = min(days, usual.days)
    }
    return (runs, days)
  }

  /// The most that comparable days had in these steps, see ``RecentJudge``.
  private func most(_ range: ClosedRange<Int>, usual: Double) -> Double {
    func runs(daysBefore days: Int) -> Double? {
      var sum = 0.0
      for (hour, minutes) in hours(of: range) {
        guard let counters = hours[hour - 24 * days] else { return nil }
        sum += Double(counters.totalRuns) * Double(minutes) / 60
      }
      return sum
    }
    var most = [runs(daysBefore: 7), runs(daysBefore: RhythmHour.fortnight)].compactMap(\.self).max() ?? .infinity
    if let day = runs(daysBefore: 1), day >= usual / 2 {
      let shift = RecentReading.minutesOfDay / grain.minutes
      let same = range.lowerBound - shift...range.upperBound - shift
      // Minutes of the day before that are kept no longer have their share of the hour.
      most = min(most, same.lowerBound >= first ? Double(sum(same).totalRuns) : day)
    }
    return most
  }

  /// The hours that a range of steps overlaps, and in how many minutes each.
  private func hours(of range: ClosedRange<Int>) -> [(hour: Int, minutes: Int)] {
    if grain.minutes == 60 { return range.map { ($0, 60) } }
    let (first, last) = (range.lowerBound.flooredHour, range.upperBound.flooredHour)
    return (first...last).map { hour in
      (hour, range.clamped(to: hour * 60...hour * 60 + 59).count)
    }
  }
}
