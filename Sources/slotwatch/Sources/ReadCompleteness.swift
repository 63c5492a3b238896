import RemoteSources
import SlotStats

/// How much a reading of a source that is read slot by slot waits for.
enum ReadCompleteness: Sendable {
  /// What is looked at; the rest follows in later readings.
  case whatIsLookedAt
  /// Everything of these windows, or nothing.
  case everything(of: Set<StatsWindow>)

  /// The panel, read this far.
  func reading(_ panel: PanelFleet) -> any StatsRepository {
    switch self {
    case .whatIsLookedAt: panel
    case .everything(let windows): panel.whole(windows)
    }
  }
}
