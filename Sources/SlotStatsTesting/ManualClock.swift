import Synchronization

/// A clock that stands still until it is told to go on.
///
/// It starts at an origin of its own. Sleepers resume when the clock reaches their deadline, in the order of their
/// deadlines; a deadline that is reached already does not sleep.
package final class ManualClock: Clock, Sendable {
  /// A time since the clock's origin.
  package struct Instant: InstantProtocol {
    /// The time since the origin.
    package var offset: Duration

    /// This instant, later by `duration`.
    package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

    /// The time from this instant to `other`.
    package func duration(to other: Instant) -> Duration { other.offset - offset }

    /// Whether the left one is earlier.
    package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct Sleeper: Sendable {
    var deadline: Instant
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State: Sendable {
    var now = Instant(offset: .zero)
    var sleepers: [UInt64: Sleeper] = [:]
    var lastTicket: UInt64 = 0
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
      let due = watchers.filter { $0.count == sleepers.count }
      watchers.removeAll { $0.count == sleepers.count }
      return due.map(\.continuation)
    }
  }

  private let state = Mutex(State())

  /// A clock that stands at its origin.
  package init() {}

  /// Where the clock stands.
  package var now: Instant { state.withLock { $0.now } }

  /// The smallest step that tests take: one nanosecond.
  package var minimumResolution: Duration { .nanoseconds(1) }

  /// How many sleep.
  package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  /// Waits until exactly so many sleep.
  package func waitForSleepers(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isSo = state.withLock { state in
        if state.sleepers.count == count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isSo { continuation.resume() }
    }
  }

  /// Moves the clock, and wakes who was to sleep until then.
  package func advance(by duration: Duration) {
    let (awake, watchers) = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for ticket in due.keys { state.sleepers[ticket] = nil }
      let awake = due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value.continuation)
      return (awake, state.takeWatchers())
    }
    for sleeper in awake { sleeper.resume() }
    for watcher in watchers { watcher.resume() }
  }

  /// Sleeps until the clock is moved to `deadline` or beyond.
  /// - Throws: `CancellationError` once the task is cancelled.
  package func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (early, watchers): (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) = state.withLock {
          state in
          if Task.isCancelled { return (.failure(CancellationError()), []) }
          if deadline <= state.now { return (.success(()), []) }
          state.sleepers[ticket] = Sleeper(deadline: deadline, continuation: continuation)
          return (nil, state.takeWatchers())
        }
        if let early { continuation.resume(with: early) }
        for watcher in watchers { watcher.resume() }
      }
    } onCancel: {
      let (sleeper, watchers) = state.withLock { ($0.sleepers.removeValue(forKey: ticket), $0.takeWatchers()) }
      sleeper?.continuation.resume(throwing: CancellationError())
      for watcher in watchers { watcher.resume() }
    }
  }
}
