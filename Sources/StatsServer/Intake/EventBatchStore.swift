import SlotStats
import StatsFormats

/// Where the server puts the events that it is sent.
package protocol EventBatchStore: Sendable {
  /// Stores a batch in one transaction.
  /// - Returns: what became of each event, in order, and whose statistics changed; accepted and duplicate ones are
  ///   durable.
  /// - Throws: why nothing of it was stored.
  func store(_ batch: EventBatch) async throws -> StoredBatch
}
