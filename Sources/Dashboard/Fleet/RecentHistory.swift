import FoundationEssentials
import SlotStats

/// What happened since the dashboard was opened: 15 minutes of differences, in memory only.
package struct RecentHistory: Equatable, Sendable {
  /// What came in a few seconds, of one reading or of several.
  private struct Entry: Equatable, Sendable {
    /// By the monotonic clock, when the last of its readings arrived.
    var at: Duration
    /// How long before that the one before the first of them arrived.
    var span: Duration
    var global: FleetChange.Delta
    var slots: [Slot.ID: FleetChange.Delta]
  }

  /// What came in a while.
  package struct Recent: Equatable, Sendable {
    /// When it began, by the monotonic clock.
    package var from: Duration
    /// How long the while is: ``RecentHistory/shown`` and a little more, less while the dashboard was opened lately,
    /// more where no reading came for long.
    package var span: Duration
    /// Ended jobs and failures in it.
    package var delta: FleetChange.Delta
  }

  /// How long differences are kept.
  package static let kept: Duration = .seconds(900)
  /// The while that the dashboard speaks of.
  package static let shown: Duration = .seconds(300)

  /// How long one entry gets: what many short intervals bring is added up, so that memory is bounded.
  private static let grain: Duration = .seconds(15)

  private var entries: [Entry] = []
  private var newestSlots: [Slot.ID: FleetChange.Delta] = [:]
  private var lastRise: [Slot.ID: Duration] = [:]
  private var resetsAt: [Slot.ID: Date] = [:]
  /// When the counters of all slots together were last seen to fall; `nil` if they were not.
  package private(set) var globalResetAt: Date?
  private var markedSince: [StatsWindow: [Slot.ID: Date]] = [:]

  /// Nothing has happened yet.
  package init() {}

  /// Takes in what a reading of `generatedAt` changed; it arrived at `now`, `span` after the one before. A reading that
  /// brought nothing new counts too: nothing came.
  package mutating func record(_ change: FleetChange, generatedAt: Date, at now: Duration, span: Duration) {
    append(Entry(at: now, span: span, global: change.global, slots: change.slots))
    newestSlots = change.slots
    forget(change.gone)
    for (id, delta) in change.slots where delta.failures > 0 { lastRise[id] = now }
    for id in change.resets { resetsAt[id] = generatedAt }
    if change.isReset { globalResetAt = generatedAt }
    for (window, ids) in change.calmed { for id in ids { markedSince[window]?[id] = nil } }
    for (window, ids) in change.worsened { for id in ids { markedSince[window, default: [:]][id] = generatedAt } }
  }

  private mutating func append(_ entry: Entry) {
    entries.removeAll { $0.at < entry.at - Self.kept }
    for index in entries.indices where entries[index].at < entry.at - Self.shown - Self.grain {
      entries[index].slots = [:]
    }
    guard let last = entries.last, last.span + entry.span <= Self.grain else {
      entries.append(entry)
      return
    }
    let index = entries.count - 1
    entries[index].at = entry.at
    entries[index].span += entry.span
    entries[index].global += entry.global
    for (id, delta) in entry.slots { entries[index].slots[id, default: FleetChange.Delta()] += delta }
  }

  /// Forgets slots that are gone: where ids come and go, the dashboard must not keep them all.
  private mutating func forget(_ ids: [Slot.ID]) {
    for id in ids {
      lastRise[id] = nil
      resetsAt[id] = nil
      for window in StatsWindow.allCases { markedSince[window]?[id] = nil }
    }
  }

  /// When the slot crossed a threshold while the dashboard was open; `nil` if it did not, or is back.
  package func markedSince(_ id: Slot.ID, in window: StatsWindow) -> Date? { markedSince[window]?[id] }

  /// When the slot's counters were seen to fall; `nil` if they were not.
  package func resetAt(_ id: Slot.ID) -> Date? { resetsAt[id] }

  /// When the slot's failures last rose, by the monotonic clock; `nil` if they did not.
  package func lastRise(_ id: Slot.ID) -> Duration? { lastRise[id] }

  /// Whether there were two readings to compare.
  package var isEmpty: Bool { entries.isEmpty }

  /// What the newest reading added to the slot, until the next; `nil` if nothing.
  package func newest(_ id: Slot.ID) -> FleetChange.Delta? {
    newestSlots[id]
  }

  /// Whether the newest reading added anything to any slot.
  package var hasRisen: Bool { !newestSlots.isEmpty }

  /// What came in the five minutes to the newest reading, or since the dashboard was opened if that is less; for all
  /// slots together, or for one.
  package func recent(_ id: Slot.ID? = nil) -> Recent? {
    guard let last = entries.last else { return nil }
    var recent = Recent(from: last.at, span: .zero, delta: FleetChange.Delta())
    for entry in entries.reversed() {
      guard recent.span < Self.shown else { break }
      recent.span += entry.span
      if let id {
        recent.delta += entry.slots[id] ?? FleetChange.Delta()
      } else {
        recent.delta += entry.global
      }
    }
    recent.from -= recent.span
    return recent
  }
}
