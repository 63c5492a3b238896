/// The buckets of a window in time order, with their summary.
public struct StatsAggregation: Hashable, Sendable {
  /// The width of the buckets.
  public let window: StatsWindow
  /// The reported buckets, ascending. A bucket that is not here is missing, not zero.
  public let metrics: [StatsMetric]
  /// The sum of ``metrics``, the unfinished bucket included; added up when it is asked for.
  public var summary: StatsSummary { StatsSummary(metrics) }

  /// The aggregation of a repository's rows.
  public init(window: StatsWindow, metrics: [StatsMetric]) {
    self.window = window
    self.metrics = metrics
  }
}
