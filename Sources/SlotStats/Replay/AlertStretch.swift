#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A stretch of time for which a rule fired, or would have.
package struct AlertStretch: Hashable, Sendable {
  /// The rule's place among those that were replayed.
  package let rule: Int
  /// Whom it is about.
  package let subject: AlertSubject
  /// When the condition began to hold: the start of the bucket that shows it first.
  package let began: Date
  /// When the rule fired.
  package let firedAt: Date
  /// When it no longer did; `nil` where it still does at the end of what is known.
  package var endedAt: Date?
  /// By which buckets it was judged when it fired.
  package let window: StatsWindow

  /// A stretch.
  package init(
    rule: Int, subject: AlertSubject, began: Date, firedAt: Date, endedAt: Date? = nil, window: StatsWindow
  ) {
    (self.rule, self.subject, self.began, self.firedAt) = (rule, subject, began, firedAt)
    (self.endedAt, self.window) = (endedAt, window)
  }

  /// For how many seconds it fired, up to `end` where it still does.
  package func seconds(until end: Date) -> TimeInterval { (endedAt ?? end).timeIntervalSince(firedAt) }
}
