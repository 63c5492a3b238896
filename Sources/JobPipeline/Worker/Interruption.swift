import Synchronization

/// What can break off a job from outside, at any time between its taking and its end.
final class Interruption: Sendable {
  /// Why it is broken off.
  enum Reason: Sendable {
    /// Somebody called the job off.
    case calledOff
    /// The worker stops.
    case handBack
    /// The lease was lost.
    case leaseLost
  }

  private struct State: Sendable {
    var reason: Reason?
    var listener: (@Sendable (Reason) -> Void)?
  }

  private let state = Mutex(State())

  /// Breaks the job off; only the first reason counts.
  func raise(_ reason: Reason) {
    let listener = state.withLock { state in
      guard state.reason == nil else { return nil as (@Sendable (Reason) -> Void)? }
      state.reason = reason
      return state.listener
    }
    listener?(reason)
  }

  /// Calls `listener` once it is broken off, at once if it is already; `nil` ends it.
  func listen(_ listener: (@Sendable (Reason) -> Void)?) {
    let reason = state.withLock { state in
      state.listener = listener
      return state.reason
    }
    if let reason { listener?(reason) }
  }
}
