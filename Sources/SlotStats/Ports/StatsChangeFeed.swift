import Synchronization

/// Tells changes to any number of subscribers.
///
/// Each subscriber has room for one change: what it has not taken yet is joined with what comes. So a slow one costs
/// no memory, misses nothing, and holds nobody up.
public final class StatsChangeFeed: Sendable {
  private struct State {
    var seats: [UInt64: Subscription] = [:]
    var lastNumber: UInt64 = 0
    var isFinished = false
  }

  private let state = Mutex(State())

  /// A feed that nobody listens to.
  public init() {}

  deinit { finish() }

  /// How many listen.
  public var subscriberCount: Int { state.withLock { $0.seats.count } }

  /// Tells a change to all who listen now.
  public func publish(_ change: StatsChange) {
    // Outside the lock: a subscriber that is resumed may end at once, and comes back here.
    for seat in state.withLock({ Array($0.seats.values) }) { seat.put(change) }
  }

  /// What is published from now on, until the feed is finished or the sequence is let go.
  public func changes() -> StatsChanges {
    let seat = Subscription()
    let number: UInt64? = state.withLock { state in
      guard !state.isFinished else { return nil }
      state.lastNumber += 1
      state.seats[state.lastNumber] = seat
      return state.lastNumber
    }
    guard let number else {
      seat.finish()
      return StatsChanges(seat: seat, leave: {})
    }
    return StatsChanges(seat: seat) { [weak self] in
      let seat = self?.state.withLock { $0.seats.removeValue(forKey: number) }
      seat?.finish()
    }
  }

  /// Ends every sequence, now and from now on, once what was published has been taken.
  public func finish() {
    let seats = state.withLock { state in
      state.isFinished = true
      defer { state.seats = [:] }
      return Array(state.seats.values)
    }
    for seat in seats { seat.finish() }
  }
}

/// What one subscriber has not taken yet.
final class Subscription: Sendable {
  private let pending = Mutex<StatsChange?>(nil)
  /// One token at most: that there is something to take.
  let (tokens, source) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  func put(_ change: StatsChange) {
    pending.withLock { pending in
      if pending == nil { pending = change } else { pending?.formUnion(change) }
    }
    source.yield()
  }

  func take() -> StatsChange? {
    pending.withLock { pending in
      defer { pending = nil }
      return pending
    }
  }

  func finish() { source.finish() }
}

/// Changes as they come, for one reader.
public struct StatsChanges: AsyncSequence, Sendable {
  /// One change.
  public typealias Element = StatsChange
  /// It never fails.
  public typealias Failure = Never

  /// Leaves the feed when nobody holds the sequence any more.
  fileprivate final class Membership: Sendable {
    let leave: @Sendable () -> Void
    init(leave: @escaping @Sendable () -> Void) { self.leave = leave }
    deinit { leave() }
  }

  private let seat: Subscription
  private let membership: Membership

  init(seat: Subscription, leave: @escaping @Sendable () -> Void) {
    self.seat = seat
    membership = Membership(leave: leave)
  }

  /// What waits for one change after another; one at a time.
  public func makeAsyncIterator() -> Iterator {
    Iterator(seat: seat, tokens: seat.tokens.makeAsyncIterator(), membership: membership)
  }

  /// Waits for one change after another.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let seat: Subscription
    fileprivate var tokens: AsyncStream<Void>.Iterator
    fileprivate let membership: Membership

    /// The next change; `nil` once the feed is finished, or the task that waits is cancelled.
    public mutating func next() async -> StatsChange? { await next(isolation: #isolation) }

    /// The next change, waited for where `actor` runs.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> StatsChange? {
      while true {
        if let change = seat.take() { return change }
        guard await tokens.next(isolation: actor) != nil else { return seat.take() }
      }
    }
  }
}
