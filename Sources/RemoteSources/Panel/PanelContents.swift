#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats
import StatsFormats

/// What was gathered of a panel, in memory and unchangeable: what a revision contains.
struct PanelContents: StatsRepository, Equatable {
  /// The panel's name, for errors.
  var name: String
  /// All slots, in the panel's order.
  var list: [Slot] = []
  /// All slots together, by window.
  var global: [StatsWindow: [StatsMetric]] = [:]
  /// Each slot of the list, by window; no buckets where nothing was read.
  var bySlot: [StatsWindow: [Slot.ID: [StatsMetric]]] = [:]

  func slots() -> [Slot] { list }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) -> [StatsMetric] {
    (global[window] ?? []).cut(since: since)
  }

  func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) throws(StatsSourceError) -> [StatsMetric] {
    guard let metrics = bySlot[window]?[slotID] else {
      throw StatsSourceError(
        .noSuchSlot, action: "Cannot read slot \(JSONPlace.quoted(slotID))",
        cause: "panel \(JSONPlace.quoted(name)) has no such slot")
    }
    return metrics.cut(since: since)
  }

  func collectSlotMetrics(window: StatsWindow, since: Date?) -> [Slot.ID: [StatsMetric]] {
    (bySlot[window] ?? [:]).cut(since: since)
  }
}
