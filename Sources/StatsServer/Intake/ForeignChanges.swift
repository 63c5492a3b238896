import SlotStats
import StatsFormats
import Synchronization

/// Tells apart what other processes change in the store and what was changed here, which is told at once.
final class ForeignChanges: Sendable {
  private struct Progress {
    /// The latest change that everybody here knows of.
    var seen: Int64
    /// The later ones that were made here.
    var own: Set<Int64> = []
  }

  private let ledger: any EventLedger
  private let progress: Mutex<Progress>

  /// The changes of a store from now on.
  init(of ledger: any EventLedger) async throws {
    self.ledger = ledger
    progress = Mutex(Progress(seen: try await ledger.latestChange()))
  }

  /// Notes that a change was made here.
  func note(own change: Int64) {
    progress.withLock { progress in
      if change > progress.seen { progress.own.insert(change) }
    }
  }

  /// What other processes changed since the last call; `nil` where nothing did.
  func next() async throws -> EventChanges? {
    let latest = try await ledger.latestChange()
    let from = progress.withLock { progress -> Int64? in
      while progress.own.remove(progress.seen + 1) != nil { progress.seen += 1 }
      return progress.seen == latest ? nil : progress.seen
    }
    guard let from else { return nil }
    let changes = try await ledger.changes(since: from)
    progress.withLock { progress in
      progress.seen = changes.slots == nil ? changes.latest : max(progress.seen, changes.latest)
      progress.own = progress.own.filter { $0 > progress.seen }
    }
    return changes.slots?.isEmpty == true ? nil : changes
  }
}
