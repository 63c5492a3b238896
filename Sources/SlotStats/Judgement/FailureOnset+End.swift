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

extension FailureOnset {
  /// The end of what began with the first of `metrics`, ascending buckets: that of the bucket after which most of the
  /// evidence for it had been seen, which is the likeliest change point (see the type). A last failure long after the others
  /// moves it only where what lies between is no evidence against it. `nil` where the evidence never is 1,000 to 1.
  package func end(in metrics: ArraySlice<StatsMetric>) -> Date? {
    guard let first = peak(in: metrics, raised: raised) else { return nil }
    let ratio = StatsSummary(metrics[...first.place]).failureRatio ?? raised
    guard let last = peak(in: metrics, raised: min(max(ratio, raised), 0.999)), last.most >= Self.evidence else {
      return nil
    }
    return metrics[last.place].periodEnd
  }

  /// The place where the sum of the evidence from the first bucket on is highest.
  private func peak(in metrics: ArraySlice<StatsMetric>, raised: Double) -> (place: Int, most: Double)? {
    let failure = log(raised / usual)
    let success = log((1 - raised) / (1 - usual))
    var (sum, most) = (0.0, 0.0)
    var place: Int?
    for index in metrics.indices {
      let counters = metrics[index].counters
      let failures = Double(counters.failureCount)
      sum += failures * failure + (Double(counters.totalRuns) - failures) * success
      if sum > most { (most, place) = (sum, index) }
    }
    return place.map { ($0, most) }
  }
}
