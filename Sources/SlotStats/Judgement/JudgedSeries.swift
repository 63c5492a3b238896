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
  /// What the series is judged to be: by its own sample, or by the last hour where that is worse, or better for sure.
  public let state: SlotState
  /// What it is judged to be by its own sample alone.
  public let ownState: SlotState
  /// Its last hour; `nil` where the source has no minutes.
  public let recent: RecentSample?
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
  public var interval: WilsonInterval? { comparison.interval }

  // By places, since a slice is a reference more.
  private func sum(_ places: Range<Int>) -> StatsCounters {
    var sum = StatsCounters.zero
    for place in places { sum += metrics[place].counters }
    return sum
  }

  private var comparison: SampleComparison { SampleComparison(sample: judged, rest: rest) }

  /// The failure ratio of ``rest``, 0…1; `nil` under 20 runs.
  public var usual: Double? { comparison.usual }

  /// Jobs of the judged sample received and not ended.
  public var open: Int { judged.open }

  /// Whether the judged interval lies wholly above or below ``usual``.
  public var trend: Trend? { comparison.trend }

  /// The failures of the judged sample beyond what is usual, `failures − usual × runs`; `nil` where nothing is usual.
  public var failuresOverUsual: Double? { comparison.failuresOverUsual }

  /// The kind that adds most to ``failuresOverUsual``, or just the most frequent one where nothing is usual.
  public var leadingKind: FailureKind? { comparison.leadingKind }

  /// Judges the series.
  ///
  /// - Parameters:
  ///   - metrics: the shown buckets, ascending, none of them after the current one.
  ///   - window: the width of the buckets.
  ///   - currentStart: the start of the bucket that contains the data's instant.
  ///   - isActive: `false` for a slot that is off.
  ///   - isRead: `false` for a slot of which nothing has been read.
  ///   - recent: its last hour.
  ///   - thresholds: by what it is judged.
  public init(
    metrics: [StatsMetric], window: StatsWindow, currentStart: Date, isActive: Bool = true, isRead: Bool = true,
    recent: RecentSample? = nil, thresholds: Thresholds
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
    let oldest = earliest.addingTimeInterval(-Double(window.maxJudgedBuckets - 1) * window.length)
    let isMissing = metrics.last.map { $0.periodStart < oldest } ?? false
    let own = !isActive ? SlotState.off : isMissing ? .missing : .ofSample(judged, by: thresholds)
    ownState = isRead || own == .off ? own : .unread
    self.recent = recent
    state = Self.state(ownState, of: judged, window, recent)
  }

  /// What is said of a series whose own sample is `own`, with its last hour.
  private static func state(
    _ own: SlotState, of judged: StatsCounters, _ window: StatsWindow, _ recent: RecentSample?
  ) -> SlotState {
    guard let recent, own != .off, own != .missing, own != .unread else { return own }
    let worse = own.graver(recent.state)
    if worse != own || !own.isMarked { return worse }
    return !window.isWithinDay && isOver(own, of: judged, recent) ? .over : own
  }

  /// Whether a mark is of what was before: the last hour can be judged, has none, and fails surely less.
  private static func isOver(_ own: SlotState, of judged: StatsCounters, _ recent: RecentSample) -> Bool {
    guard recent.isJudged, !recent.state.isMarked else { return false }
    guard let ratio = judged.failureRatio, let high = recent.interval?.high else { return false }
    return own == .stalled || high < ratio
  }

  /// The same without its last hour, as the window's own sample alone judges it.
  package var withoutRecent: JudgedSeries { JudgedSeries(ofOwnSample: self) }

  private init(ofOwnSample series: JudgedSeries) {
    (metrics, endsInCurrent, span) = (series.metrics, series.endsInCurrent, series.span)
    (judgedCount, ownState, state, recent) = (series.judgedCount, series.ownState, series.ownState, nil)
  }

  /// Whether it is the last hour that decides what it is judged to be.
  package var isOfRecent: Bool { state != ownState }
}
