import Foundation
import Testing

@testable import SlotStats

@Suite struct AlertingMemoryTests {
  private let rule = AlertRule(name: "r", when: .critical, holdSeconds: 300, keepSeconds: 600)

  /// The same rule in a new evaluator, so many seconds later by the wall clock, with another monotonic clock.
  private func again(
    _ old: WatchedRule, after seconds: Double, _ rule: AlertRule? = nil, slots: [Slot.ID] = ["b", "a"]
  ) -> WatchedRule {
    var new = WatchedRule(rule ?? self.rule, slots: slots)
    (new.wall, new.uptime) = (old.wall + seconds, 7)
    new.evaluator.restore(old.evaluator.memory, savedAt: old.instant, wall: new.instant, uptime: .seconds(7))
    return new
  }

  private func held(_ seconds: Double) -> WatchedRule {
    var rule = WatchedRule(rule)
    _ = rule.see(true, after: 0)
    if seconds > 0 { _ = rule.see(true, after: seconds) }
    return rule
  }

  /// A tick in which the second slot is the one that is looked at.
  private func onlyA(_ isHeld: Bool?, _ rule: inout WatchedRule) -> [String] {
    let evidence = WrittenEvidence(instant: rule.instant) { _, target, _ in target == .slot(at: 1) ? isHeld : false }
    return rule.evaluator.evaluate(evidence, changed: nil, wall: rule.instant, uptime: .seconds(rule.uptime))
      .map(\.to.word)
  }

  @Test func aCheckGoesOnWithWhatTheOneBeforeKnew() {
    var second = again(held(0), after: 240)
    #expect(onlyA(true, &second) == [] && second.phase == "pending")
    var third = again(second, after: 60)
    #expect(onlyA(true, &third) == ["firing"])
    #expect(third.evaluator.active.first?.began == WatchedRule.start)
    var fourth = again(third, after: 300)
    #expect(onlyA(false, &fourth) == [] && fourth.phase == "firing")
    var fifth = again(fourth, after: 300)
    #expect(onlyA(false, &fifth) == ["resolved"])
  }

  @Test func aClockThatWentBackLetsNoTimePass() {
    var second = again(held(0), after: -86_400)
    #expect(onlyA(true, &second) == [] && second.phase == "pending")
    var third = again(second, after: 299)
    #expect(onlyA(true, &third) == [])
  }

  @Test func leavesOutWhatDoesNotBelongToIt() {
    let old = held(300)
    #expect(again(old, after: 5, slots: ["x"]).phase == "inactive")
    #expect(again(old, after: 5, AlertRule(name: "other", when: .critical)).phase == "inactive")
    #expect(again(old, after: 5, AlertRule(name: "r", when: .critical, scope: .all)).phase == "inactive")
    #expect(again(old, after: 5).phase == "firing")
    for seconds in [-1, Double.nan, .infinity, 1e300] {
      var new = WatchedRule(rule)
      let memory = AlertMemory(rule: "r", subject: .slot("a"), began: old.instant, heldSeconds: seconds)
      new.evaluator.restore([memory, memory], savedAt: old.instant, wall: old.instant, uptime: .zero)
      #expect(new.phase == "inactive")
    }
  }
}
