import Synchronization

/// Lets so much at once through, what is in the foreground first.
package final class PriorityLimiter: Sendable {
  /// Who goes first.
  package enum Rank: Int, Sendable {
    /// Goes first.
    case foreground
    /// Goes where nothing in the foreground waits.
    case background
  }

  private struct Waiter: Sendable {
    var ticket: UInt64
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State: Sendable {
    var free: Int
    var lastTicket: UInt64 = 0
    /// By rank, in the order of their coming.
    var waiting: [[Waiter]] = [[], []]

    mutating func take(_ ticket: UInt64, _ rank: Rank) -> Waiter? {
      guard let place = waiting[rank.rawValue].firstIndex(where: { $0.ticket == ticket }) else { return nil }
      return waiting[rank.rawValue].remove(at: place)
    }

    mutating func next() -> Waiter? {
      for rank in waiting.indices where !waiting[rank].isEmpty { return waiting[rank].removeFirst() }
      free += 1
      return nil
    }
  }

  private let state: Mutex<State>

  /// Room for `count` at once.
  package init(_ count: Int) { state = Mutex(State(free: count)) }

  /// What `body` gives, once there is room for it.
  /// - Throws: `CancellationError` where the task is cancelled while it waits.
  package nonisolated(nonsending) func run<Value>(
    _ rank: Rank, _ body: () async throws -> Value
  ) async throws -> Value {
    try await enter(rank)
    defer { state.withLock { $0.next() }?.continuation.resume() }
    return try await body()
  }

  private nonisolated(nonsending) func enter(_ rank: Rank) async throws {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let early: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.free > 0 {
            state.free -= 1
            return .success(())
          }
          state.waiting[rank.rawValue].append(Waiter(ticket: ticket, continuation: continuation))
          return nil
        }
        if let early { continuation.resume(with: early) }
      }
    } onCancel: {
      state.withLock { $0.take(ticket, rank) }?.continuation.resume(throwing: CancellationError())
    }
  }
}
