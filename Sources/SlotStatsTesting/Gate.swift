import Synchronization

/// A door that holds whoever passes while it is shut, and tells a test when somebody has come to it.
///
/// A holder that is cancelled is let go with `CancellationError`.
package final class Gate: Sendable {
  fileprivate struct State: Sendable {
    var isOpen = false
    var arrivals = 0
    var lastTicket = 0
    var held: [Int: CheckedContinuation<Void, any Error>] = [:]
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    /// Those who wait until nobody is held.
    var leavers: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// A shut gate.
  package init() {}

  /// How many have come to the gate.
  package var arrivals: Int { state.withLock { $0.arrivals } }

  /// Waits while the gate is shut.
  package func pass() async throws {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (early, watchers): (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) = state.withLock {
          state in
          state.arrivals += 1
          let watchers = state.takeWatchers()
          if Task.isCancelled { return (.failure(CancellationError()), watchers) }
          if state.isOpen { return (.success(()), watchers) }
          state.held[ticket] = continuation
          return (nil, watchers)
        }
        if let early { continuation.resume(with: early) }
        for watcher in watchers { watcher.resume() }
      }
    } onCancel: {
      let (held, leavers) = state.withLock { ($0.held.removeValue(forKey: ticket), $0.takeLeavers()) }
      held?.resume(throwing: CancellationError())
      for leaver in leavers { leaver.resume() }
    }
  }

  /// Lets go those who are held, and lets everyone pass from now on.
  package func open() {
    let (held, leavers) = state.withLock { state in
      state.isOpen = true
      let held = state.held.sorted { $0.key < $1.key }.map(\.value)
      state.held = [:]
      return (held, state.takeLeavers())
    }
    for continuation in held { continuation.resume() }
    for leaver in leavers { leaver.resume() }
  }

  /// Waits until `count` have come to the gate since it was made.
  package func waitForArrivals(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.arrivals >= count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  /// Waits until nobody is held.
  package func waitUntilNobodyIsHeld() async {
    await withCheckedContinuation { continuation in
      let isSo = state.withLock { state in
        if state.held.isEmpty { return true }
        state.leavers.append(continuation)
        return false
      }
      if isSo { continuation.resume() }
    }
  }
}

extension Gate.State {
  fileprivate mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
    let due = watchers.filter { $0.count <= arrivals }
    watchers.removeAll { $0.count <= arrivals }
    return due.map(\.continuation)
  }

  fileprivate mutating func takeLeavers() -> [CheckedContinuation<Void, Never>] {
    guard held.isEmpty else { return [] }
    defer { leavers = [] }
    return leavers
  }
}
