/// Whether failures are surely more frequent than usual, by a factor.
///
/// The low end of the 95 % interval of the judged failure ratio has to lie above the usual ratio multiplied by the
/// factor. The interval is the score interval of E. B. Wilson, "Probable inference, the law of succession, and
/// statistical inference", JASA 22 (1927), see ``WilsonInterval``: it stays honest for few runs and for ratios near 0,
/// where the ratio itself would jump.
package enum OverUsual {
  /// Whether the failures of a sample are over usual.
  ///
  /// - Parameters:
  ///   - judged: the sample. Under ``Thresholds/minFailures`` failures it never is.
  ///   - usual: what was counted while all was as usual. Under ``Thresholds/minUsualRuns`` runs nothing is usual, and the
  ///     sample is not over it.
  ///   - factor: over 1.
  /// - Returns: whether the sample is over usual.
  package static func holds(_ judged: StatsCounters, usual: StatsCounters, factor: Double) -> Bool {
    guard usual.totalRuns >= Thresholds.minUsualRuns else { return false }
    return holds(judged, usual: usual.failureRatio, factor: factor)
  }

  /// The same where the usual ratio is known, 0…1; `nil` where nothing is usual.
  package static func holds(_ judged: StatsCounters, usual: Double?, factor: Double) -> Bool {
    guard judged.failureCount >= Thresholds.minFailures, let usual,
      let interval = WilsonInterval(of: judged)
    else { return false }
    return interval.low > usual * factor
  }
}
