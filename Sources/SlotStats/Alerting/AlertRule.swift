/// A condition that must last, for which slots, and what is to be done when it does.
package struct AlertRule: Hashable, Sendable {
  /// What a rule looks at.
  package enum Scope: Hashable, Sendable {
    /// Each of some slots by itself.
    case slots(SlotSelection)
    /// All slots together, as one.
    case all
    /// The source.
    case source
  }

  /// What tells it from other rules, in words for people.
  package let name: String
  /// What must hold, and by what it is judged.
  package let test: AlertTest
  /// The seconds for which it must hold before the rule fires; 0 fires at once.
  package let holdSeconds: Int
  /// The seconds for which the rule goes on after it stopped to hold; 0 ends at once.
  package let keepSeconds: Int
  /// What it looks at.
  package let scope: Scope
  /// Whom it is to reach.
  package let severity: AlertSeverity
  /// Where it is written what to do; any line of text, usually a URL.
  package let runbook: String?
  /// How it tells of itself, each once.
  package let channels: [AlertChannel]

  /// The longest time that a condition may have to hold, or that a rule may go on after it, in seconds: a day.
  package static let maxSeconds = 86_400
  /// The factor of ``AlertCondition/overUsual`` where none is said.
  package static let standardFactor = 2.0

  /// A rule. A condition of the source has the scope of the source, whatever is given.
  package init(
    name: String, when condition: AlertCondition, window: StatsWindow? = nil, holdSeconds: Int = 0,
    keepSeconds: Int = 0, scope: Scope = .slots(.every), severity: AlertSeverity = .notice, runbook: String? = nil,
    channels: [AlertChannel] = [], factor: Double = AlertRule.standardFactor
  ) {
    self.name = name
    test = AlertTest(condition: condition, window: window, factor: factor)
    self.holdSeconds = max(0, min(holdSeconds, Self.maxSeconds))
    self.keepSeconds = max(0, min(keepSeconds, Self.maxSeconds))
    self.scope = condition.isOfSource ? .source : scope
    self.severity = severity
    self.runbook = runbook
    self.channels = channels
  }

  /// The rules that hold where nobody has written any.
  package static let standard: [AlertRule] = [
    AlertRule(name: "critical", when: .critical, holdSeconds: 300, keepSeconds: 600, severity: .page),
    AlertRule(name: "over usual", when: .overUsual, holdSeconds: 300),
    AlertRule(name: "quiet", when: .quiet),
    AlertRule(name: "stalled", when: .stalled),
    AlertRule(name: "missing", when: .missing),
  ]
}
