import FoundationEssentials
import SlotStats

/// What `/api/slots` answers: one page of the list of slots, and what it says of the panel.
package struct PanelSlotList: Sendable, Equatable {
  /// The slots of this page, in the panel's order; no id stands twice.
  package var slots: [Slot]
  /// How many slots there are on all pages.
  package var total: Int
  /// The windows that `meta.windows` names, which is ours to say; `nil` where it does not stand there.
  package var windows: Set<StatsWindow>?
  /// Whether `meta.history` says that the panel tells how it was at a past instant, which is ours to say.
  package var hasHistory: Bool
  /// Whether it tells what failures say, as `meta.messages` does.
  package var tellsMessages: Bool
}

/// What `/api/stats/global` answers: one page of the buckets of all slots together.
package struct PanelGlobalPage: Sendable, Equatable {
  /// The buckets of this page, ascending whatever the order they came in; no period stands twice.
  package var metrics: [StatsMetric]
  /// How many buckets there are on all pages.
  package var total: Int
  /// When the newest event happened, as `meta.newest_event_at` says, which is ours to say; `nil` where it does not.
  package var newestEventAt: Date?
}

extension PanelSlotList {
  /// Reads the UTF-8 text of an answer to a request for this page, from 1. Words that are no windows mean nothing.
  /// - Throws: the first thing that is refused, by its place.
  package init(parsing bytes: [UInt8], page: Int = 1) throws(SnapshotError) {
    self = try PanelReader.read(bytes) { reader throws(JSONFailure) in try reader.slotList(page: page) }
  }
}

extension PanelGlobalPage {
  /// Reads the UTF-8 text of an answer to a request for these buckets and this page, from 1. Its `summary` is not
  /// used: rows decide.
  /// - Throws: the first thing that is refused, by its place.
  package init(parsing bytes: [UInt8], window: StatsWindow, page: Int = 1) throws(SnapshotError) {
    self = try PanelReader.read(bytes) { reader throws(JSONFailure) in
      try reader.globalPage(window, page: page)
    }
  }
}

/// What `/api/stats/{slot_id}` answers: the buckets of one slot.
package enum PanelSlotStats {
  /// The buckets in the UTF-8 text of an answer, ascending. Its `summary` is not used: rows decide. An answer about
  /// another slot, or other buckets, than was asked for is refused.
  /// - Throws: the first thing that is refused, by its place.
  package static func metrics(
    parsing bytes: [UInt8], of slotID: Slot.ID, window: StatsWindow
  ) throws(SnapshotError) -> [StatsMetric] {
    try PanelReader.read(bytes) { reader throws(JSONFailure) in try reader.slotStats(slotID, window) }
  }
}
