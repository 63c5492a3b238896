import SlotStats
import TerminalUI

/// How wide the values of the table's columns get: text in columns, counts as the largest value.
///
/// Extents only grow, so that a column never narrows while the dashboard is open.
package struct ColumnExtents: Hashable, Sendable {
  /// The widest id with its name, in columns.
  package var title = 0
  /// The widest id alone, in columns.
  package var id = 0
  /// The widest provider, in columns.
  package var provider = 0
  /// The largest total of runs.
  package var runs = 0
  /// The largest value of each counter.
  package var counters = StatsCounters.zero
  /// The most open jobs.
  package var open = 0

  /// Nothing measured yet.
  package init() {}

  /// Measures every row of one window, by both scopes.
  init(_ fleet: JudgedFleet) { take(fleet, rows: fleet.slots.indices) }

  /// Grows to hold all slots together and these rows, by both scopes.
  mutating func take(_ fleet: JudgedFleet, rows: some Sequence<Int>) {
    take(fleet.global.range, open: fleet.global.open)
    for place in rows {
      take(fleet.slots[place].series.range, open: fleet.slots[place].series.judged.open)
      title = max(title, SlotTitle.width(of: fleet.slots[place].slot))
      id = max(id, TerminalText.width(fleet.slots[place].id))
      provider = max(provider, TerminalText.width(fleet.slots[place].slot.providerID ?? ""))
    }
  }

  /// Grows to hold `other` too.
  package mutating func formUnion(_ other: ColumnExtents) {
    title = max(title, other.title)
    id = max(id, other.id)
    provider = max(provider, other.provider)
    runs = max(runs, other.runs)
    open = max(open, other.open)
    takeCounters(other.counters)
  }

  private mutating func take(_ range: StatsCounters, open: Int) {
    runs = max(runs, range.totalRuns)
    self.open = max(self.open, open)
    takeCounters(range)
  }

  private mutating func takeCounters(_ other: StatsCounters) {
    counters.success = max(counters.success, other.success)
    counters.timeouts = max(counters.timeouts, other.timeouts)
    counters.providerErrors = max(counters.providerErrors, other.providerErrors)
    counters.cancelled = max(counters.cancelled, other.cancelled)
    counters.errors = max(counters.errors, other.errors)
    counters.ingestCount = max(counters.ingestCount, other.ingestCount)
  }
}

/// How a slot is named in a row: its id, and its name where that says more.
enum SlotTitle {
  static func hasName(_ slot: Slot) -> Bool { slot.name != slot.id }

  static func width(of slot: Slot) -> Int {
    TerminalText.width(slot.id) + (hasName(slot) ? 1 + TerminalText.width(slot.name) : 0)
  }
}
