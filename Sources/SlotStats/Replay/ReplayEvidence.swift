#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the buckets of the past say of the tests of some rules, for one series.
///
/// Step 0 of ``RuleEvidence``, now, is the end of a bucket, and so the same as step 1.
struct ReplayEvidence: RuleEvidence {
  /// What each test said at each step.
  private let answers: [(test: AlertTest, held: [Bool?])]
  private let steps: ReplaySteps
  /// The step that is now.
  var place = 0

  /// The answers to the tests of `rules`, each asked once.
  init(_ rules: [AlertRule], _ steps: ReplaySteps) {
    self.steps = steps
    var answers: [(test: AlertTest, held: [Bool?])] = []
    for rule in rules where !answers.contains(where: { $0.test == rule.test }) {
      answers.append((rule.test, steps.judgements.map { $0?.holds(rule.test) }))
    }
    self.answers = answers
  }

  /// Whether any test holds now.
  var isHeld: Bool { answers.contains { $0.held[place] == true } }

  var instant: Date { steps.end(place) }

  func reach(of test: AlertTest) -> Int { steps.grain == .minutes ? place + 1 : 0 }

  func holds(_ test: AlertTest, _ target: AlertTarget, stepsBack: Int) -> Bool? {
    let step = place - max(0, stepsBack - 1)
    guard step >= 0, let answer = answers.first(where: { $0.test == test }) else { return nil }
    return answer.held[step]
  }
}
