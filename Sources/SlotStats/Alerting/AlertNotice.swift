#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One transition of an alert, as people and machines are told of it: it fires, or it is resolved.
package struct AlertNotice: Hashable, Sendable {
  /// Which alert it is: what its firing and its resolution have in common, and two programs with the same rules.
  package struct Identity: Hashable, Sendable {
    /// The rule's name.
    package var rule: String
    /// The slot; `nil` for all slots together, or for the source itself.
    package var slotID: Slot.ID?
    /// What the source is called wherever its alerts are raised.
    package var source: String

    /// An identity.
    package init(rule: String, slotID: Slot.ID?, source: String) {
      (self.rule, self.slotID, self.source) = (rule, slotID, source)
    }
  }

  /// How urgent an alert is.
  package enum Severity: String, CaseIterable, Sendable {
    /// Somebody is to look at once.
    case page
    /// Somebody is to look in working hours.
    case notice
  }

  /// What was measured when the transition came; `nil` where the rule judges no failures.
  package struct Figures: Hashable, Sendable {
    /// The failures of the judged sample.
    package var failures: Int
    /// Its runs.
    package var runs: Int
    /// Failures ÷ runs, 0…1; `nil` without runs.
    package var ratio: Double?
    /// The low end of the ratio's 95 % Wilson interval; `nil` without runs.
    package var lowEnd: Double?
    /// The ratio that is usual here; `nil` where too little is known.
    package var usual: Double?
    /// The kind that most of the failures are of; `nil` where there are none.
    package var leadingKind: FailureKind?

    /// Figures.
    package init(
      failures: Int, runs: Int, ratio: Double?, lowEnd: Double? = nil, usual: Double? = nil,
      leadingKind: FailureKind? = nil
    ) {
      (self.failures, self.runs, self.ratio) = (failures, runs, ratio)
      (self.lowEnd, self.usual, self.leadingKind) = (lowEnd, usual, leadingKind)
    }
  }

  /// Which alert it is.
  package var identity: Identity
  /// How urgent it is.
  package var severity: Severity
  /// What people call the slot; `nil` where there is no slot.
  package var slotName: String?
  /// Who does the slot's work, where that is known.
  package var providerID: String?
  /// When the condition began to hold.
  package var startsAt: Date
  /// When it no longer held, not before ``startsAt``; `nil` while the alert fires.
  package var endsAt: Date?
  /// The state or condition in one word, such as `critical` or `over-usual`.
  package var state: String
  /// What happened, in one line; it may hold text from outside.
  package var summary: String
  /// What was measured.
  package var figures: Figures?
  /// Where it stands what to do, as the rule has it.
  package var runbook: String?

  /// A notice; one with an end tells that the alert is resolved. An end before the start becomes the start: clocks jump.
  package init(
    _ identity: Identity, severity: Severity, slotName: String? = nil, providerID: String? = nil, startsAt: Date,
    endsAt: Date? = nil, state: String, summary: String, figures: Figures? = nil, runbook: String? = nil
  ) {
    (self.identity, self.severity, self.slotName, self.providerID) = (identity, severity, slotName, providerID)
    (self.startsAt, self.endsAt) = (startsAt, endsAt.map { max($0, startsAt) })
    (self.state, self.summary, self.figures, self.runbook) = (state, summary, figures, runbook)
  }

  /// Whether it tells that the alert fires; else that it is resolved.
  package var isFiring: Bool { endsAt == nil }

  /// The same alert, resolved at `instant`.
  package func resolved(at instant: Date, summary: String? = nil) -> AlertNotice {
    var notice = self
    notice.endsAt = max(instant, startsAt)
    if let summary { notice.summary = summary }
    return notice
  }
}
