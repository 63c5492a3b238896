#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One series of a window with all that follows from it: the same numbers for a screen, a report and a check.
public struct JudgedSeries: Hashable, Sendable {
  /// Where the judged ratio lies against what is usual.
  public enum Trend: Hashable, Sendable { case above, below }

  /// The shown buckets that the source reports, ascending.
  public let metrics: [StatsMetric]
  /// The sum of the shown buckets.
  public let range: StatsCounters
  /// The current bucket; `nil` where the source does not report it.
  public let current: StatsCounters?
  /// The judged sample: the current bucket and, while that is too small, some before it.
  public let judged: StatsCounters
  /// How many buckets the judged sample spans, 1 to the window's most; one that is not reported counts, and adds
  /// nothing.
  public let judgedBuckets: Int
  /// The sum of the finished buckets outside the judged sample.
  public let rest: StatsCounters
  /// The 95 % interval of the judged failure ratio; `nil` without runs.
  public let interval: WilsonInterval?
  /// What the series is judged to be.
  public let state: SlotState

  /// The failure ratio of ``rest``, 0…1; `nil` under 20 runs.
  public var usual: Double? { rest.totalRuns >= Thresholds.minUsualRuns ? rest.failureRatio : nil }

  /// Jobs of the judged sample received and not ended.
  public var open: Int { judged.open }

  /// Whether the judged interval lies wholly above or below ``usual``.
  public var trend: Trend? {
    guard let usual, let interval else { return nil }
    if interval.low > usual { return .above }
    return interval.high < usual ? .below : nil
  }

  /// The failures of the judged sample beyond what is usual, `failures − usual × runs`; `nil` where nothing is usual.
  public var failuresOverUsual: Double? {
    usual.map { Double(judged.failureCount) - $0 * Double(judged.totalRuns) }
  }

  /// The kind that adds most to ``failuresOverUsual``, or just the most frequent one where nothing is usual.
  public var leadingKind: FailureKind? {
    let scale = usual == nil ? 0 : Double(judged.totalRuns) / Double(max(rest.totalRuns, 1))
    let added = FailureKind.allCases.map { kind in
      (kind: kind, count: Double(kind.count(in: judged)) - scale * Double(kind.count(in: rest)))
    }
    return added.reduce(nil as (kind: FailureKind, count: Double)?) { best, next in
      next.count > (best?.count ?? 0) ? next : best
    }?.kind
  }

  /// Judges the series.
  ///
  /// - Parameters:
  ///   - metrics: the shown buckets, ascending, none of them after the current one.
  ///   - window: the width of the buckets.
  ///   - currentStart: the start of the bucket that contains the data's instant.
  ///   - isActive: `false` for a slot that is off.
  ///   - isRead: `false` for a slot of which nothing has been read.
  ///   - thresholds: by what it is judged.
  public init(
    metrics: [StatsMetric], window: StatsWindow, currentStart: Date, isActive: Bool = true, isRead: Bool = true,
    thresholds: Thresholds
  ) {
    self.metrics = metrics
    var newest = [StatsCounters?](repeating: nil, count: window.maxJudgedBuckets)
    var older = StatsCounters.zero
    for metric in metrics {
      let age = Int((currentStart.timeIntervalSince(metric.periodStart) / window.length).rounded())
      if (0..<newest.count).contains(age) { newest[age] = metric.counters } else { older += metric.counters }
    }
    var judged = newest[0] ?? .zero
    var buckets = 1
    while buckets < newest.count, thresholds.isTooFew(judged) {
      judged += newest[buckets] ?? .zero
      buckets += 1
    }
    var rest = older
    for age in buckets..<max(buckets, newest.count) { rest += newest[age] ?? .zero }

    self.range = judged + rest
    self.current = newest[0]
    self.judged = judged
    self.judgedBuckets = buckets
    self.rest = rest
    self.interval = WilsonInterval(failures: judged.failureCount, runs: judged.totalRuns)
    let isMissing = !metrics.isEmpty && newest.allSatisfy { $0 == nil }
    let state = Self.state(
      of: judged, interval: interval, isActive: isActive, isMissing: isMissing, thresholds: thresholds)
    self.state = isRead || state == .off ? state : .unread
  }

  private static func state(
    of judged: StatsCounters, interval: WilsonInterval?, isActive: Bool, isMissing: Bool, thresholds: Thresholds
  ) -> SlotState {
    if !isActive { return .off }
    if isMissing { return .missing }
    let isTooFew = thresholds.isTooFew(judged)
    if !isTooFew, let low = interval?.low {
      if low >= thresholds.critical { return .critical }
      if low >= thresholds.warning { return .warning }
    }
    if judged.open >= Thresholds.minStalledOpen, judged.open > judged.ingestCount / 2 { return .stalled }
    if judged.totalRuns == 0 { return .idle }
    return isTooFew ? .few : .ok
  }
}
