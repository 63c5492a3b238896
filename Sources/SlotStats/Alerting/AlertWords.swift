/// What a rule looks for.
package enum AlertCondition: String, CaseIterable, Sendable {
  /// The state is critical.
  case critical
  /// The state is a warning for its failures, or critical.
  case warning
  /// Work is taken in and not finished, see ``SlotState/stalled``.
  case stalled
  /// Reported before, and not lately.
  case missing
  /// Surely fewer runs than usual.
  case quiet
  /// Surely more failures than usual by a factor, see ``OverUsual``.
  case overUsual = "over-usual"
  /// What the source gives is too old, or from the future.
  case stale
  /// The source cannot be read.
  case lost

  /// Whether it is a property of the source, not of slots.
  package var isOfSource: Bool { self == .stale || self == .lost }
}

/// Whom a rule is to reach.
package enum AlertSeverity: String, CaseIterable, Sendable {
  /// Somebody has to act now.
  case page
  /// Somebody should know.
  case notice
}

/// The ways in which a rule can tell that it fires, or no longer does.
package enum AlertChannel: String, CaseIterable, Sendable {
  /// The terminal's bell.
  case bell
  /// A notification of the desktop, through the terminal.
  case desktop
  /// A program that is started.
  case hook
  /// A request to a URL.
  case webhook
  /// An Alertmanager of the Prometheus family.
  case alertmanager
}
