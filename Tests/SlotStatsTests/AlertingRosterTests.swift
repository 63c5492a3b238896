import Foundation
import Testing

@testable import SlotStats

@Suite struct AlertingRosterTests {
  private static let start = Date(timeIntervalSince1970: 1_795_096_830)

  private func evidence(
    after seconds: Double = 0, _ answer: @escaping (AlertTest, AlertTarget, Int) -> Bool?
  ) -> WrittenEvidence {
    WrittenEvidence(instant: Self.start.addingTimeInterval(seconds), reach: 60, answer: answer)
  }

  private func tick(
    _ evaluator: inout RuleEvaluator, after seconds: Double = 0, changed: [Int]? = nil,
    _ answer: @escaping (AlertTest, AlertTarget, Int) -> Bool?
  ) -> [AlertTransition] {
    evaluator.evaluate(
      evidence(after: seconds, answer), changed: changed, wall: Self.start.addingTimeInterval(seconds),
      uptime: .seconds(seconds))
  }

  private func slots(_ texts: String...) throws -> AlertRule.Scope { .slots(try SlotSelection(texts)) }

  @Test func takesTheSlotsThatFit() throws {
    let selection = try SlotSelection(["slot-0*", "!slot-005", "x"])
    #expect(["slot-001", "slot-005", "x", "slot-1"].map(selection.contains) == [true, false, true, false])
    #expect(selection.texts == ["slot-0*", "x", "!slot-005"])
    #expect(try SlotSelection(["!a*"]).contains("b") && !SlotSelection(["!a*"]).contains("ab"))
    #expect(try SlotSelection(["\\!a"]).contains("!a") && SlotSelection.every.contains(""))
  }

  @Test(arguments: ["", "!", "[a", "![b-a]"]) func refusesWhatIsNoPattern(text: String) {
    #expect(throws: SlotSelection.NoGlob(text: text)) { try SlotSelection(["a", text]) }
  }

  @Test func tellsOfPatternsThatFitNothingOnce() throws {
    var evaluator = RuleEvaluator([
      AlertRule(name: "one", when: .critical, scope: try slots("a*", "slto-*", "!b")),
      AlertRule(name: "two", when: .critical), AlertRule(name: "three", when: .critical, scope: .all),
    ])
    #expect(evaluator.unmatchedGlobs() == [])
    evaluator.watch(["a1", "c"])
    #expect(
      evaluator.unmatchedGlobs() == [
        UnmatchedGlob(rule: "one", glob: "slto-*"), UnmatchedGlob(rule: "one", glob: "!b"),
      ])
    evaluator.watch(["c"])
    #expect(evaluator.unmatchedGlobs() == [UnmatchedGlob(rule: "one", glob: "a*")])
    #expect(evaluator.unmatchedGlobs() == [])
  }

  @Test func eachRuleLooksAtWhatItIsFor() throws {
    var evaluator = RuleEvaluator([
      AlertRule(name: "lost", when: .lost, scope: .all), AlertRule(name: "all", when: .critical, scope: .all),
      AlertRule(name: "some", when: .warning, scope: try slots("b", "c")),
    ])
    evaluator.watch(["a", "b", "c"])
    let told = tick(&evaluator) { _, target, step in target != .slot(at: 2) && step == 0 }
    #expect(told.map(\.rule.name) == ["lost", "all", "some"])
    #expect(told.map(\.subject) == [.source, .all, .slot("b")])
    #expect(told.allSatisfy { $0.from == .inactive && $0.to == .firing(since: Self.start) && $0.at == Self.start })
  }

  @Test func asksForTheWindowAndTheFactorOfTheRule() {
    var asked: [AlertTest] = []
    var evaluator = RuleEvaluator([AlertRule(name: "r", when: .overUsual, window: .hour, factor: 3)])
    evaluator.watch(["a"])
    _ = tick(&evaluator) { test, _, _ in
      asked.append(test)
      return false
    }
    #expect(asked.first == AlertTest(condition: .overUsual, window: .hour, factor: 3))
  }

  @Test func whatIsKnownStaysWithItsSlot() {
    var evaluator = RuleEvaluator([AlertRule(name: "r", when: .critical, keepSeconds: 60)])
    evaluator.watch(["a", "b"])
    let first = tick(&evaluator) { _, target, step in target == .slot(at: 1) && step == 0 }
    #expect(first.map(\.subject) == [.slot("b")])
    evaluator.watch(["x", "y", "b"])
    #expect(tick(&evaluator, after: 5) { _, target, _ in target == .slot(at: 2) } == [])
    #expect(evaluator.active.map(\.subject) == [.slot("b")])
    evaluator.watch(["x"])
    let told = tick(&evaluator, after: 10) { _, _, _ in false }
    #expect(told.map(\.subject) == [.slot("b")] && told.map(\.to) == [.resolved(since: Self.start)])
    #expect(evaluator.active.isEmpty)
  }

  @Test func aListWithAnIdTwiceDoesNoHarm() {
    var evaluator = RuleEvaluator([AlertRule(name: "r", when: .critical)])
    evaluator.watch(["a", "a"])
    #expect(tick(&evaluator) { _, _, _ in true }.count == 2)
    evaluator.watch(["b", "a"])
    #expect(tick(&evaluator, after: 5, changed: [0, 0, 7]) { _, _, _ in true }.count == 1)
    #expect(tick(&evaluator, after: 10) { _, _, _ in false }.count == 2)
  }

  // MARK: Cost

  private func manyRules() throws -> [AlertRule] {
    try (0..<20).map { number in
      AlertRule(
        name: "rule \(number)", when: AlertCondition.allCases[number % 6], holdSeconds: number % 3 * 300,
        keepSeconds: number % 2 * 600, scope: try slots("slot-*", "!slot-\(number)9*"))
    }
  }

  @Test func anUnchangedTickTouchesNothing() throws {
    var evaluator = RuleEvaluator(try manyRules())
    evaluator.watch((0..<10_000).map { "slot-\($0)" })
    var asked = 0
    let held: (AlertTest, AlertTarget, Int) -> Bool? = { _, target, _ in
      asked += 1
      return target == .slot(at: 5_000)
    }
    #expect(tick(&evaluator, held).count == 20 && asked > 100_000)
    asked = 0
    #expect(tick(&evaluator, after: 5, changed: [], held) == [] && asked == 0)
    #expect(tick(&evaluator, after: 10, changed: [7], held) == [] && (20...100).contains(asked))
    asked = 0
    // A new minute: only what fires is looked at again.
    #expect(tick(&evaluator, after: 40, changed: [], held) == [] && (20...1_000).contains(asked))
  }
}
