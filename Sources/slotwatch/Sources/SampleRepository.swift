#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats
import SnapshotSource
import StatsFormats

/// The snapshot that ships with the program, moved in time at each reading, so that it always ends now.
struct SampleRepository: RevisionedStatsRepository {
  private let document: SnapshotDocument
  private let wallClock: @Sendable () -> Date

  /// What errors call it.
  private static let name = "sample:"

  /// The sample, parsed.
  /// - Throws: a failure of the program itself.
  init(wallClock: @escaping @Sendable () -> Date) throws(CommandFailure) {
    self.wallClock = wallClock
    do {
      document = try SnapshotDocument(parsing: PackageResources.sample_snapshot_json)
    } catch {
      throw CommandFailure(.contentRefused, "Cannot read the sample: \(error.line).")
    }
  }

  func currentRevision() -> StatsRevision {
    let now = wallClock()
    // Its instant is new with every reading, so its contents are too: a frame carries the instant of its revision.
    let id = UInt64(max(0, min(now.timeIntervalSince1970 * 1e3, 1e18)))
    return StatsRevision(id: id, contents: contents(at: now), generatedAt: now, readAt: now)
  }

  func slots() -> [Slot] { document.slots }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) -> [StatsMetric] {
    contents(at: wallClock()).collectGlobalMetrics(window: window, since: since)
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) throws -> [StatsMetric] {
    try contents(at: wallClock()).collectSlotMetrics(slotID, window: window, since: since)
  }

  func collectSlotMetrics(window: StatsWindow, since: Date?) -> [Slot.ID: [StatsMetric]] {
    contents(at: wallClock()).collectSlotMetrics(window: window, since: since)
  }

  private func contents(at instant: Date) -> SnapshotContents {
    SnapshotContents(document: document.moved(to: instant), name: Self.name)
  }
}
