#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Since when failures are above usual: the start of the latest run of buckets whose failure ratio lies above it.
///
/// Single buckets of a short window hold few runs, so a run is found by what all of its buckets say together. The
/// rule is the cumulative sum of E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954), on the binomial
/// log-likelihood ratio of a raised ratio against the usual one: it grows with each failure, falls with each success,
/// and starts anew at 0. The run began after the sum was last 0, which is the likeliest change point (D. V. and E. A.
/// Hinkley, "Inference about the change-point in a sequence of binomial variables", Biometrika 57, 1970); the raised
/// ratio is first taken to be twice the usual odds, and then the ratio of the run itself. There is a run only where
/// the evidence for it is 1,000 to 1 and it has at least ``Thresholds/minFailures`` failures; and it goes on only
/// while the sum has not fallen to 0 again. A series that fails as usual has none.
package struct FailureOnset: Sendable {
  /// The logarithm of how much likelier a raised ratio has to be than the usual one.
  static let evidence = log(1_000.0)

  /// The usual ratio, over 0 and under 1 also where nothing, or everything, failed before.
  let usual: Double
  /// The lowest ratio that is looked for.
  let raised: Double

  /// A search for what is above the ratio of `counters`, which were counted while all was as usual: half a failure is
  /// added, so that no ratio is 0. At least the warning of `thresholds` is looked for. `nil` under
  /// ``Thresholds/minUsualRuns`` runs, where nothing is usual.
  package init?(usual counters: StatsCounters, thresholds: Thresholds) {
    guard counters.totalRuns >= Thresholds.minUsualRuns else { return nil }
    usual = (Double(counters.failureCount) + 0.5) / (Double(counters.totalRuns) + 1)
    raised = min(max(2 * usual / (1 + usual), thresholds.warning), 0.999)
  }

  /// The start of the run of `metrics`, ascending buckets, that still goes on with the last of them; `nil` where there
  /// is none. Unreported buckets say nothing. Costs a pass or two over the buckets.
  package func start(in metrics: ArraySlice<StatsMetric>) -> Date? {
    guard usual < raised, let first = run(in: metrics, raised: raised) else { return nil }
    let ratio = StatsSummary(metrics[first.start...]).failureRatio ?? raised
    // The run's own ratio tells its first bucket from a stray failure shortly before, and how sure it is.
    guard let run = run(in: metrics, raised: min(max(ratio, raised), 0.999)), run.most >= Self.evidence,
      StatsSummary(metrics[run.start...]).failureCount >= Thresholds.minFailures
    else { return nil }
    return metrics[run.start].periodStart
  }

  /// Where the sum was last 0, and the most that it has reached since; `nil` where it is 0 now.
  private func run(in metrics: ArraySlice<StatsMetric>, raised: Double) -> (start: Int, most: Double)? {
    let failure = log(raised / usual)
    let success = log((1 - raised) / (1 - usual))
    var (sum, most) = (0.0, 0.0)
    var start = metrics.startIndex
    for index in metrics.indices {
      let counters = metrics[index].counters
      let failures = Double(counters.failureCount)
      sum += failures * failure + (Double(counters.totalRuns) - failures) * success
      most = max(most, sum)
      if sum <= 0 {
        (sum, most) = (0, 0)
        start = metrics.index(after: index)
      }
    }
    return sum > 0 ? (start, most) : nil
  }
}
