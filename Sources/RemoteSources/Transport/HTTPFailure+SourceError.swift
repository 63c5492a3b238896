import SlotStats

extension HTTPFailure {
  /// The failure as a source's: what could not be done is `action`.
  package func sourceError(action: String) -> StatsSourceError {
    let sort: StatsSourceError.Kind =
      switch kind {
      case .unreachable, .insecure, .cancelled: .unreachable
      case .status(401), .status(403): .notPermitted
      case .status: .unreachable
      case .refused: .contentRefused
      }
    return StatsSourceError(sort, action: action, cause: cause, retryAfter: retryAfter)
  }
}

/// How long a source waits after a failure: what ``Backoff`` is told each time.
package struct RetryTiming: Sendable {
  /// How often the source is asked while all is well.
  package var interval: Duration
  /// A number from 0 to 1, anew each time.
  package var random: @Sendable () -> Double

  /// The default interval, with the system's random numbers.
  package init(
    interval: Duration = .seconds(5), random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    self.interval = interval
    self.random = random
  }
}
