import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A cache whose misses share loads: entries and loads under way behind one lock.
///
/// Nobody joins a load that began before an invalidation of its key, and such a load never fills the cache. A load
/// runs in a task of its own: a waiter that is cancelled leaves at once and the others go on; when the last one
/// leaves, the load is cancelled. A failure goes to everyone who waits and is not kept. A load may be joined however
/// long it has been running, so that a source slower than the time to live is not asked over and over.
final class SingleFlightCache<Value: Sendable>: Sendable {
  /// What is to be loaded, and what is known before it begins.
  struct Plan: Sendable {
    var key: StatsKey
    /// Now, by the service's clock: when the load begins if there has to be one.
    var now: Duration
    /// When it begins, by the wall clock.
    var readAt: Date
    /// The version that the value must be of; `nil` for the newest.
    var version: UInt64?
    /// The last event before it begins.
    var epoch: UInt64 = 0
    /// An entry or load from before this instant is not good enough.
    var notBefore: Date?
    /// The generation of the entry that the load builds upon, if it does.
    var baseGeneration: UInt64?
    /// Loads. It is given the load's number, to be kept by ``SingleFlightCache/adopt(version:keeping:)``.
    var body: @Sendable (UInt64?) async throws -> StatsEntry<Value>
  }

  private struct State: Sendable {
    var cache: StatsCache<Value>
    var board = InFlightLoads<Value>()
    /// The newest version seen; every entry is of it.
    var version: UInt64 = 0
    var generation: UInt64 = 0
    var lastTicket: UInt64 = 0
    var lastSerial: UInt64 = 0

    mutating func nextSerial() -> UInt64 {
      lastSerial += 1
      return lastSerial
    }

    mutating func empty() {
      cache.removeAll()
      generation += 1
    }

    /// The valid entry of `key`, if it is of this version (if one is named) and not older than `earliest`.
    mutating func entry(
      for key: StatsKey, at now: Duration, version wanted: UInt64?, notBefore earliest: Date?
    ) -> StatsEntry<Value>? {
      if let wanted, wanted != version { return nil }
      guard let entry = cache.entry(for: key, at: now) else { return nil }
      if let earliest, entry.readAt < earliest { return nil }
      return entry
    }

    /// What another load brought between the reader's first look and its taking the lock.
    mutating func acceptableEntry(for plan: SingleFlightCache<Value>.Plan) -> StatsEntry<Value>? {
      guard let entry = entry(for: plan.key, at: plan.now, version: plan.version, notBefore: plan.notBefore),
        entry.epoch >= plan.epoch
      else { return nil }
      return entry
    }
  }

  private enum Joining {
    case hit(StatsEntry<Value>)
    case waiting
    case cancelled
  }

  private let state: Mutex<State>

  /// Nothing cached, nothing under way.
  init(timeToLive: Duration, maxEntries: Int) {
    state = Mutex(State(cache: StatsCache(timeToLive: timeToLive, maxEntries: maxEntries)))
  }

  /// How many entries are kept.
  var count: Int { state.withLock { $0.cache.count } }

  /// How many loads are under way, and how many wait for them.
  var underWay: (loads: Int, waiters: Int) { state.withLock { ($0.board.count, $0.board.waiterCount) } }

  /// The valid entry of `key`.
  func entry(for key: StatsKey, at now: Duration) -> StatsEntry<Value>? {
    state.withLock { $0.cache.entry(for: key, at: now) }
  }

  /// The valid entry of `key`, if it is of this version (if one is named) and not older than `earliest`.
  func entry(
    for key: StatsKey, at now: Duration, version: UInt64?, notBefore earliest: Date?
  ) -> StatsEntry<Value>? {
    state.withLock { $0.entry(for: key, at: now, version: version, notBefore: earliest) }
  }

  /// The valid entry that `plan` would accept, else the result of an open load or of a new one; without `sharing`
  /// always the result of a load of its own, which is not kept.
  nonisolated(nonsending) func value(_ plan: Plan, sharing: Bool) async throws -> StatsEntry<Value> {
    guard sharing else { return try await uncached(plan) }
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        switch join(plan, ticket: ticket, waiter) {
        case .hit(let entry): waiter.resume(returning: entry)
        case .cancelled: waiter.resume(throwing: CancellationError())
        case .waiting: break
        }
      }
    } onCancel: {
      let left = state.withLock { $0.board.leave(ticket) }
      left?.abandoned?.cancel()
      left?.waiter.resume(throwing: CancellationError())
    }
  }

  private nonisolated(nonsending) func uncached(_ plan: Plan) async throws -> StatsEntry<Value> {
    var entry = try await plan.body(nil)
    entry.serial = state.withLock { $0.nextSerial() }
    entry.epoch = plan.epoch
    return entry
  }

  /// Drops the entries, and closes the loads, of these slots (`nil`: of all slots together).
  func invalidate(_ slotIDs: Slot.ID?...) {
    state.withLock { state in
      for slotID in slotIDs {
        state.cache.removeEntries(of: slotID)
        state.board.closeLoads(of: slotID)
      }
    }
  }

  /// Drops every entry and closes every load.
  func invalidateAll() {
    state.withLock { state in
      state.empty()
      state.board.closeAll()
    }
  }

  /// Makes a newer version the one that entries are of: drops those of others and closes their loads, save the load
  /// that found it. An older or equal one changes nothing.
  func adopt(version: UInt64, keeping load: UInt64? = nil) {
    state.withLock { state in
      guard version > state.version else { return }
      state.version = version
      state.empty()
      state.board.closeAll(except: load, version: version)
    }
  }

  private func join(_ plan: Plan, ticket: UInt64, _ waiter: InFlightLoads<Value>.Waiter) -> Joining {
    state.withLock { state in
      // The handler of a cancellation before this point found no waiter to take away.
      if Task.isCancelled { return .cancelled }
      if let entry = state.acceptableEntry(for: plan) { return .hit(entry) }
      let key = InFlightLoads<Value>.Key(key: plan.key, version: plan.version)
      if let id = state.board.openLoad(key, epoch: plan.epoch, notBefore: plan.notBefore) {
        state.board.seat(waiter, ticket: ticket, at: id)
        return .waiting
      }
      // What builds upon an entry that was dropped meanwhile may be seen by its own reader only.
      let isOpen = plan.baseGeneration.map { $0 == state.generation } ?? true
      let id = state.board.add(
        InFlightLoads.Load(key: key, epoch: plan.epoch, readAt: plan.readAt), isOpen: isOpen)
      state.board.seat(waiter, ticket: ticket, at: id)
      state.board.setTask(start(plan, id: id), of: id)
      return .waiting
    }
  }

  private func start(_ plan: Plan, id: UInt64) -> Task<Void, Never> {
    Task {
      do {
        end(id, plan, .success(try await plan.body(id)))
      } catch {
        end(id, plan, .failure(error))
      }
    }
  }

  private func end(_ id: UInt64, _ plan: Plan, _ result: Result<StatsEntry<Value>, any Error>) {
    let (waiters, result) = state.withLock { state in
      guard let (load, wasOpen) = state.board.end(id) else { return ([InFlightLoads<Value>.Waiter](), result) }
      let numbered = result.map { entry in
        var entry = entry
        entry.serial = state.nextSerial()
        entry.epoch = plan.epoch
        entry.generation = state.generation
        if wasOpen, entry.version == nil || entry.version == state.version {
          state.cache.insert(entry, for: plan.key, at: plan.now)
        }
        return entry
      }
      return (Array(load.waiters.values), numbered)
    }
    for waiter in waiters { waiter.resume(with: result) }
  }
}
