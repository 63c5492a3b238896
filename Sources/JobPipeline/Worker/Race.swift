import Synchronization

/// The first of several results; the others are dropped.
final class Race<Result: Sendable>: Sendable {
  private enum State: Sendable {
    case open
    case awaited(CheckedContinuation<Result, Never>)
    case decided(Result)
  }

  private let state = Mutex(State.open)

  /// Gives a result, which counts if it is the first one.
  func finish(_ result: Result) {
    let waiter: CheckedContinuation<Result, Never>? = state.withLock { state in
      switch state {
      case .open:
        state = .decided(result)
        return nil
      case .awaited(let continuation):
        state = .decided(result)
        return continuation
      case .decided:
        return nil
      }
    }
    waiter?.resume(returning: result)
  }

  /// The first result; to be asked for once. The waiting task's cancellation does not end it.
  var first: Result {
    get async {
      await withCheckedContinuation { continuation in
        let decided: Result? = state.withLock { state in
          if case .decided(let result) = state { return result }
          state = .awaited(continuation)
          return nil
        }
        if let decided { continuation.resume(returning: decided) }
      }
    }
  }
}
