#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One way to write a rule, and what would have come of it.
package struct TuningChoice: Hashable, Sendable {
  /// The rule, written so.
  package let rule: AlertRule
  /// By which multiple of the thresholds slots are judged.
  package let thresholdScale: Double
  /// Whether it is the rule as it is.
  package let isCurrent: Bool
}

/// A rule with its neighbours.
package struct RuleTuning: Sendable {
  /// The rule's place among those that are in force.
  package let rule: Int
  /// Each choice with what would have come of it, and how often a week.
  package let rows: [(choice: TuningChoice, total: RuleTotal, perWeek: Double?)]

  /// The multiples of the thresholds that are tried.
  private static let thresholdScales = [0.5, 1, 2]
  /// The multiples of `for` that are tried.
  private static let holdScales = [0, 0.5, 1, 2]
  /// What is tried of `for` where a rule has none, in seconds.
  private static let standardHolds = [0, 300, 600, 1_800]
  /// The factors that are tried beside a rule's own.
  private static let factors = [1.5, 2, 3, 4]

  /// The ways to write a rule that are tried; the condition says which of thresholds and factor mean anything.
  package static func choices(of rule: AlertRule) -> [TuningChoice] {
    let holds =
      rule.holdSeconds == 0 ? standardHolds : holdScales.map { Int(Double(rule.holdSeconds) * $0 / 60) * 60 }
    let isOfThresholds = rule.test.condition == .critical || rule.test.condition == .warning
    let scales = isOfThresholds ? thresholdScales : [1]
    let isOfFactor = rule.test.condition == .overUsual
    let tried = isOfFactor ? Set(factors + [rule.test.factor]).sorted() : [rule.test.factor]
    var choices: [TuningChoice] = []
    for scale in scales {
      for factor in tried {
        for hold in Set(holds + [rule.holdSeconds]).sorted() where hold <= AlertRule.maxSeconds {
          let written = rule.over(factor: factor).holding(hold)
          choices.append(
            TuningChoice(rule: written, thresholdScale: scale, isCurrent: scale == 1 && written == rule))
        }
      }
    }
    return choices
  }

  /// Tries the neighbours of every rule that something kept tells of.
  package static func tune(
    _ rules: [AlertRule], over history: FleetHistory, plan: ReplayPlan, thresholds: ThresholdRules,
    progress: (Int) -> Void = { _ in }
  ) async throws -> [RuleTuning] {
    let tried = rules.indices.filter { !plan.parts(of: rules[$0].test).isEmpty }.map { ($0, choices(of: rules[$0])) }
    // All choices of one scale are replayed at once: what is judged by it is judged once.
    let scales = Set(tried.flatMap { $0.1.map(\.thresholdScale) }).sorted()
    let byScale = scales.map { scale in tried.flatMap { $0.1 }.filter { $0.thresholdScale == scale } }
    let replays = zip(scales, byScale).map { scale, choices in
      RuleReplay(choices.enumerated().map { $1.rule.named("\($0)") }, plan: plan, thresholds: thresholds.scaled(scale))
    }
    let results = try await history.replay(replays, progress: progress)
    var rows: [TuningChoice: (RuleTotal, Double?)] = [:]
    for (result, choices) in zip(results, byScale) {
      for (place, choice) in choices.enumerated() {
        let total = result.total(ofRuleAt: place)
        rows[choice] = (total, result.perWeek(total.alerts))
      }
    }
    return tried.map { place, choices in
      RuleTuning(
        rule: place,
        rows: choices.compactMap { choice in rows[choice].map { (choice, $0.0, $0.1) } })
    }
  }
}

extension ThresholdRules {
  /// Warning and critical multiplied, at most 1.
  func scaled(_ scale: Double) -> ThresholdRules {
    ThresholdRules(standard.scaled(scale), overrides: overrides.mapValues { $0.scaled(scale) })
  }
}

extension Thresholds {
  /// Warning and critical multiplied, at most 1.
  package func scaled(_ scale: Double) -> Thresholds {
    Thresholds(warning: min(warning * scale, 1), critical: min(critical * scale, 1), minRuns: minRuns) ?? self
  }
}
