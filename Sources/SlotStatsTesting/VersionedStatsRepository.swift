import FoundationEssentials
import SlotStats
import Synchronization

/// A repository with versions: it shows one in-memory repository after another.
package final class VersionedStatsRepository: StatsRepository {
  private struct State: Sendable {
    var version: SourceVersion
    var failures: [any Error] = []
    var looks = 0
  }

  private let state: Mutex<State>

  /// A repository whose source holds `version`.
  package init(_ version: SourceVersion) {
    state = Mutex(State(version: version))
  }

  /// How often it was asked for its current version.
  package var looks: Int { state.withLock { $0.looks } }

  /// Replaces what the source holds.
  package func publish(_ version: SourceVersion) {
    state.withLock { $0.version = version }
  }

  /// Lets the next looks fail, one for each error.
  package func failNext(with errors: any Error...) {
    state.withLock { $0.failures += errors }
  }

  package var reading: SourceReading { .byVersion }

  package func currentVersion(after known: UInt64? = nil) async throws -> SourceVersion {
    try state.withLock { state in
      state.looks += 1
      if !state.failures.isEmpty { throw state.failures.removeFirst() }
      return state.version
    }
  }

  package func slots() async throws -> [Slot] {
    try await currentVersion().contents.slots()
  }

  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await currentVersion().contents.collectGlobalMetrics(window: window, since: since)
  }

  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    try await currentVersion().contents.collectSlotMetrics(slotID, window: window, since: since)
  }

  package func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await currentVersion().contents.collectSlotMetrics(window: window, since: since)
  }
}
