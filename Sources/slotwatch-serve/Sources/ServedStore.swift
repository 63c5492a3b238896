#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import EventStore
import SlotStats
import StatsFormats
import StatsServer
import Synchronization

/// The event store as a server uses it: one of those who write into it.
final class ServedStore: EventBatchStore, HourlyStats {
  private struct Progress {
    /// The latest change that everybody here knows of.
    var seen: Int64
    /// The later ones that were made here.
    var own: Set<Int64> = []
  }

  /// The store.
  let repository: SQLiteStatsRepository
  private let progress: Mutex<Progress>

  /// A store whose changes up to now are known.
  init(_ repository: SQLiteStatsRepository) async throws {
    self.repository = repository
    progress = Mutex(Progress(seen: try await repository.latestChange()))
  }

  func store(_ batch: EventBatch) async throws -> StoredBatch {
    let receipt = try await repository.append(batch)
    if let change = receipt.change {
      progress.withLock { progress in
        if change > progress.seen { progress.own.insert(change) }
      }
    }
    let outcomes = receipt.outcomes.map { outcome -> StoredLog in
      switch outcome {
      case .accepted: .accepted
      case .duplicate: .duplicate
      case .tooOld: .refused(reason: "is older than events are kept")
      }
    }
    return StoredBatch(outcomes: outcomes, changedSlots: receipt.changedSlots)
  }

  func collectSlotHours(_ slotID: Slot.ID, from: Date, to: Date) async throws -> [StatsMetric] {
    try await repository.collectSlotMetrics(slotID, width: .hour, since: from, until: to)
  }

  /// The slots that another process changed since the last call. What was changed here has been told already.
  func foreignChanges() async throws -> [Slot.ID] {
    let latest = try await repository.latestChange()
    let from = progress.withLock { progress -> Int64? in
      while progress.own.remove(progress.seen + 1) != nil { progress.seen += 1 }
      return progress.seen < latest ? progress.seen : nil
    }
    guard let from else { return [] }
    let changes = try await repository.changes(after: from)
    progress.withLock { progress in
      progress.seen = max(progress.seen, changes.latest)
      progress.own = progress.own.filter { $0 > changes.latest }
    }
    return changes.slots
  }
}
