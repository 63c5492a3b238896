#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Whom a transition is about.
package enum AlertSubject: Hashable, Sendable {
  /// One slot.
  case slot(Slot.ID)
  /// All slots together.
  case all
  /// The source.
  case source
}

/// Where a rule stands for one subject.
package enum AlertPhase: Hashable, Sendable {
  /// It does not hold.
  case inactive
  /// It holds, and has not held for long enough.
  case pending(since: Date)
  /// It has held for long enough, and still does or goes on; it fired at this instant.
  case firing(since: Date)
  /// It fired at the first instant and no longer does. Told once; the rule is inactive from then on.
  case resolved(since: Date)
}

/// A change of the phase of one rule for one subject.
package struct AlertTransition: Hashable, Sendable {
  /// The rule.
  package let rule: AlertRule
  /// Whom it is about.
  package let subject: AlertSubject
  /// The phase before.
  package let from: AlertPhase
  /// The phase now.
  package let to: AlertPhase
  /// When the condition began to hold, as far as that is known.
  package let began: Date
  /// When it changed: the instant of the evidence.
  package let at: Date
}

/// A rule that is pending or fires for one subject.
package struct ActiveAlert: Hashable, Sendable {
  /// The rule.
  package let rule: AlertRule
  /// Whom it is about.
  package let subject: AlertSubject
  /// ``AlertPhase/pending(since:)`` or ``AlertPhase/firing(since:)``.
  package let phase: AlertPhase
  /// When the condition began to hold, as far as that is known.
  package let began: Date

  /// A rule that is pending or fires.
  package init(rule: AlertRule, subject: AlertSubject, phase: AlertPhase, began: Date) {
    (self.rule, self.subject, self.phase, self.began) = (rule, subject, phase, began)
  }
}
