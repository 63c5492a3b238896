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

  func store(_ batch: EventBatch) async throws -> [StoredLog] {
    let receipt = try await repository.append(batch)
    if receipt.accepted > 0 { _ = progress.withLock { $0.own.insert(receipt.change) } }
    return receipt.outcomes.map { outcome in
      switch outcome {
      case .accepted: .accepted
      case .duplicate: .duplicate
      case .tooOld: .refused(reason: "is older than events are kept")
      }
    }
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
