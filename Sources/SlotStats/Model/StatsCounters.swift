/// The counters of one bucket, or of several added together: whole numbers from 0 to 2⁶³−1.
///
/// Additions saturate and never trap.
public struct StatsCounters: Hashable, Sendable {
  /// Jobs that ended well.
  public var success: Int
  /// Jobs that ran out of time.
  public var timeouts: Int
  /// Jobs that the provider refused or failed.
  public var providerErrors: Int
  /// Jobs that somebody called off.
  public var cancelled: Int
  /// Jobs that failed in the worker itself.
  public var errors: Int
  /// Jobs received, ended or not. Not part of the total runs.
  public var ingestCount: Int
  /// The counters that the source does not have: they are 0 here, and that means nothing.
  public var unknown: CounterSet
  /// Why the counts may be too low; empty where they are whole.
  public var doubts: CountDoubts

  /// Counters with these values. A negative value is taken as 0.
  public init(
    success: Int = 0, timeouts: Int = 0, providerErrors: Int = 0, cancelled: Int = 0, errors: Int = 0,
    ingestCount: Int = 0, unknown: CounterSet = [], doubts: CountDoubts = []
  ) {
    self.success = max(success, 0)
    self.timeouts = max(timeouts, 0)
    self.providerErrors = max(providerErrors, 0)
    self.cancelled = max(cancelled, 0)
    self.errors = max(errors, 0)
    self.ingestCount = max(ingestCount, 0)
    self.unknown = unknown
    self.doubts = doubts
  }

  /// No runs and nothing received.
  public static let zero = StatsCounters()

  /// All ended jobs: success, timeouts, provider errors, cancelled and worker errors; saturates at 2⁶³−1.
  public var totalRuns: Int {
    success.addingSaturated(timeouts).addingSaturated(providerErrors).addingSaturated(cancelled)
      .addingSaturated(errors)
  }

  /// `max(totalRuns − success, 0)`.
  public var failureCount: Int { totalRuns > success ? totalRuns - max(success, 0) : 0 }

  /// Failures in all runs, 0…1; `nil` where there are no runs: no runs is not "0 % failed". It is `nil` too where nobody
  /// knows what succeeded, or of no kind what failed.
  public var failureRatio: Double? {
    let runs = totalRuns
    return runs == 0 || !unknown.allowsRatio ? nil : Double(failureCount) / Double(runs)
  }

  /// Jobs received and not yet ended, `max(ingestCount − totalRuns, 0)`; 0 where nobody knows what succeeded.
  public var open: Int {
    ingestCount > totalRuns && !unknown.contains(.success) ? ingestCount - max(totalRuns, 0) : 0
  }

  /// Both added, each counter saturating at 2⁶³−1.
  public static func + (left: StatsCounters, right: StatsCounters) -> StatsCounters {
    var sum = left
    sum += right
    return sum
  }

  /// Adds `right`, each counter saturating at 2⁶³−1.
  public static func += (left: inout StatsCounters, right: StatsCounters) {
    left.success = left.success.addingSaturated(right.success)
    left.timeouts = left.timeouts.addingSaturated(right.timeouts)
    left.providerErrors = left.providerErrors.addingSaturated(right.providerErrors)
    left.cancelled = left.cancelled.addingSaturated(right.cancelled)
    left.errors = left.errors.addingSaturated(right.errors)
    left.ingestCount = left.ingestCount.addingSaturated(right.ingestCount)
    left.unknown.formUnion(right.unknown)
    left.doubts.formUnion(right.doubts)
  }
}

extension StatsCounters {
  /// The names that counters have in every document, and where each is kept.
  public static let keys: [(name: String, path: any WritableKeyPath<StatsCounters, Int> & Sendable)] = [
    ("success", \.success), ("timeouts", \.timeouts), ("provider_errors", \.providerErrors),
    ("cancelled", \.cancelled), ("errors", \.errors), ("ingest_count", \.ingestCount),
  ]

  /// Counters from a dictionary keyed by the documents' names.
  ///
  /// A missing key is 0, an unknown key is ignored, a negative value becomes 0.
  /// - Returns: the counters, and the keys whose negative values were clamped, in the order of ``keys``.
  public static func clamping(_ values: [String: Int]) -> (counters: StatsCounters, clampedKeys: [String]) {
    var counters = StatsCounters.zero
    var clamped: [String] = []
    for (name, path) in keys {
      guard let value = values[name] else { continue }
      if value < 0 { clamped.append(name) }
      counters[keyPath: path] = max(value, 0)
    }
    return (counters, clamped)
  }

  /// Counters from a dictionary keyed by the documents' names; negatives become 0 (see ``clamping(_:)``).
  public init(_ values: [String: Int]) {
    self = Self.clamping(values).counters
  }
}

extension StatsCounters {
  /// Whether the total has saturated: it is less than its parts.
  package var isSaturated: Bool {
    var sum = 0
    for part in [success, timeouts, providerErrors, cancelled, errors] {
      let (next, overflow) = sum.addingReportingOverflow(part)
      if overflow { return true }
      sum = next
    }
    return false
  }

  /// The failures as people are told them: ``failureCount``, and where the total has saturated, which takes failures away
  /// from it, what the counters themselves say.
  package var shownFailures: Int {
    guard totalRuns == .max else { return failureCount }
    return timeouts.addingSaturated(providerErrors).addingSaturated(cancelled).addingSaturated(errors)
  }

  /// The failure ratio as people are told it: of a saturated total that of its parts; `nil` without runs.
  package var shownRatio: Double? {
    guard totalRuns == .max else { return failureRatio }
    return Double(shownFailures) / (Double(shownFailures) + Double(success))
  }
}

extension Int {
  /// The sum of two numbers from 0, at most 2⁶³−1.
  @inline(__always)
  fileprivate func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
