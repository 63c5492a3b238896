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
  /// What the series is judged to be.
  public let state: SlotState
  // Ten thousands of these are kept: what follows from the buckets is added up when it is asked for.
  private let endsInCurrent: Bool
  private let span: UInt8
  private let judgedCount: UInt8

  /// The judged sample: the current bucket and, while that is too small, some before it.
  public var judged: StatsCounters { sum(metrics.count - Int(judgedCount)..<metrics.count) }

  /// How many buckets the judged sample spans, 1 to the window's most; one that is not reported counts, and adds
  /// nothing.
  public var judgedBuckets: Int { Int(span) }

  /// The sum of the finished buckets outside the judged sample.
  public var rest: StatsCounters { sum(0..<metrics.count - Int(judgedCount)) }

  /// The sum of the shown buckets.
  public var range: StatsCounters { sum(0..<metrics.count) }

  /// The current bucket; `nil` where the source does not report it.
  public var current: StatsCounters? { endsInCurrent ? metrics.last?.counters : nil }

  /// The 95 % interval of the judged failure ratio; `nil` without runs.
  public var interval: WilsonInterval? {
    let judged = judged
    return WilsonInterval(failures: judged.failureCount, runs: judged.totalRuns)
  }

  // By places, since a slice is a reference more.
  private func sum(_ places: Range<Int>) -> StatsCounters {
    var sum = StatsCounters.zero
    for place in places { sum += metrics[place].counters }
    return sum
  }

  /// The failure ratio of ``rest``, 0…1; `nil` under 20 runs.
  public var usual: Double? {
    let rest = rest
    return rest.totalRuns >= Thresholds.minUsualRuns ? rest.failureRatio : nil
  }

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
    let judged = judged
    return usual.map { Double(judged.failureCount) - $0 * Double(judged.totalRuns) }
  }

  /// The kind that adds most to ``failuresOverUsual``, or just the most frequent one where nothing is usual.
  public var leadingKind: FailureKind? {
    let (judged, rest) = (judged, rest)
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
    // From the newest bucket back: how many lie in the judged sample, and how many buckets that spans.
    var judged = StatsCounters.zero
    var (buckets, count) = (0, 0)
    // A bucket is the one whose start is nearest, so that no rounding of an instant loses one.
    let earliest = currentStart.addingTimeInterval(-window.length / 2)
    repeat {
      let start = earliest.addingTimeInterval(-Double(buckets) * window.length)
      buckets += 1
      if count < metrics.count, metrics[metrics.count - 1 - count].periodStart >= start {
        judged += metrics[metrics.count - 1 - count].counters
        count += 1
      }
    } while buckets < window.maxJudgedBuckets && thresholds.isTooFew(judged)
    (span, judgedCount) = (UInt8(buckets), UInt8(count))
    endsInCurrent = metrics.last.map { $0.periodStart >= earliest } ?? false
    let interval = WilsonInterval(failures: judged.failureCount, runs: judged.totalRuns)
    let oldest = earliest.addingTimeInterval(-Double(window.maxJudgedBuckets - 1) * window.length)
    let isMissing = metrics.last.map { $0.periodStart < oldest } ?? false
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
