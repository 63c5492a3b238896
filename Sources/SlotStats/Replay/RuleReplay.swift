#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Replays rules over the past of one series after another: the same evaluator decides that decides now, see
/// ``RuleEvaluator``.
///
/// By the minute it is asked at the end of each, and the minutes before decide. By longer buckets it is asked at the end of
/// each and knows that one: a bucket that shows a condition as a whole has lasted for its length, so that `for` asks for the
/// rest. A bucket in which nobody counted changes nothing.
package struct RuleReplay: Sendable {
  /// The rules.
  package let rules: [AlertRule]
  /// By which buckets the past is judged.
  package let plan: ReplayPlan
  /// By what slots are judged.
  package let thresholds: ThresholdRules

  /// A replay of `rules`.
  package init(_ rules: [AlertRule], plan: ReplayPlan, thresholds: ThresholdRules) {
    (self.rules, self.plan, self.thresholds) = (rules, plan, thresholds)
  }

  /// When each rule of a slot, or of all slots together, would have fired, by rules and time.
  /// - Parameters:
  ///   - subject: a slot, or all together; nothing is known of a source's past.
  ///   - series: its past.
  /// - Returns: the stretches.
  package func stretches(of subject: AlertSubject, _ series: SeriesReplay) -> [AlertStretch] {
    let own = rules.indices.filter { rules[$0].scope.looks(at: subject) }
    guard !own.isEmpty else { return [] }
    var byPart: [ReplayPart: [Int]] = [:]
    for rule in own {
      for part in plan.parts(of: rules[rule].test) { byPart[part, default: []].append(rule) }
    }
    var found: [AlertStretch] = []
    for (part, rules) in byPart.sorted(by: { $0.key.range.lowerBound < $1.key.range.lowerBound }) {
      let steps = series.steps(part, by: thresholds.own(subject))
      let later = stretches(of: subject, rules, steps)
      join(&found, with: later, from: part)
    }
    return found.sorted { ($0.rule, $0.firedAt) < ($1.rule, $1.firedAt) }
  }

  /// Adds the stretches of the part that follows: what fired to the end of the part before, and fires here from the
  /// beginning, is one.
  private func join(_ found: inout [AlertStretch], with later: [AlertStretch], from part: ReplayPart) {
    var later = later
    let begin = part.range.lowerBound
    for place in found.indices
    where found[place].endedAt == nil && plan.parts(of: rules[found[place].rule].test).contains(part) {
      let next = later.firstIndex { $0.rule == found[place].rule }
      if let next, later[next].began <= begin.addingTimeInterval(StatsWindow.hour.length) {
        found[place].endedAt = later[next].endedAt
        later.remove(at: next)
      } else {
        found[place].endedAt = max(begin, found[place].firedAt)
      }
    }
    found += later
  }

  /// The stretches of some of the rules, by their places, in one part.
  private func stretches(of subject: AlertSubject, _ places: [Int], _ steps: ReplaySteps) -> [AlertStretch] {
    let isByMinute = steps.grain == .minutes
    let length = steps.grain.window.length
    let own = places.map { place in
      isByMinute ? rules[place] : rules[place].holding(max(0, rules[place].holdSeconds - Int(length)))
    }
    var evaluator = RuleEvaluator(own)
    if case .slot(let id) = subject { evaluator.watch([id]) }
    var evidence = ReplayEvidence(own, steps)
    var found: [AlertStretch] = []
    for step in steps.judgements.indices {
      evidence.place = step
      // While nothing holds and nothing is watched, nothing can change.
      guard evidence.isHeld || !evaluator.isIdle else { continue }
      let uptime = Duration.seconds(evidence.instant.timeIntervalSince(steps.start))
      for change in evaluator.evaluate(evidence, changed: nil, wall: evidence.instant, uptime: uptime) {
        guard let rule = own.firstIndex(where: { $0.name == change.rule.name }).map({ places[$0] }) else { continue }
        switch change.to {
        case .firing(let fired):
          let began = isByMinute ? change.began : steps.start(step)
          found.append(
            AlertStretch(rule: rule, subject: subject, began: began, firedAt: fired, window: steps.grain.window))
        case .resolved:
          if let open = found.lastIndex(where: { $0.rule == rule }) { found[open].endedAt = change.at }
        case .inactive, .pending: break
        }
      }
    }
    return found
  }
}

extension AlertRule {
  /// The same, which must hold for so many seconds.
  package func holding(_ seconds: Int) -> AlertRule { with(holdSeconds: seconds) }

  /// The same with another factor.
  func over(factor: Double) -> AlertRule { with(factor: factor) }

  /// The same by another name.
  func named(_ name: String) -> AlertRule { with(name: name) }

  private func with(name: String? = nil, holdSeconds: Int? = nil, factor: Double? = nil) -> AlertRule {
    AlertRule(
      name: name ?? self.name, when: test.condition, window: test.window, holdSeconds: holdSeconds ?? self.holdSeconds,
      keepSeconds: keepSeconds, scope: scope, severity: severity, runbook: runbook, channels: channels,
      factor: factor ?? test.factor)
  }
}

extension AlertRule.Scope {
  /// Whether a rule of this scope looks at a subject.
  func looks(at subject: AlertSubject) -> Bool {
    switch (self, subject) {
    case (.slots(let selection), .slot(let id)): selection.contains(id)
    case (.all, .all), (.source, .source): true
    default: false
    }
  }
}

extension ThresholdRules {
  /// The thresholds of a subject: all slots together have the standard ones.
  func own(_ subject: AlertSubject) -> Thresholds {
    if case .slot(let id) = subject { self[slot: id] } else { standard }
  }
}
