#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One rule for one target, as places.
struct WatchKey: Hashable, Sendable {
  /// The rule's place.
  let rule: Int
  /// The slot's place; ``noSlot`` for all together, or the source.
  let slot: Int

  /// The place of what is no slot.
  static let noSlot = -1

  init(rule: Int, target: AlertTarget) {
    self.rule = rule
    slot = if case .slot(let place) = target { place } else { Self.noSlot }
  }
}

/// A rule that is pending or fires for one target: all that an evaluator keeps.
struct RuleWatch: Sendable {
  private(set) var key: WatchKey
  private(set) var target: AlertTarget
  /// When it fired; `nil` while it is pending.
  var firedAt: Date?
  /// When the condition began to hold.
  var began: Date
  /// What was seen of it.
  var seen: SeenCondition
  /// The last tick that looked at it.
  var tick: UInt64

  /// What begins to be pending, or to fire.
  init(
    _ key: WatchKey, _ target: AlertTarget, _ series: RuleSeries, _ span: StepSpan, _ evidence: some RuleEvidence,
    _ rule: AlertRule, tick: UInt64
  ) {
    self.key = key
    self.target = target
    self.tick = tick
    let heldSteps = series.newest == true ? max(0, span.began - 1) : 0
    seen = SeenCondition(holds: series.newest == true, heldFor: .seconds(heldSteps * LastingSteps.seconds))
    if series.decision == .tooShort { seen.decide(rule) } else { seen.adopt(series, rule) }
    began = evidence.instant(ofStep: span.began)
    firedAt = seen.isFiring ? evidence.instant(ofStep: span.fired) : nil
  }

  /// What was remembered, of this rule and target.
  init(_ memory: AlertMemory, _ rule: Int, _ target: AlertTarget) {
    key = WatchKey(rule: rule, target: target)
    self.target = target
    (firedAt, began) = (memory.firedAt, memory.began)
    seen = SeenCondition(memory)
    tick = 0
  }

  /// Where it stands.
  var phase: AlertPhase { firedAt.map { .firing(since: $0) } ?? .pending(since: began) }

  /// Where it stands when it ends.
  var phaseOfEnd: AlertPhase { firedAt.map { .resolved(since: $0) } ?? .inactive }

  /// The same of a slot that stands at another place now.
  func moved(toSlotAt place: Int) -> RuleWatch {
    var moved = self
    moved.target = .slot(at: place)
    moved.key = WatchKey(rule: key.rule, target: moved.target)
    return moved
  }
}

/// A transition that is to be told.
struct AlertDraft: Sendable {
  private let key: WatchKey
  private let subject: AlertSubject
  private let from: AlertPhase
  private let to: AlertPhase
  private let began: Date

  init(_ watch: RuleWatch, _ subject: AlertSubject, from: AlertPhase, to: AlertPhase) {
    (key, self.subject, self.from, self.to, began) = (watch.key, subject, from, to, watch.began)
  }

  /// The end of what was watched of a slot that has left.
  init(leaving watch: RuleWatch, of id: Slot.ID) {
    self.init(watch, .slot(id), from: watch.phase, to: watch.phaseOfEnd)
  }

  /// The transitions, by rules, then slots; those of one rule and slot as they came.
  static func told(_ drafts: [AlertDraft], _ rules: [AlertRule], at instant: Date) -> [AlertTransition] {
    drafts.enumerated().sorted { left, right in
      let (one, other) = (left.element.key, right.element.key)
      return (one.rule, one.slot, left.offset) < (other.rule, other.slot, right.offset)
    }.map { _, draft in
      AlertTransition(
        rule: rules[draft.key.rule], subject: draft.subject, from: draft.from, to: draft.to, began: draft.began,
        at: instant)
    }
  }
}
