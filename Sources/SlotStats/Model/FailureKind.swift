/// The four ways in which a job can end other than well.
public enum FailureKind: CaseIterable, Sendable {
  case timeouts, providerErrors, errors, cancelled

  /// How many of `counters` ended this way.
  public func count(in counters: StatsCounters) -> Int {
    switch self {
    case .timeouts: counters.timeouts
    case .providerErrors: counters.providerErrors
    case .errors: counters.errors
    case .cancelled: counters.cancelled
    }
  }

  /// Its counter.
  public var counter: CounterSet {
    switch self {
    case .timeouts: .timeouts
    case .providerErrors: .providerErrors
    case .errors: .errors
    case .cancelled: .cancelled
    }
  }
}
