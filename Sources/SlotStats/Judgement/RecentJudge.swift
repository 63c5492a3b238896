#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Judges the last minutes of slots at one instant.
package struct RecentJudge: Sendable {
  /// The minute that contains the data's instant, counted from 1970.
  package let minute: Int
  /// The hour of the reading, to which the usual hours reach.
  private let hour: Int
  private let reported: UInt32

  /// A judge of a reading.
  package init(_ reading: RecentReading) {
    minute = reading.minute
    hour = reading.hour
    reported = reading.reported
  }

  /// Nothing finished in so many minutes …
  static let standstill = 20
  /// … while at least so many jobs came in, and usually so many would have finished.
  static let (leastCome, leastUsual) = (10, 5.0)
  /// So many overdue jobs make a slot stalled.
  private static let leastOverdue = 5

  /// The sample of a slot, judged.
  package func sample(_ series: RecentSeries, by thresholds: Thresholds) -> RecentSample {
    let counted = Counted(series.minutes, through: minute)
    let now = look(counted, series, endingAt: minute, finished: minute - 1, by: thresholds)
    var worst = now.state
    if isOverdue(series) { worst = worst.graver(.stalled) }
    let isOfNow = worst
    for back in 1...RecentSample.cooling where worst != .critical {
      let end = minute - back
      worst = worst.graver(look(counted, series, endingAt: end, finished: end, by: thresholds).state)
    }
    return RecentSample(
      counters: now.counters, minutes: now.span, usualCounters: usual(series, minute - now.span + 1...minute),
      state: worst, isCooling: worst != isOfNow, isJudged: !thresholds.isTooFew(now.counters),
      pace: pace(counted, series, finished: minute - 1), open: series.open)
  }

  /// What the rule said of the sample that ended so many whole minutes ago, from 1; 0 for the sample up to now. Open jobs
  /// are known of now alone.
  package func state(_ series: RecentSeries, minutesAgo back: Int, by thresholds: Thresholds) -> SlotState {
    state(series, unpacked(series), minutesAgo: back, by: thresholds)
  }

  /// The minutes of a series for ``state(_:_:minutesAgo:by:)``: unpacked once, they serve every step.
  func unpacked(_ series: RecentSeries) -> Counted { Counted(series.minutes, through: minute) }

  /// The same with the minutes that ``unpacked(_:)`` gave for the series.
  func state(
    _ series: RecentSeries, _ counted: Counted, minutesAgo back: Int, by thresholds: Thresholds
  ) -> SlotState {
    let end = minute - back
    let state = look(counted, series, endingAt: end, finished: back == 0 ? end - 1 : end, by: thresholds).state
    return back == 0 && isOverdue(series) ? state.graver(.stalled) : state
  }

  /// The sample that ended so many whole minutes ago, 0 for the one up to now, beside what is usual at its time of day.
  package func comparison(
    _ series: RecentSeries, minutesAgo back: Int, by thresholds: Thresholds
  ) -> SampleComparison {
    let end = minute - back
    let (sum, span) = Counted(series.minutes, through: end).grown(to: end, by: thresholds)
    return SampleComparison(sample: sum, rest: usual(series, end - span + 1...end))
  }

  /// Whether somebody was there to count in any of the ``QuietRule/minutes`` before the end of the minute so many ago, 0 for
  /// now. Nobody is known to have been away farther back than ``RecentReading/reported`` reaches.
  package func isCounted(minutesAgo back: Int) -> Bool {
    let range = back..<back + QuietRule.minutes
    guard range.upperBound <= UInt32.bitWidth else { return true }
    return range.contains { reported & 1 << UInt32($0) != 0 }
  }

  private func isOverdue(_ series: RecentSeries) -> Bool {
    series.open.map { $0.overdue >= Self.leastOverdue } ?? false
  }

  private func look(
    _ counted: Counted, _ series: RecentSeries, endingAt end: Int, finished: Int, by thresholds: Thresholds
  ) -> (state: SlotState, counters: StatsCounters, span: Int) {
    let (sum, span) = counted.grown(to: end, by: thresholds)
    var state = SlotState.ofSample(sum, by: thresholds)
    if !state.isMarked, standsStill(counted, series, endingAt: end, finished: finished) { state = .stalled }
    if !state.isMarked, isQuiet(counted, series, finished: finished) { state = .quiet }
    return (state, sum, span)
  }

  private func standsStill(_ counted: Counted, _ series: RecentSeries, endingAt end: Int, finished: Int) -> Bool {
    let first = finished - Self.standstill + 1
    let sum = counted.sum(first...end)
    guard sum.totalRuns == 0, sum.ingestCount >= Self.leastCome else { return false }
    return meanRuns(series, first...finished).map { $0.runs >= Self.leastUsual } ?? false
  }

  // MARK: How much is usual

  private func isQuiet(_ counted: Counted, _ series: RecentSeries, finished: Int) -> Bool {
    guard isReported(finished - QuietRule.minutes + 1...finished), let pace = pace(counted, series, finished: finished)
    else { return false }
    let range = finished - QuietRule.minutes + 1...finished
    return QuietRule.isQuiet(
      observed: pace.runs, expected: pace.usual, most: most(counted, series, range, usual: pace.usual))
  }

  /// Whether somebody was there to count in all of these minutes.
  private func isReported(_ range: ClosedRange<Int>) -> Bool {
    range.allSatisfy { number in
      (0..<UInt32.bitWidth).contains(minute - number) && reported & 1 << UInt32(minute - number) != 0
    }
  }

  private func pace(_ counted: Counted, _ series: RecentSeries, finished: Int) -> RecentSample.Pace? {
    let range = finished - QuietRule.minutes + 1...finished
    guard let mean = meanRuns(series, range), mean.days >= QuietRule.leastDays else { return nil }
    return RecentSample.Pace(runs: counted.sum(range).totalRuns, usual: mean.runs)
  }

  /// The mean of the runs that these minutes had on the days before, each a sixtieth of its hour, and the fewest days
  /// that have reported one of the hours; `nil` where none has.
  private func meanRuns(_ series: RecentSeries, _ range: ClosedRange<Int>) -> (runs: Double, days: Int)? {
    var (runs, days) = (0.0, Int.max)
    for (hour, minutes) in hours(range) {
      let place = series.usual.count - 1 - (self.hour - hour)
      guard series.usual.indices.contains(place), series.usual[place].days > 0 else { return nil }
      let usual = series.usual[place]
      runs += Double(usual.counters.totalRuns) / Double(usual.days) * Double(minutes) / 60
      days = min(days, usual.days)
    }
    return (runs, days)
  }

  /// The most that comparable days had in these minutes: the same day of the two weeks before, and the day before by its
  /// own minutes, unless that was another sort of day.
  private func most(_ counted: Counted, _ series: RecentSeries, _ range: ClosedRange<Int>, usual: Double) -> Double {
    func runs(_ day: KeyPath<RhythmHour, Int?>) -> Double? {
      var sum = 0.0
      for (hour, minutes) in hours(range) {
        let place = series.rhythm.count - 1 - (self.hour - hour)
        guard series.rhythm.indices.contains(place), let runs = series.rhythm[place][keyPath: day] else { return nil }
        sum += Double(runs) * Double(minutes) / 60
      }
      return sum
    }
    var most = Double.infinity
    let weeks = [runs(\.weekBefore), runs(\.fortnightBefore)].compactMap(\.self)
    if let larger = weeks.max() { most = larger }
    // Work that comes at fixed minutes leaves the others empty, however much an hour has.
    if let hours = runs(\.dayBefore), hours >= usual / 2 {
      most = min(most, dayBefore(series, range) ?? hours)
    }
    return most
  }

  /// The runs of the same minutes of the day before; `nil` where its minutes are not kept, or nobody counted by the minute
  /// then: none around this time has any, though its hours do.
  private func dayBefore(_ series: RecentSeries, _ range: ClosedRange<Int>) -> Double? {
    let day = RecentReading.minutesOfDay
    guard MinuteCounts.sum(series.minutes.minutes(in: RecentReading.dayBefore(minute))).totalRuns > 0 else {
      return nil
    }
    let same = range.lowerBound - day...range.upperBound - day
    return Double(MinuteCounts.sum(series.minutes.minutes(in: same)).totalRuns)
  }

  /// The hours that a range of minutes overlaps, and in how many minutes each.
  private func hours(_ range: ClosedRange<Int>) -> [(hour: Int, minutes: Int)] {
    let first = range.lowerBound.flooredHour
    let last = range.upperBound.flooredHour
    return (first...last).map { hour in
      (hour, range.clamped(to: hour * 60...hour * 60 + 59).count)
    }
  }

  private func usual(_ series: RecentSeries, _ range: ClosedRange<Int>) -> StatsCounters {
    hours(range).reduce(into: .zero) { sum, part in
      let place = series.usual.count - 1 - (hour - part.hour)
      if series.usual.indices.contains(place) { sum += series.usual[place].counters }
    }
  }
}

/// The minutes of a slot that are looked at, unpacked.
struct Counted {
  private let minutes: [MinuteCounts.Minute]

  init(_ packed: MinuteCounts, through end: Int) {
    minutes = packed.minutes(in: end - RecentReading.minutesBack...end)
  }

  /// What was counted in a range of minutes.
  func sum(_ range: ClosedRange<Int>) -> StatsCounters {
    MinuteCounts.sum(
      minutes.reversed().lazy.drop { $0.number > range.upperBound }.prefix { $0.number >= range.lowerBound })
  }

  /// The sample that ends with a minute, grown until it can be judged.
  func grown(to end: Int, by thresholds: Thresholds) -> (StatsCounters, span: Int) {
    var sum = StatsCounters.zero
    var span = RecentSample.hour
    var place = minutes.lastIndex { $0.number <= end } ?? -1
    while true {
      while place >= 0, minutes[place].number > end - span {
        sum += minutes[place].counters
        place -= 1
      }
      guard thresholds.isTooFew(sum), span < RecentSample.most else { return (sum, span) }
      span += RecentSample.step
    }
  }
}

extension MinuteCounts {
  fileprivate static func sum(_ minutes: some Sequence<Minute>) -> StatsCounters {
    minutes.reduce(into: .zero) { $0 += $1.counters }
  }
}

extension Int {
  /// The number of the hour that contains the minute of this number.
  var flooredHour: Int { self >= 0 ? self / 60 : (self - 59) / 60 }
}
