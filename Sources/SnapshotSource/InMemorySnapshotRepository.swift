#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats
import StatsFormats

/// A snapshot that is in memory already, such as the sample that ships with the program.
package struct InMemorySnapshotRepository: RevisionedStatsRepository {
  /// What it holds.
  package let contents: SnapshotContents
  private let wallClock: @Sendable () -> Date

  /// A repository of one document that never changes.
  package init(document: SnapshotDocument, name: String, wallClock: @escaping @Sendable () -> Date) {
    contents = SnapshotContents(document: document, name: name)
    self.wallClock = wallClock
  }

  /// The one revision, read now.
  package func currentRevision() -> StatsRevision {
    StatsRevision(
      id: 1, contents: contents, generatedAt: contents.document.generatedAt, readAt: wallClock(),
      refreshInterval: contents.document.refreshInterval)
  }

  /// All slots, in the document's order.
  package func slots() -> [Slot] { contents.slots() }

  /// The buckets of all slots together.
  package func collectGlobalMetrics(window: StatsWindow, since: Date?) -> [StatsMetric] {
    contents.collectGlobalMetrics(window: window, since: since)
  }

  /// The buckets of one slot.
  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) throws(StatsSourceError) -> [StatsMetric] {
    try contents.collectSlotMetrics(slotID, window: window, since: since)
  }

  /// The buckets of every slot.
  package func collectSlotMetrics(window: StatsWindow, since: Date?) -> [Slot.ID: [StatsMetric]] {
    contents.collectSlotMetrics(window: window, since: since)
  }
}
