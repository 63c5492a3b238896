#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Statistics of all slots together and of each, from wherever they are kept.
///
/// The methods run where their caller runs (`nonisolated(nonsending)`), so that an answer from memory costs no hop.
/// Every series is ascending and holds the reported buckets with `periodEnd > since`, all of them for `nil`.
public protocol StatsService: Sendable {
  /// The statistics of all slots together.
  nonisolated(nonsending) func collectGlobalStats(window: StatsWindow, since: Date?) async throws -> StatsAggregation

  /// The statistics of one slot; no metrics for a slot that never reported.
  /// - Throws: what the source throws, ``StatsSourceError`` of kind `noSuchSlot` for an unknown id.
  nonisolated(nonsending) func collectSlotStats(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> StatsAggregation

  /// The statistics of every slot, read in one call.
  nonisolated(nonsending) func collectSlotStats(
    window: StatsWindow, since: Date?
  ) async throws -> [Slot.ID: StatsAggregation]

  /// Keeps one event, where the source keeps events, and makes the statistics it touches be read anew.
  /// - Throws: what the store throws; nothing has changed then.
  nonisolated(nonsending) func recordProcessingEvent(_ log: ProcessingLog) async throws
}
