import Foundation

@testable import SlotStats

/// Evidence that a test writes down.
struct WrittenEvidence: RuleEvidence {
  var instant: Date
  var reach = 0
  var answer: (AlertTest, AlertTarget, Int) -> Bool?

  func reach(of test: AlertTest) -> Int { reach }

  func holds(_ test: AlertTest, _ target: AlertTarget, stepsBack: Int) -> Bool? { answer(test, target, stepsBack) }
}

/// An evaluator of one rule with the clocks that it is given.
struct WatchedRule {
  /// 2026-11-19T14:00:30Z.
  static let start = Date(timeIntervalSince1970: 1_795_096_830)

  var evaluator: RuleEvaluator
  /// Both clocks, in seconds since the start.
  var (wall, uptime) = (0.0, 0.0)

  init(_ rule: AlertRule, slots: [Slot.ID] = ["a"]) {
    evaluator = RuleEvaluator([rule])
    evaluator.watch(slots)
  }

  var instant: Date { Self.start.addingTimeInterval(wall) }

  /// One tick after both clocks went on by so many seconds, where nothing is known but now.
  mutating func see(_ isHeld: Bool?, after seconds: Double) -> [String] {
    tick(after: seconds, reach: 0) { _ in isHeld }
  }

  /// One tick after both clocks went on by so many seconds, with a series for every slot.
  mutating func tick(after seconds: Double, reach: Int, series: @escaping (Int) -> Bool?) -> [String] {
    wall += seconds
    uptime += seconds
    let evidence = WrittenEvidence(instant: instant, reach: reach) { _, _, step in series(step) }
    return evaluator.evaluate(evidence, changed: nil, wall: instant, uptime: .seconds(uptime)).map(\.to.word)
  }

  /// What the rule is now, for the first slot.
  var phase: String { evaluator.active.first?.phase.word ?? "inactive" }
}

extension AlertPhase {
  /// The phase in one word.
  var word: String {
    switch self {
    case .inactive: "inactive"
    case .pending: "pending"
    case .firing: "firing"
    case .resolved: "resolved"
    }
  }
}
