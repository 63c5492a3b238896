import FoundationEssentials
import SlotStats

/// Buckets that one request asks for: from the start of one to the end of another, both boundaries of the window, so
/// that the panel gives no part of a bucket and the URL stays the same until the next one begins.
package struct PanelRange: Hashable, Sendable {
  /// The width of the buckets.
  package var window: StatsWindow
  /// The start of the first one.
  package var from: Date
  /// The end of the last one.
  package var to: Date

  /// Whether a bucket that starts then is asked for.
  func holds(_ start: Date) -> Bool { from <= start && start < to }

  /// How many buckets of a window are asked for.
  struct Limits: Sendable {
    /// Of a slot by one request: panels refuse over 31 days, ours over 48 hours of minutes.
    let slot: Int
    /// Of all slots together by one request: panels refuse over 90 days, ours over 48 hours of minutes.
    let global: Int
    /// Back from the current one, whatever is asked for.
    let furthest: Int
  }

  private static let minuteLimits = Limits(slot: 48 * 60, global: 48 * 60, furthest: 48 * 60)
  private static let hourLimits = Limits(slot: 31 * 24, global: 90 * 24, furthest: 93 * 24)
  private static let dayLimits = Limits(slot: 31, global: 90, furthest: 93)
  private static let weekLimits = Limits(slot: 4, global: 12, furthest: 56)

  /// How many buckets of a window are asked for.
  static func limits(_ window: StatsWindow) -> Limits {
    switch window {
    case .minute: minuteLimits
    case .hour: hourLimits
    case .day: dayLimits
    case .week: weekLimits
    }
  }

  /// The ranges of up to `limit` buckets that hold those from `start` to the current one, ascending.
  ///
  /// They are laid from the current bucket backwards, so that the last one is full and the others are finished.
  static func covering(_ window: StatsWindow, from start: Date, at instant: Date, limit: Int) -> [PanelRange] {
    var ranges: [PanelRange] = []
    var end = window.bucket(containing: instant).upperBound
    let first = min(window.bucketStart(containing: start), window.bucketStart(containing: instant))
    repeat {
      let from = max(window.start(end, advancedBy: -limit), first)
      ranges.append(PanelRange(window: window, from: from, to: end))
      end = from
    } while end > first
    return ranges.reversed()
  }

  /// The ranges that hold the shown buckets of a slot.
  static func shown(_ window: StatsWindow, at instant: Date) -> [PanelRange] {
    covering(window, from: window.shownStart(endingAt: instant), at: instant, limit: limits(window).slot)
  }

  /// The one range that holds the shown buckets of all slots together.
  static func shownGlobal(_ window: StatsWindow, at instant: Date) -> PanelRange {
    PanelRange(
      window: window, from: window.shownStart(endingAt: instant),
      to: window.bucket(containing: instant).upperBound)
  }

  /// The start of the first bucket that is read for `since`: the shown range for `nil`, and never further back than
  /// its limit.
  static func start(_ window: StatsWindow, since: Date?, at instant: Date) -> Date {
    guard let since else { return window.shownStart(endingAt: instant) }
    let furthest = window.start(window.bucketStart(containing: instant), advancedBy: 1 - limits(window).furthest)
    return since < furthest ? furthest : window.bucketStart(containing: since)
  }
}

extension PanelRange {
  /// Series added up by bucket. A bucket that none of them has is missing.
  func sum(of series: some Sequence<[StatsMetric]>) -> [StatsMetric] {
    func index(_ start: Date) -> Int { Int((start.timeIntervalSince(from) / window.length).rounded()) }
    var sums = [StatsCounters?](repeating: nil, count: max(index(to), 0))
    for metrics in series {
      for metric in metrics where holds(metric.periodStart) {
        let place = index(metric.periodStart)
        sums[place] = (sums[place] ?? .zero) + metric.counters
      }
    }
    return sums.enumerated().compactMap { place, counters in
      counters.map { StatsMetric(window, start: window.start(from, advancedBy: place), counters: $0) }
    }
  }
}

/// What a panel gave for a range.
package struct PanelRows: Hashable, Sendable {
  /// The buckets of the range, ascending, as they were given.
  package var metrics: [StatsMetric] = []
  /// How many buckets with something in them begin after the range.
  package var aheadCount = 0
  /// When the first of those begins.
  package var firstAhead: Date?

  /// The rows of `range` among those given: some panels take the end as inclusive and give a bucket more, and one
  /// with nothing in it means nothing.
  init(_ given: [StatsMetric], in range: PanelRange) {
    metrics = given.allSatisfy { range.holds($0.periodStart) } ? given : given.filter { range.holds($0.periodStart) }
    let ahead = given.filter { $0.periodStart >= range.to && $0.counters != .zero }
    (aheadCount, firstAhead) = (ahead.count, ahead.first?.periodStart)
  }

  /// These rows, already cut.
  init(metrics: [StatsMetric] = []) { self.metrics = metrics }
}
