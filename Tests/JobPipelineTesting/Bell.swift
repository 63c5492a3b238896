import Synchronization

/// Tells those who wait for a condition, without spinning, that it may hold now.
package final class Bell: Sendable {
  private struct State {
    var rings = 0
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// A bell that nobody has rung.
  package init() {}

  /// Lets those who wait look again.
  package func ring() {
    let waiters = state.withLock { state in
      defer { state.waiters = [] }
      state.rings += 1
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits, while time stands still, until `condition` holds; it is asked again at each ring.
  package func wait(until condition: () async throws -> Bool) async rethrows {
    while true {
      let seen = state.withLock { $0.rings }
      if try await condition() { return }
      await withCheckedContinuation { continuation in
        let hasRung = state.withLock { state in
          if state.rings != seen { return true }
          state.waiters.append(continuation)
          return false
        }
        if hasRung { continuation.resume() }
      }
    }
  }
}
