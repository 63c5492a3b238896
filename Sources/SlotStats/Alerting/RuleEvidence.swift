#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a rule asks of its evidence: the condition, and by what it is judged.
package struct AlertTest: Hashable, Sendable {
  /// What must hold.
  package let condition: AlertCondition
  /// The window whose judged sample counts; `nil` for the finest that the source has.
  package let window: StatsWindow?
  /// For ``AlertCondition/overUsual``: how many times usual is too much, over 1.
  package let factor: Double

  /// A test.
  package init(
    condition: AlertCondition, window: StatsWindow? = nil, factor: Double = AlertRule.standardFactor
  ) {
    self.condition = condition
    self.window = window
    self.factor = factor
  }
}

/// What a test is about.
package enum AlertTarget: Hashable, Sendable {
  /// The slot at this place of the list that ``RuleEvaluator/watch(_:)`` was given.
  case slot(at: Int)
  /// All slots together.
  case all
  /// The source.
  case source
}

/// What is known of a source now and, where it keeps minutes, at each of the whole minutes before.
///
/// Step 0 is now. Step 1 is the latest end of a minute, as one would have judged then, step 2 the one before, and so on.
package protocol RuleEvidence {
  /// The instant of step 0.
  var instant: Date { get }

  /// The last step that can be answered for; 0 where only now is known.
  func reach(of test: AlertTest) -> Int

  /// Whether a test holds of a target at a step, 0 to its reach; `nil` where the data does not tell, as in a gap.
  func holds(_ test: AlertTest, _ target: AlertTarget, stepsBack: Int) -> Bool?
}

extension RuleEvidence {
  /// The instant of a step.
  func instant(ofStep step: Int) -> Date {
    guard step > 0 else { return instant }
    return StatsWindow.minute.start(StatsWindow.minute.bucketStart(containing: instant), advancedBy: 1 - step)
  }
}
