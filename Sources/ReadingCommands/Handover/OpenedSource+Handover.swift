import Dashboard
import DashboardRuntime
import SlotStats

extension OpenedSource {
  /// What makes handovers of the source for a dashboard, and writes them into the current folder.
  func handovers(_ settings: ViewSettings, _ environment: [String: String]) -> HandoverWork {
    let rules = settings.rules.isEmpty ? AlertRule.standard : settings.rules
    let maker = HandoverMaker(
      self, settings, rules: rules, acknowledgedIn: acknowledgements(environment), markedIn: marks(environment))
    let wall = clocks.wall
    return HandoverWork(
      make: { try await maker.handover(of: $0.reading, isPast: $0.isPast) },
      save: { try HandoverFile.create($0, at: wall()) })
  }
}
