import FoundationEssentials
import SlotStats
import StatsFormats

/// What was gathered of a panel, in memory and unchangeable: what a version contains.
struct PanelContents: StatsRepository, Equatable {
  /// The panel's name, for errors.
  var name: String
  /// The windows that the panel has, also where nothing was read by them yet.
  var windows = StatsWindow.usual
  /// All slots, in the panel's order.
  var list: [Slot] = []
  /// All slots together, by window; none where they are the sum of slots that were not all read.
  var global: [StatsWindow: [StatsMetric]] = [:]
  /// Each slot of the list, by the windows that are read; no buckets where nothing was.
  var bySlot: [StatsWindow: [Slot.ID: [StatsMetric]]] = [:]
  /// The last minutes, of a panel that tells them as a whole.
  var recent: RecentReading?

  func slots() -> [Slot] { list }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) -> [StatsMetric] {
    (global[window] ?? []).cut(since: since)
  }

  func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) throws(StatsSourceError) -> [StatsMetric] {
    guard let metrics = bySlot[window]?[slotID] else {
      // Nothing is read by this window.
      if list.contains(where: { $0.id == slotID }) { return [] }
      throw StatsSourceError(
        .noSuchSlot, action: "Cannot read slot \(JSONPlace.quoted(slotID))",
        cause: "panel \(JSONPlace.quoted(name)) has no such slot")
    }
    return metrics.cut(since: since)
  }

  /// What the panel told of them, whatever the instant: nothing is made of minutes that were not all read.
  func collectRecent(at instant: Date, slots: Set<Slot.ID>?) -> RecentReading? {
    guard let slots, var part = recent else { return recent }
    part.bySlot = SlotValues(
      Dictionary(
        uniqueKeysWithValues: slots.compactMap { id in
          part.bySlot[id].map { (id, $0) }
        }))
    return part
  }

  func collectSlotMetrics(window: StatsWindow, since: Date?) -> [Slot.ID: [StatsMetric]] {
    (bySlot[window] ?? [:]).cut(since: since)
  }

  /// All slots together by a window that every slot of the table was read by.
  func sum(_ window: StatsWindow, _ table: PanelTable) -> [StatsMetric] {
    guard let ranges = table.ranges[window], let first = ranges.first, let last = ranges.last else { return [] }
    return PanelRange(window: window, from: first.from, to: last.to).sum(of: (bySlot[window] ?? [:]).values)
  }
}
