#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import RemoteSources
import SlotStats

/// How much a reading of a source that is read slot by slot waits for.
enum ReadCompleteness: Sendable {
  /// What is looked at; the rest follows in later readings.
  case whatIsLookedAt
  /// Everything of these windows, or nothing.
  case everything(of: Set<StatsWindow>)

  /// The panel, read this far.
  func reading(_ panel: PanelFleet) -> any RevisionedStatsRepository {
    switch self {
    case .whatIsLookedAt: panel
    case .everything(let windows): WholePanel(panel: panel, windows: windows)
    }
  }
}

/// A panel of which every reading is whole.
private struct WholePanel: RevisionedStatsRepository {
  let panel: PanelFleet
  let windows: Set<StatsWindow>

  func currentRevision() async throws -> StatsRevision { try await panel.readAll(windows: windows) }

  func slots() async throws -> [Slot] { try await panel.slots() }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await panel.collectGlobalMetrics(window: window, since: since)
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await panel.collectSlotMetrics(slotID, window: window, since: since)
  }

  func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await panel.collectSlotMetrics(window: window, since: since)
  }
}
