import SlotStats

/// What a sink is told again of: the alerts that fire, and those that were resolved lately.
struct StandingAlerts: Sendable {
  private let retention: Duration
  private var alerts: [AlertNotice.Identity: (notice: AlertNotice, at: Duration)] = [:]

  /// None yet; a resolution stays for `retention`.
  init(retention: Duration) { self.retention = retention }

  /// Takes the latest word on an alert at `now`, a time that only goes on.
  mutating func take(_ notice: AlertNotice, at now: Duration) { alerts[notice.identity] = (notice, now) }

  /// What is to be told again at `now`, in the order of rules and slots; what was resolved long ago is forgotten.
  mutating func due(at now: Duration) -> [AlertNotice] {
    alerts = alerts.filter { $0.value.notice.isFiring || now - $0.value.at <= retention }
    return alerts.values.map(\.notice).sorted {
      ($0.identity.rule, $0.identity.slotID ?? "") < ($1.identity.rule, $1.identity.slotID ?? "")
    }
  }
}
