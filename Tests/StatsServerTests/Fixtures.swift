import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization

@testable import StatsServer

/// Puts batches into memory, one event after another; fails while it is told to, and waits while its gate is shut.
final class MemoryStore: EventBatchStore {
  struct Failure: Error {}

  let repository = InMemoryStatsRepository(.init(slots: []), countsEvents: true)
  private let state = Mutex<(ids: Set<UUID>, sizes: [Int], fails: Bool, gate: Gate?)>(([], [], false, nil))

  /// How many events each batch had.
  var batchSizes: [Int] { state.withLock { $0.sizes } }

  func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

  func wait(at gate: Gate?) { state.withLock { $0.gate = gate } }

  func store(_ batch: EventBatch) async throws -> StoredBatch {
    try await state.withLock { $0.gate }?.pass()
    if state.withLock({ $0.fails }) {
      throw StatsSourceError(.inputOutput, action: "Cannot write", cause: "the disk is full")
    }
    state.withLock { $0.sizes.append(batch.count) }
    var stored = StoredBatch(outcomes: [], changedSlots: [])
    for log in (0..<batch.count).map({ batch[$0] }) {
      guard state.withLock({ $0.ids.insert(log.id).inserted }) else {
        stored.outcomes.append(.duplicate)
        continue
      }
      try await repository.storeProcessingLog(log)
      stored.outcomes.append(.accepted)
      stored.changedSlots.insert(log.slotID)
    }
    return stored
  }
}

enum Sample {
  static let now = Date(timeIntervalSince1970: 1_795_000_000)

  /// An event as a line of JSON.
  static func event(
    _ status: String = "received", slot: String = "slot-1", id: UUID = UUID(), job: UUID = UUID(),
    at instant: Date = now
  ) -> String {
    """
    {"id":"\(id)","job_id":"\(job)","slot_id":"\(slot)","status":"\(status)","occurred_at":"\(RFC3339.format(instant))"}
    """
  }

  static func accepted() -> ClosedRange<Int64> { ProcessingLogReader.accepted(now: now, keptSeconds: 400 * 86_400) }
}

extension IntakeOutcome {
  /// What became of it, in words.
  var words: String {
    switch self {
    case .failed(let reason): "failed: \(reason)"
    case .stored(let accepted, let duplicate, let refused, let count):
      "\(accepted) accepted, \(duplicate) duplicate, \(count) refused \(refused.map(\.index))"
    }
  }
}
