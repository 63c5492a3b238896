import FoundationEssentials
import SlotStats

/// What a panel means by `errors`: a fifth counter, or the sum of the other kinds of failures.
///
/// It is decided once for a source, over all rows that were read. A row with failures whose `errors` are not that sum
/// settles the fifth counter for good; ``rowsForASum`` different rows that all keep the sum settle the sum, until one
/// breaks it. The order of the rows does not matter.
package enum ErrorsConvention: Hashable, Sendable {
  /// A row, by whose it is and when it begins: the same one read again is no further evidence.
  package struct RowID: Hashable, Sendable {
    /// The slot; `nil` for all slots together.
    package var slotID: Slot.ID?
    /// The width of its bucket.
    package var window: StatsWindow
    /// When it begins.
    package var start: Date
  }

  /// How many different rows with failures have to keep the sum.
  package static let rowsForASum = 5

  /// Not settled: these rows with failures keep the sum, and none broke it. Read as a fifth counter.
  case undecided(Set<RowID>)
  /// A counter of its own.
  case fifthCounter
  /// The sum of the others: nothing is counted twice.
  case sum

  /// What is known before any row.
  package static let unknown = ErrorsConvention.undecided([])

  /// Learns from rows of one series, as they were read.
  package mutating func read(_ metrics: [StatsMetric], of slotID: Slot.ID?, _ window: StatsWindow) {
    for metric in metrics {
      if self == .fifthCounter { return }
      read(metric.counters, RowID(slotID: slotID, window: window, start: metric.periodStart))
    }
  }

  private mutating func read(_ counters: StatsCounters, _ row: RowID) {
    guard counters.hasFailures else { return }
    guard counters.errorsAreTheSum else {
      self = .fifthCounter
      return
    }
    guard case .undecided(var rows) = self else { return }
    rows.insert(row)
    self = rows.count < Self.rowsForASum ? .undecided(rows) : .sum
  }

  /// The rows as they are to be counted.
  package func applied(to metrics: [StatsMetric]) -> [StatsMetric] {
    guard self == .sum, metrics.contains(where: { $0.counters.errors > 0 }) else { return metrics }
    return metrics.map { metric in
      var metric = metric
      metric.counters.errors = 0
      return metric
    }
  }

  /// What a person should know while rows with failures leave it open; `nil` otherwise.
  package var notice: String? {
    guard case .undecided(let rows) = self, !rows.isEmpty else { return nil }
    return "errors may repeat the other kinds: too few failing rows to tell"
  }
}

extension StatsCounters {
  fileprivate var hasFailures: Bool { timeouts > 0 || providerErrors > 0 || cancelled > 0 || errors > 0 }

  /// The failures without `errors` are counted as runs of their own, so that the addition saturates.
  fileprivate var errorsAreTheSum: Bool {
    errors == StatsCounters(timeouts: timeouts, providerErrors: providerErrors, cancelled: cancelled).totalRuns
  }
}
