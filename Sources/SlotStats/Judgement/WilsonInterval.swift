/// The 95 % confidence interval of a proportion by Wilson's score.
///
/// Formula: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927):
/// `(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n)` with z = 1.959964, the 97.5 % point of the normal distribution.
public struct WilsonInterval: Hashable, Sendable {
  /// The low end, 0…1.
  public let low: Double
  /// The high end, 0…1.
  public let high: Double

  private static let z = 1.959_963_984_540_054

  /// The interval of `failures` in `runs`.
  /// - Returns: `nil` where there are no runs.
  public init?(failures: Int, runs: Int) {
    guard runs > 0 else { return nil }
    let n = Double(runs)
    let p = Double(failures) / n
    let zz = Self.z * Self.z
    let centre = p + zz / (2 * n)
    let spread = Self.z * ((p * (1 - p) + zz / (4 * n)) / n).squareRoot()
    let scale = 1 + zz / n
    low = failures == 0 ? 0 : max(0, (centre - spread) / scale)
    high = failures >= runs ? 1 : min(1, (centre + spread) / scale)
  }

  /// The interval of the failures in the runs of a sample.
  /// - Returns: `nil` where its ratio is undefined.
  init?(of sample: StatsCounters) {
    guard sample.unknown.allowsRatio else { return nil }
    self.init(failures: sample.failureCount, runs: sample.totalRuns)
  }
}
