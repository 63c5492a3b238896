#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats

/// What happened since the dashboard was opened: 15 minutes of differences, in memory only.
package struct RecentHistory: Equatable, Sendable {
  private struct Entry: Equatable, Sendable {
    /// By the monotonic clock, when the later of the two readings arrived.
    var at: Duration
    /// How long before that the earlier one arrived.
    var span: Duration
    var change: FleetChange
  }

  /// What came in a while.
  package struct Recent: Equatable, Sendable {
    /// When it began, by the monotonic clock.
    package var from: Duration
    /// How long the while is, at most as long as asked for.
    package var span: Duration
    /// Ended jobs and failures in it.
    package var delta: FleetChange.Delta
  }

  /// How long differences are kept.
  package static let kept: Duration = .seconds(900)
  /// The while that the dashboard speaks of.
  package static let shown: Duration = .seconds(300)

  private var entries: [Entry] = []
  private var lastRise: [Slot.ID: Duration] = [:]
  private var resetsAt: [Slot.ID: Date] = [:]
  private var markedSince: [StatsWindow: [Slot.ID: Date]] = [:]

  /// Nothing has happened yet.
  package init() {}

  /// Takes in what a reading of `generatedAt` changed; it arrived at `now`, `span` after the one before. A reading that
  /// brought nothing new counts too: nothing came.
  package mutating func record(_ change: FleetChange, generatedAt: Date, at now: Duration, span: Duration) {
    entries.removeAll { $0.at < now - Self.kept }
    entries.append(Entry(at: now, span: span, change: change))
    for (id, delta) in change.slots where delta.failures > 0 { lastRise[id] = now }
    for id in change.resets { resetsAt[id] = generatedAt }
    for (window, ids) in change.calmed { for id in ids { markedSince[window]?[id] = nil } }
    for (window, ids) in change.worsened { for id in ids { markedSince[window, default: [:]][id] = generatedAt } }
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
    entries.last?.change.slots[id]
  }

  /// Whether the newest reading added anything to any slot.
  package var hasRisen: Bool { entries.last.map { !$0.change.slots.isEmpty } ?? false }

  /// What came in the five minutes to the newest reading, or since the dashboard was opened if that is less; for all
  /// slots together, or for one.
  package func recent(_ id: Slot.ID? = nil) -> Recent? {
    guard let last = entries.last else { return nil }
    var recent = Recent(from: last.at, span: .zero, delta: FleetChange.Delta())
    for entry in entries.reversed() {
      guard recent.span < Self.shown else { break }
      recent.span += entry.span
      if let id {
        recent.delta += entry.change.slots[id] ?? FleetChange.Delta()
      } else {
        recent.delta += entry.change.global
      }
    }
    recent.span = min(recent.span, Self.shown)
    recent.from -= recent.span
    return recent
  }
}
