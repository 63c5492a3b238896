#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One bucket: a period `[periodStart, periodEnd)` with its counters.
public struct StatsMetric: Hashable, Sendable {
  /// The first instant of the period, a bucket boundary of its window.
  public var periodStart: Date
  /// The first instant after the period.
  public var periodEnd: Date
  /// What was counted in the period.
  public var counters: StatsCounters

  /// A bucket with these bounds and counters.
  public init(periodStart: Date, periodEnd: Date, counters: StatsCounters) {
    self.periodStart = periodStart
    self.periodEnd = periodEnd
    self.counters = counters
  }

  /// The bucket of `window` that starts at `start`.
  public init(_ window: StatsWindow, start: Date, counters: StatsCounters) {
    self.init(periodStart: start, periodEnd: start.addingTimeInterval(window.length), counters: counters)
  }
}
