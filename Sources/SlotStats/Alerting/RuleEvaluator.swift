#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Decides which rules are pending, fire and no longer fire: `(state, evidence, instant) -> transitions`, without a clock
/// and without a source. Each transition is told once.
///
/// Where the evidence reaches back, the series decides, see ``LastingSteps``, and an evaluator that was made a moment ago
/// says what one says that has run for days. Elsewhere what this one has seen decides, by the monotonic clock. What
/// the evidence does not know changes nothing.
///
/// Where the wall clock jumps against the monotonic one, that tick changes nothing, and no step of before the jump
/// counts: whatever fires or ends after it has been seen to, for as long as it must, since.
///
/// A tick costs by the slots that changed and by the rules that are pending or fire; another slot is not touched.
package struct RuleEvaluator: Sendable {
  /// The rules, in the order in which transitions are told.
  package let rules: [AlertRule]

  private let tests: [AlertTest]
  private let steps: [LastingSteps]
  private(set) var roster: RuleRoster
  private(set) var watches: [RuleWatch] = []
  private var places: [WatchKey: Int] = [:]
  private var known = KnownSteps()
  // What slots left behind, told at the next tick.
  private var left: [AlertDraft] = []
  private var toldGlobs: Set<UnmatchedGlob> = []
  private var looksAtAll = true
  private var tick: UInt64 = 0
  private var lastTick: (wall: Date, uptime: Duration)?
  private var lastStep: Date?
  private var jumpedAt: Duration?

  /// By how many seconds the wall clock may have moved against the monotonic one between two ticks.
  package static let maxDrift: TimeInterval = 60

  /// An evaluator that knows nothing yet.
  package init(_ rules: [AlertRule] = AlertRule.standard) {
    self.rules = rules
    tests = rules.map(\.test)
    steps = rules.map { LastingSteps($0) }
    roster = RuleRoster(rules)
  }
}

// MARK: - Slots

extension RuleEvaluator {
  /// Says which slots there are; to be called before the first tick, and again only where the list is another one.
  /// What was known of a slot stays, wherever it stands now. A rule that fires for a slot that has left is resolved at
  /// the next tick, which looks at every slot.
  /// - Parameter slots: the ids; evidence is asked by their places.
  package mutating func watch(_ slots: [Slot.ID]) {
    let earlier = roster.slots
    roster = RuleRoster(rules, slots: slots)
    looksAtAll = true
    let newPlaces = Dictionary(zip(slots, slots.indices)) { first, _ in first }
    let all = watches
    watches = []
    places = [:]
    for watch in all {
      guard case .slot(let place) = watch.target else {
        keep(watch)
        continue
      }
      guard let new = newPlaces[earlier[place]] else {
        left.append(AlertDraft(leaving: watch, of: earlier[place]))
        continue
      }
      let moved = watch.moved(toSlotAt: new)
      if places[moved.key] == nil { keep(moved) }
    }
  }

  private mutating func keep(_ watch: RuleWatch) {
    places[watch.key] = watches.count
    watches.append(watch)
  }

  private mutating func drop(at place: Int) {
    places[watches[place].key] = nil
    let last = watches.removeLast()
    guard place < watches.count else { return }
    watches[place] = last
    places[last.key] = place
  }

  /// The patterns that fit no slot and that were not told of before; none while there are no slots.
  package mutating func unmatchedGlobs() -> [UnmatchedGlob] {
    guard !roster.slots.isEmpty else { return [] }
    var found: [UnmatchedGlob] = []
    for rule in rules {
      guard case .slots(let selection) = rule.scope else { continue }
      for glob in selection.unmatched(by: roster.slots) {
        let unmatched = UnmatchedGlob(rule: rule.name, glob: glob)
        if toldGlobs.insert(unmatched).inserted { found.append(unmatched) }
      }
    }
    return found
  }

  /// Goes on with what is kept, as if the last tick had been at these instants.
  mutating func goOn(with watches: [RuleWatch], wall: Date, uptime: Duration) {
    for watch in watches where places[watch.key] == nil { keep(watch) }
    lastTick = (wall, uptime)
  }

  /// What is pending or fires, by rules, then slots.
  package var active: [ActiveAlert] {
    watches.sorted { ($0.key.rule, $0.key.slot) < ($1.key.rule, $1.key.slot) }.map { watch in
      ActiveAlert(
        rule: rules[watch.key.rule], subject: subject(watch.target), phase: watch.phase, began: watch.began)
    }
  }

  /// Whether nothing is pending and nothing fires.
  var isIdle: Bool { watches.isEmpty && left.isEmpty }

  /// Whom a target is about.
  func subject(_ target: AlertTarget) -> AlertSubject {
    switch target {
    case .slot(let place): .slot(roster.slots[place])
    case .all: .all
    case .source: .source
    }
  }
}

// MARK: - Ticks

extension RuleEvaluator {
  /// What one tick looks with.
  private struct Look<Evidence: RuleEvidence> {
    let evidence: Evidence
    /// The time since the tick before.
    let passed: Duration
    /// The last step that counts.
    let maxReach: Int
    /// Whether nothing is known of the ticks before.
    let isFirst: Bool
    let tick: UInt64
  }

  /// Looks at what changed and at what is pending or fires.
  ///
  /// - Parameters:
  ///   - evidence: what is known, by the places of the slots of ``watch(_:)``.
  ///   - changed: the places of the slots of which anything may have changed since the last tick, also what is known of
  ///     the steps before; `nil` for all, as where a new minute has begun or where the source can be read again.
  ///   - wall: the wall clock, whose jumps are seen.
  ///   - uptime: the monotonic clock.
  /// - Returns: what changed, by rules, then slots.
  package mutating func evaluate(
    _ evidence: some RuleEvidence, changed: [Int]?, wall: Date, uptime: Duration
  ) -> [AlertTransition] {
    tick += 1
    defer { lastTick = (wall, uptime) }
    if let lastTick, hasJumped(from: lastTick, wall, uptime) {
      jumpedAt = uptime
      looksAtAll = true
      for place in watches.indices { watches[place].seen.skip() }
      return []
    }
    let sinceJump = jumpedAt.map { Int((uptime - $0) / .seconds(LastingSteps.seconds)) } ?? .max
    let look = Look(
      evidence: evidence, passed: lastTick.map { max(uptime - $0.uptime, .zero) } ?? .zero,
      maxReach: max(0, sinceJump), isFirst: looksAtAll, tick: tick)
    var drafts = left
    left = []
    if let changed, !looksAtAll {
      for place in changed where place < roster.slots.count { update(look, slotAt: place, &drafts) }
    } else {
      for place in roster.slots.indices { update(look, slotAt: place, &drafts) }
    }
    looksAtAll = false
    for single in roster.single { update(look, single.rule, single.target, &drafts) }
    updateActive(look, &drafts)
    return drafts.isEmpty ? [] : AlertDraft.told(drafts, rules, at: evidence.instant)
  }

  private func hasJumped(from last: (wall: Date, uptime: Duration), _ wall: Date, _ uptime: Duration) -> Bool {
    let drift = wall.timeIntervalSince(last.wall) - (uptime - last.uptime) / .seconds(1)
    return abs(drift) > Self.maxDrift
  }

  private mutating func update<Evidence>(
    _ look: Look<Evidence>, slotAt place: Int, _ drafts: inout [AlertDraft]
  ) {
    for rule in roster.rules(ofSlotAt: place) { update(look, rule, .slot(at: place), &drafts) }
  }

  /// Looks at what was not looked at in this tick, save what fires and holds: nobody said that it changed, and while it
  /// holds no time ends it.
  private mutating func updateActive<Evidence>(_ look: Look<Evidence>, _ drafts: inout [AlertDraft]) {
    let step = StatsWindow.minute.bucketStart(containing: look.evidence.instant)
    let isNewStep = step != lastStep
    lastStep = step
    // Backwards, since what ends is replaced by the last one.
    for place in watches.indices.reversed() where watches[place].tick != look.tick {
      let isSteady = !isNewStep && watches[place].firedAt != nil && watches[place].seen.holds
      if !isSteady { update(look, watches[place].key.rule, watches[place].target, &drafts) }
    }
  }

  private mutating func update<Evidence>(
    _ look: Look<Evidence>, _ rule: Int, _ target: AlertTarget, _ drafts: inout [AlertDraft]
  ) {
    let (key, test, lasting) = (WatchKey(rule: rule, target: target), tests[rule], steps[rule])
    let reach = min(look.evidence.reach(of: test), look.maxReach)
    let holds = { (step: Int) in look.evidence.holds(test, target, stepsBack: step) }
    let now = holds(0)
    let place = places[key]
    if let place, watches[place].tick == look.tick { return }
    if place == nil, now == false, lasting.keep == 0 { return }

    var series = RuleSeries(now: now, decision: .gap)
    // A gap moves the steps that count; it has to be looked for where a rule may go on since before it.
    if now != nil, lasting.keep == 0 || place == nil && !look.isFirst {
      series.decision = lasting.decision(reach: reach, holds: holds)
    }
    if series.decision == .gap { series = known.series(lasting, now, reach: reach, holds: holds) }

    guard let place else {
      guard series.isFiring || series.newest == true else { return }
      let span = known.span(of: series, lasting, reach: reach, holds: holds)
      begin(RuleWatch(key, target, series, span, look.evidence, rules[rule], tick: look.tick), &drafts)
      return
    }
    watches[place].tick = look.tick
    watches[place].seen.see(now, passed: look.passed, rules[rule])
    watches[place].seen.adopt(series, rules[rule])
    let isFiring = watches[place].seen.isFiring
    if isFiring == (watches[place].firedAt != nil), isFiring || watches[place].seen.holds { return }
    let span = known.span(of: series, lasting, reach: reach, holds: holds)
    change(place, span, look.evidence, &drafts)
  }

  private mutating func begin(_ watch: RuleWatch, _ drafts: inout [AlertDraft]) {
    keep(watch)
    drafts.append(AlertDraft(watch, subject(watch.target), from: .inactive, to: watch.phase))
  }

  /// Changes the phase of what no longer is pending, or no longer fires, or now does.
  private mutating func change(
    _ place: Int, _ span: StepSpan, _ evidence: some RuleEvidence, _ drafts: inout [AlertDraft]
  ) {
    let before = watches[place]
    let subject = subject(before.target)
    var after = before
    if before.seen.isFiring {
      after.firedAt = evidence.instant(ofStep: span.fired)
      drafts.append(AlertDraft(after, subject, from: before.phase, to: after.phase))
      watches[place] = after
      return
    }
    drafts.append(AlertDraft(before, subject, from: before.phase, to: before.phaseOfEnd))
    drop(at: place)
    guard before.seen.holds else { return }
    after.firedAt = nil
    after.began = evidence.instant(ofStep: span.began)
    begin(after, &drafts)
  }
}
