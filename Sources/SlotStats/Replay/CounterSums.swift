/// Counters of steps that follow each other, so that the sum of any range of them costs the same.
///
/// Sums saturate; behind a saturated one every range is zero.
package struct CounterSums: Sendable {
  /// The sum of the steps before each place; one more than there are steps.
  private var sums: [StatsCounters] = [.zero]

  /// No steps.
  init() {}

  /// How many steps there are.
  var count: Int { sums.count - 1 }

  /// Adds a step behind the others.
  mutating func append(_ counters: StatsCounters) { sums.append(sums[count] + counters) }

  /// The sum of the steps of a range; those that are not there are zero.
  package subscript(range: ClosedRange<Int>) -> StatsCounters {
    let (first, end) = (max(0, range.lowerBound), min(count, range.upperBound + 1))
    return first < end ? sums[end].less(sums[first]) : .zero
  }
}

extension StatsCounters {
  /// What these have more than `other`, each counter at least 0.
  package func less(_ other: StatsCounters) -> StatsCounters {
    StatsCounters(
      success: success - other.success, timeouts: timeouts - other.timeouts,
      providerErrors: providerErrors - other.providerErrors, cancelled: cancelled - other.cancelled,
      errors: errors - other.errors, ingestCount: ingestCount - other.ingestCount)
  }
}
