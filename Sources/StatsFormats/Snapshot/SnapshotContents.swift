import FoundationEssentials
import SlotStats

/// The statistics of one snapshot, in memory and unchangeable: what a version contains.
package struct SnapshotContents: StatsRepository {
  /// What was read.
  package let document: SnapshotDocument
  /// What the source is called in errors.
  package let name: String

  /// The contents of a document.
  package init(document: SnapshotDocument, name: String) {
    self.document = document
    self.name = name
  }

  /// The windows that the document has.
  package var windows: Set<StatsWindow> { Set(document.series.keys) }

  /// All slots, in the document's order.
  package func slots() -> [Slot] { document.slots }

  /// The buckets of all slots together. Without a copy where `since` cuts nothing.
  package func collectGlobalMetrics(window: StatsWindow, since: Date?) -> [StatsMetric] {
    (document.series[window]?.global ?? []).cut(since: since)
  }

  /// The buckets of one slot. Without a copy where `since` cuts nothing.
  /// - Throws: `noSuchSlot` for an id that the document does not have.
  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) throws(StatsSourceError) -> [StatsMetric] {
    guard let series = document.series[window] else { return [] }
    guard let metrics = series.bySlot[slotID] else {
      throw StatsSourceError(
        .noSuchSlot, action: "Cannot read slot \(JSONPlace.quoted(slotID))",
        cause: "snapshot \"\(name)\" has no such slot")
    }
    return metrics.cut(since: since)
  }

  /// The buckets of every slot. Without a copy where `since` cuts nothing.
  package func collectSlotMetrics(window: StatsWindow, since: Date?) -> [Slot.ID: [StatsMetric]] {
    (document.series[window]?.bySlot ?? [:]).cut(since: since)
  }
}
