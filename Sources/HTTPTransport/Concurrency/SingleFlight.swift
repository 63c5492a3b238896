import Synchronization

/// Work that is done once at a time, whoever asks: they all get what it gives.
///
/// A waiter that is cancelled leaves at once; when the last one leaves, the work is cancelled. Work that begins while
/// cancelled work is still ending waits for it.
package final class SingleFlight<Value: Sendable>: Sendable {
  private typealias Waiter = CheckedContinuation<Value, any Error>

  private struct Run: Sendable {
    var number: UInt64
    var task: Task<Void, Never>
    var waiters: [UInt64: Waiter] = [:]
  }

  private struct State: Sendable {
    var run: Run?
    /// Work that nobody waits for any more and that has not ended yet.
    var ending: Task<Void, Never>?
    var lastNumber: UInt64 = 0

    mutating func nextNumber() -> UInt64 {
      lastNumber += 1
      return lastNumber
    }
  }

  private let state = Mutex(State())

  /// Nothing under way.
  package init() {}

  /// What the work under way gives, or `body` where there is none.
  /// - Throws: what the work throws; `CancellationError` for a caller that is cancelled.
  package nonisolated(nonsending) func value(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let ticket = state.withLock { $0.nextNumber() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        let isCancelled = state.withLock { state in
          if Task.isCancelled { return true }
          if state.run == nil { state.run = start(body, number: state.nextNumber(), after: state.ending) }
          state.run?.waiters[ticket] = waiter
          return false
        }
        if isCancelled { waiter.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let left = state.withLock { state -> Waiter? in
        guard let waiter = state.run?.waiters.removeValue(forKey: ticket) else { return nil }
        if let run = state.run, run.waiters.isEmpty {
          run.task.cancel()
          (state.run, state.ending) = (nil, run.task)
        }
        return waiter
      }
      left?.resume(throwing: CancellationError())
    }
  }

  /// Cancels the work under way; those who wait get its `CancellationError`.
  package func cancel() {
    state.withLock { $0.run?.task.cancel() }
  }

  private func start(
    _ body: @escaping @Sendable () async throws -> Value, number: UInt64, after ending: Task<Void, Never>?
  ) -> Run {
    let task = Task { [self] in
      await ending?.value
      let result: Result<Value, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      let waiters = state.withLock { state -> [UInt64: Waiter] in
        guard let run = state.run, run.number == number else { return [:] }
        state.run = nil
        return run.waiters
      }
      for waiter in waiters.values { waiter.resume(with: result) }
    }
    return Run(number: number, task: task)
  }
}
