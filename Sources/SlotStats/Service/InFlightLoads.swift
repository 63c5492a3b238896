#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The loads under way and who waits for each.
///
/// A pure value: it starts, cancels and resumes nothing, it only says what to do. A load is *open* until it ends or
/// its key is invalidated; only an open one can be joined and may fill the cache.
struct InFlightLoads<Value: Sendable>: Sendable {
  typealias Waiter = CheckedContinuation<StatsEntry<Value>, any Error>

  /// What a load is joined by. A load pinned to a version is another one than a load of whatever is newest.
  struct Key: Hashable, Sendable {
    var key: StatsKey
    var version: UInt64?
  }

  /// One load under way.
  struct Load: Sendable {
    var key: Key
    var epoch: UInt64
    var readAt: Date
    var task: Task<Void, Never>?
    var waiters: [UInt64: Waiter] = [:]
  }

  private var loads: [UInt64: Load] = [:]
  /// By slot first, so that invalidating a slot touches its own loads only.
  private var open: [Slot.ID?: [Key: UInt64]] = [:]
  /// The load that each waiter waits for.
  private var seats: [UInt64: UInt64] = [:]
  private var lastID: UInt64 = 0

  /// How many loads are under way, open or not.
  var count: Int { loads.count }

  /// How many waiters there are.
  var waiterCount: Int { seats.count }

  /// The open load of `key`, unless it may have missed event `epoch` or began before `earliest`.
  func openLoad(_ key: Key, epoch: UInt64, notBefore earliest: Date?) -> UInt64? {
    guard let id = open[key.key.slotID]?[key], let load = loads[id], load.epoch >= epoch else { return nil }
    if let earliest, load.readAt < earliest { return nil }
    return id
  }

  /// Lists a new load; an open one takes the place of an older open one of its key.
  mutating func add(_ load: Load, isOpen: Bool) -> UInt64 {
    lastID += 1
    loads[lastID] = load
    if isOpen { open[load.key.key.slotID, default: [:]][load.key] = lastID }
    return lastID
  }

  /// Notes the task that does the load.
  mutating func setTask(_ task: Task<Void, Never>, of id: UInt64) {
    loads[id]?.task = task
  }

  /// Lets `waiter`, known by `ticket`, wait for a load.
  mutating func seat(_ waiter: Waiter, ticket: UInt64, at id: UInt64) {
    loads[id]?.waiters[ticket] = waiter
    seats[ticket] = id
  }

  /// Takes a waiter away; the task is there if it was the last one, to be cancelled.
  mutating func leave(_ ticket: UInt64) -> (waiter: Waiter, abandoned: Task<Void, Never>?)? {
    guard let id = seats.removeValue(forKey: ticket), let waiter = loads[id]?.waiters.removeValue(forKey: ticket)
    else { return nil }
    guard loads[id]?.waiters.isEmpty == true else { return (waiter, nil) }
    _ = close(id)
    return (waiter, loads.removeValue(forKey: id)?.task)
  }

  /// Ends a load; `nil` if everyone had left it.
  mutating func end(_ id: UInt64) -> (load: Load, wasOpen: Bool)? {
    let wasOpen = close(id)
    guard let load = loads.removeValue(forKey: id) else { return nil }
    for ticket in load.waiters.keys { seats[ticket] = nil }
    return (load, wasOpen)
  }

  /// Closes every load of a slot, or those of all slots for `nil`.
  mutating func closeLoads(of slotID: Slot.ID?) {
    open[slotID] = nil
  }

  /// Closes every load, save one and those pinned to `version`.
  mutating func closeAll(except id: UInt64? = nil, version: UInt64? = nil) {
    for (slotID, loads) in open {
      let kept = loads.filter { $0.value == id || (version != nil && $0.key.version == version) }
      open[slotID] = kept.isEmpty ? nil : kept
    }
  }

  private mutating func close(_ id: UInt64) -> Bool {
    guard let key = loads[id]?.key, open[key.key.slotID]?[key] == id else { return false }
    open[key.key.slotID]?[key] = nil
    if open[key.key.slotID]?.isEmpty == true { open[key.key.slotID] = nil }
    return true
  }
}
