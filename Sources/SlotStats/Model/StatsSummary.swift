/// The sum of some buckets, with what follows from it.
public struct StatsSummary: Hashable, Sendable {
  /// The added counters.
  public var counters: StatsCounters

  /// The summary of counters that are already added.
  public init(counters: StatsCounters) {
    self.counters = counters
  }

  /// The sum of the buckets; zero counters for none.
  public init(_ metrics: some Sequence<StatsMetric>) {
    var sum = StatsCounters.zero
    for metric in metrics { sum += metric.counters }
    self.init(counters: sum)
  }

  /// All ended jobs, see ``StatsCounters/totalRuns``.
  public var totalRuns: Int { counters.totalRuns }
  /// Ended jobs that did not succeed, see ``StatsCounters/failureCount``.
  public var failureCount: Int { counters.failureCount }
  /// Failures in all runs, 0…1; `nil` where there are no runs.
  public var failureRatio: Double? { counters.failureRatio }
}
