/// A judged sample against what is usual.
package struct SampleComparison: Hashable, Sendable {
  /// What was counted in the sample.
  package let sample: StatsCounters
  /// What was counted while all was as usual.
  package let rest: StatsCounters

  /// The 95 % interval of the sample's failure ratio; `nil` without runs.
  package var interval: WilsonInterval? { WilsonInterval(of: sample) }

  /// The failure ratio of ``rest``, 0…1; `nil` under 20 runs.
  package var usual: Double? {
    rest.totalRuns >= Thresholds.minUsualRuns ? rest.failureRatio : nil
  }

  /// Whether the interval lies wholly above or below ``usual``.
  package var trend: JudgedSeries.Trend? {
    guard let usual, let interval else { return nil }
    if interval.low > usual { return .above }
    return interval.high < usual ? .below : nil
  }

  /// The failures beyond what is usual, `failures − usual × runs`; `nil` where nothing is usual.
  package var failuresOverUsual: Double? {
    usual.map { Double(sample.failureCount) - $0 * Double(sample.totalRuns) }
  }

  /// The kind that adds most to ``failuresOverUsual``, or just the most frequent one where nothing is usual.
  package var leadingKind: FailureKind? {
    let scale = usual == nil ? 0 : Double(sample.totalRuns) / Double(max(rest.totalRuns, 1))
    let added = FailureKind.allCases.map { kind in
      (kind: kind, count: Double(kind.count(in: sample)) - scale * Double(kind.count(in: rest)))
    }
    return added.reduce(nil as (kind: FailureKind, count: Double)?) { best, next in
      next.count > (best?.count ?? 0) ? next : best
    }?.kind
  }
}
