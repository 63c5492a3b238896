/// From where on a failure ratio is a warning, from where critical, and from how many runs on it is judged at all.
public struct Thresholds: Hashable, Sendable {
  /// The failure ratio, 0…1, that is a warning when it is surely reached; 0.05 by default.
  public let warning: Double
  /// The failure ratio, 0…1, that is critical when it is surely reached; 0.1 by default.
  public let critical: Double
  /// The runs from which a sample is judged, whatever its failures; 20 by default.
  public let minRuns: Int

  /// The failures from which a sample is judged, however few its runs.
  public static let minFailures = 5
  /// The runs from which a ratio counts as usual.
  public static let minUsualRuns = 20
  /// The open jobs from which a slot can be stalled.
  public static let minStalledOpen = 20

  /// Thresholds as given.
  /// - Returns: `nil` unless `0 < warning ≤ critical ≤ 1` and `minRuns ≥ 1`.
  public init?(warning: Double, critical: Double, minRuns: Int) {
    guard warning > 0, warning <= critical, critical <= 1, minRuns >= 1 else { return nil }
    self.init(unchecked: warning, critical, minRuns)
  }

  /// 5 %, 10 %, 20 runs.
  public static let standard = Thresholds(unchecked: 0.05, 0.1, 20)

  private init(unchecked warning: Double, _ critical: Double, _ minRuns: Int) {
    self.warning = warning
    self.critical = critical
    self.minRuns = minRuns
  }

  /// Whether the sample is too small to be judged: too few runs and too few failures.
  public func isTooFew(_ sample: StatsCounters) -> Bool {
    sample.totalRuns < minRuns && sample.failureCount < Self.minFailures
  }
}
