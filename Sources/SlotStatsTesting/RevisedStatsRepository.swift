import SlotStats
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A repository with revisions: it shows one in-memory repository after another.
package final class RevisedStatsRepository: StatsRepository {
  private struct State: Sendable {
    var revision: StatsRevision
    var failures: [any Error] = []
    var looks = 0
  }

  private let state: Mutex<State>

  /// A repository whose source holds `revision`.
  package init(_ revision: StatsRevision) {
    state = Mutex(State(revision: revision))
  }

  /// How often it was asked for its current revision.
  package var looks: Int { state.withLock { $0.looks } }

  /// Replaces what the source holds.
  package func publish(_ revision: StatsRevision) {
    state.withLock { $0.revision = revision }
  }

  /// Lets the next looks fail, one for each error.
  package func failNext(with errors: any Error...) {
    state.withLock { $0.failures += errors }
  }

  package var reading: SourceReading { .byVersion }

  package func currentRevision(after known: UInt64? = nil) async throws -> StatsRevision {
    try state.withLock { state in
      state.looks += 1
      if !state.failures.isEmpty { throw state.failures.removeFirst() }
      return state.revision
    }
  }

  package func slots() async throws -> [Slot] {
    try await currentRevision().contents.slots()
  }

  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await currentRevision().contents.collectGlobalMetrics(window: window, since: since)
  }

  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    try await currentRevision().contents.collectSlotMetrics(slotID, window: window, since: since)
  }

  package func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await currentRevision().contents.collectSlotMetrics(window: window, since: since)
  }
}
