#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What an evaluator knows of one rule that is pending or fires, so that another one may go on with it: a check that is
/// started anew each time has nothing else where a source keeps no minutes.
package struct AlertMemory: Hashable, Sendable {
  /// The rule's name.
  package var rule: String
  /// Whom it is about.
  package var subject: AlertSubject
  /// When the condition began to hold.
  package var began: Date
  /// When it fired; `nil` while it is pending.
  package var firedAt: Date?
  /// Whether the condition held when it was last known.
  package var holds: Bool
  /// Whether it was known at the last look.
  package var wasKnown: Bool
  /// The seconds for which it has held without a break.
  package var heldSeconds: Double
  /// The seconds for which it has not held.
  package var missedSeconds: Double
  /// How many seconds ago it had last lasted; `nil` while it is pending.
  package var lastedSecondsAgo: Double?

  /// As given. Times are finite, from 0 on.
  package init(
    rule: String, subject: AlertSubject, began: Date, firedAt: Date? = nil, holds: Bool = true, wasKnown: Bool = true,
    heldSeconds: Double = 0, missedSeconds: Double = 0, lastedSecondsAgo: Double? = nil
  ) {
    self.rule = rule
    self.subject = subject
    self.began = began
    self.firedAt = firedAt
    self.holds = holds
    self.wasKnown = wasKnown
    self.heldSeconds = heldSeconds
    self.missedSeconds = missedSeconds
    self.lastedSecondsAgo = lastedSecondsAgo
  }
}

extension RuleEvaluator {
  /// What is to be remembered, by rules, then slots.
  package var memory: [AlertMemory] {
    watches.sorted { ($0.key.rule, $0.key.slot) < ($1.key.rule, $1.key.slot) }.map { watch in
      AlertMemory(
        rule: rules[watch.key.rule].name, subject: subject(watch.target), began: watch.began, firedAt: watch.firedAt,
        holds: watch.seen.holds, wasKnown: watch.seen.wasKnown, heldSeconds: watch.seen.heldFor / .seconds(1),
        missedSeconds: watch.seen.missedFor / .seconds(1),
        lastedSecondsAgo: watch.seen.lastedAgo.map { $0 / .seconds(1) })
    }
  }

  /// Goes on with what another evaluator knew, after ``watch(_:)`` and before the first tick. What is of another rule, of a
  /// slot that is not there, or no time at all is left out.
  /// - Parameters:
  ///   - memory: what it knew.
  ///   - savedAt: when, by the wall clock. A clock that has gone back since lets no time pass.
  ///   - wall: the wall clock now.
  ///   - uptime: the monotonic clock now.
  package mutating func restore(_ memory: [AlertMemory], savedAt: Date, wall: Date, uptime: Duration) {
    let passed = max(0, min(wall.timeIntervalSince(savedAt), Self.longest))
    let names = Dictionary(rules.indices.map { (rules[$0].name, $0) }) { first, _ in first }
    let slots = Dictionary(roster.slots.indices.map { (roster.slots[$0], $0) }) { first, _ in first }
    let watches = memory.compactMap { entry -> RuleWatch? in
      guard entry.isPossible, let rule = names[entry.rule],
        let target = target(entry.subject, of: rules[rule], slots)
      else { return nil }
      return RuleWatch(entry, rule, target)
    }
    goOn(with: watches, wall: wall.addingTimeInterval(-passed), uptime: uptime - .seconds(passed))
  }

  /// The longest time that may have passed, in seconds: a hundred years.
  private static let longest = 3_155_760_000.0

  private func target(_ subject: AlertSubject, of rule: AlertRule, _ slots: [Slot.ID: Int]) -> AlertTarget? {
    switch (subject, rule.scope) {
    case (.slot(let id), .slots(let selection)) where selection.contains(id): slots[id].map { .slot(at: $0) }
    case (.all, .all): .all
    case (.source, .source): .source
    default: nil
    }
  }
}

extension AlertMemory {
  fileprivate var isPossible: Bool {
    [heldSeconds, missedSeconds, lastedSecondsAgo ?? 0].allSatisfy { (0...3_155_760_000).contains($0) }
  }
}
