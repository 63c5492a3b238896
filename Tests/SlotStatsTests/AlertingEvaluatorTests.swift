import Foundation
import SlotStatsTesting
import Testing

@testable import SlotStats

@Suite struct AlertingEvaluatorTests {
  private let fiveMinutes = AlertRule(name: "r", when: .critical, holdSeconds: 300, keepSeconds: 600)

  // MARK: Where nothing but now is known

  @Test func firesOnceAfterItHeldForLongEnough() {
    var rule = WatchedRule(fiveMinutes)
    #expect(rule.see(true, after: 0) == ["pending"])
    for _ in 1..<60 { #expect(rule.see(true, after: 5) == []) }
    #expect(rule.see(true, after: 5) == ["firing"])
    #expect(rule.see(true, after: 5) == [] && rule.phase == "firing")
  }

  @Test func firesAtOnceWithoutATime() {
    var rule = WatchedRule(AlertRule(name: "r", when: .quiet))
    #expect(rule.see(false, after: 0) == [])
    #expect(rule.see(true, after: 5) == ["firing"])
    #expect(rule.see(false, after: 5) == ["resolved"])
    #expect(rule.see(false, after: 5) == [] && rule.phase == "inactive")
  }

  @Test func neverFiresWhereItFlickers() {
    var rule = WatchedRule(fiveMinutes)
    var told: [String] = []
    for turn in 0..<100 { told += rule.see(turn % 3 != 2, after: 100) }
    #expect(!told.contains("firing") && told.count { $0 == "pending" } == told.count { $0 == "inactive" } + 1)
  }

  @Test func goesOnWhileItIsKept() {
    var rule = WatchedRule(fiveMinutes)
    _ = rule.see(true, after: 0)
    #expect(rule.see(true, after: 300) == ["firing"])
    for _ in 1...59 { #expect(rule.see(false, after: 10) == []) }
    #expect(rule.see(false, after: 10) == ["resolved"])
  }

  @Test func goesOnWhereItHoldsAgainWhileItIsKept() {
    var rule = WatchedRule(fiveMinutes)
    _ = rule.see(true, after: 0)
    #expect(rule.see(true, after: 300) == ["firing"])
    #expect(rule.see(false, after: 300) == [] && rule.see(false, after: 240) == [])
    for _ in 0..<6 { #expect(rule.see(true, after: 60) == []) }
    #expect(rule.see(false, after: 60) == [] && rule.phase == "firing")
  }

  @Test func aGapNeitherFiresNorResolves() {
    var rule = WatchedRule(fiveMinutes)
    _ = rule.see(true, after: 0)
    #expect(rule.see(nil, after: 60) == [] && rule.see(nil, after: 10_000) == [] && rule.phase == "pending")
    #expect(rule.see(true, after: 60) == [] && rule.see(true, after: 299) == [])
    #expect(rule.see(true, after: 1) == ["firing"])
    #expect(rule.see(nil, after: 5) == [] && rule.see(nil, after: 10_000) == [] && rule.phase == "firing")
    #expect(rule.see(false, after: 5) == [] && rule.see(false, after: 599) == [])
    #expect(rule.see(false, after: 1) == ["resolved"])
  }

  // MARK: Where a series is known

  @Test func aSeriesDecidesAtOnce() {
    var rule = WatchedRule(fiveMinutes)
    // Now, and the ends of six minutes, which are five minutes apart.
    #expect(rule.tick(after: 0, reach: 60) { $0 <= 6 } == ["firing"])
    let alert = rule.evaluator.active.first
    #expect(alert?.began == WatchedRule.start.addingTimeInterval(-330))
    #expect(alert?.phase == .firing(since: WatchedRule.start))
    rule = WatchedRule(fiveMinutes)
    #expect(rule.tick(after: 0, reach: 60) { $0 <= 5 } == ["pending"])
    #expect(rule.evaluator.active.first?.phase == .pending(since: WatchedRule.start.addingTimeInterval(-270)))
  }

  @Test func aSeriesSaysSinceWhenItFires() {
    var rule = WatchedRule(fiveMinutes)
    #expect(rule.tick(after: 0, reach: 60) { $0 <= 26 } == ["firing"])
    #expect(rule.evaluator.active.first?.phase == .firing(since: WatchedRule.start.addingTimeInterval(-1_170)))
  }

  @Test func aSeriesThatStoppedIsKeptForItsTime() {
    for (stopped, phase) in [(1, "firing"), (10, "firing"), (11, "inactive"), (40, "inactive")] {
      var rule = WatchedRule(fiveMinutes)
      _ = rule.tick(after: 0, reach: 60) { $0 >= stopped && $0 < stopped + 7 }
      #expect(rule.phase == phase, "\(stopped)")
    }
  }

  @Test func aSeriesThatIsTooShortIsGoneOnFrom() {
    var rule = WatchedRule(fiveMinutes)
    #expect(rule.tick(after: 0, reach: 3) { _ in true } == ["pending"])
    // Held for two minutes before, so three are left.
    #expect(rule.tick(after: 170, reach: 3) { _ in true } == [])
    #expect(rule.tick(after: 10, reach: 3) { _ in true } == ["firing"])
  }

  // MARK: Restarts

  /// Each minute, an evaluator that has run all along, one that has just been made, and a plain reading of the rule from the
  /// first minute on say the same, whatever the series and its gaps.
  @Test(arguments: 0..<40)
  func anEvaluatorThatWasJustMadeSaysTheSame(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let (hold, keep) = ([0, 1, 2, 5].randomElement(using: &random)!, [0, 1, 3, 10].randomElement(using: &random)!)
    let rule = AlertRule(name: "r", when: .critical, holdSeconds: hold * 60, keepSeconds: keep * 60)
    var series: [Bool?] = []
    while series.count < 600 {
      let value: Bool? = Int.random(in: 0..<10, using: &random) == 0 ? nil : Bool.random(using: &random)
      series += Array(repeating: value, count: Int.random(in: 1...9, using: &random))
    }
    var old = WatchedRule(rule)
    var plain = PlainRule(rule)
    var last = "inactive"
    for minute in series.indices {
      let look = { (step: Int) in series[minute - step] }
      let told = old.tick(after: minute == 0 ? 0 : 60, reach: minute, series: look)
      for word in told { last = word == "resolved" ? "inactive" : word }
      let expected = plain.phase(series[minute])
      #expect(old.phase == last)
      guard minute > 200 else { continue }
      #expect(old.phase == expected, "minute \(minute)")
      var new = WatchedRule(rule)
      _ = new.tick(after: 0, reach: minute, series: look)
      #expect(new.phase == expected, "minute \(minute)")
    }
  }

  /// The rule as it is written down, from the first minute on.
  private struct PlainRule {
    let steps: LastingSteps
    var (run, missed, since) = (0, 0, 0)
    var isFiring = false
    var last = "inactive"

    init(_ rule: AlertRule) { steps = LastingSteps(rule) }

    mutating func phase(_ isHeld: Bool?) -> String {
      guard let isHeld else { return last }
      run = isHeld ? run + 1 : 0
      missed = isHeld ? 0 : missed + 1
      since += 1
      if run > steps.hold {
        (isFiring, since) = (true, 0)
      } else if missed > steps.keep || since > (steps.keep == 0 ? 0 : steps.keep + steps.hold) {
        isFiring = false
      }
      last = isFiring ? "firing" : isHeld ? "pending" : "inactive"
      return last
    }
  }

  // MARK: Clocks

  @Test(arguments: [3_600.0, -3_600.0, 2_592_000.0])
  func aJumpOfTheClockDoesNotFire(seconds: Double) {
    var rule = WatchedRule(fiveMinutes)
    _ = rule.see(true, after: 0)
    _ = rule.see(true, after: 60)
    rule.wall += seconds
    #expect(rule.see(true, after: 5) == [] && rule.see(true, after: 5) == [])
    #expect(rule.see(true, after: 234) == [] && rule.see(true, after: 1) == [])
    #expect(rule.see(true, after: 5) == ["firing"])
  }

  @Test(arguments: [3_600.0, -3_600.0])
  func aJumpOfTheClockDoesNotResolve(seconds: Double) {
    var rule = WatchedRule(fiveMinutes)
    _ = rule.see(true, after: 0)
    _ = rule.see(true, after: 300)
    rule.wall += seconds
    #expect(rule.tick(after: 5, reach: 60) { _ in false } == [])
    #expect(rule.tick(after: 5, reach: 60) { _ in false } == [] && rule.phase == "firing")
    #expect(rule.tick(after: 590, reach: 60) { _ in false } == [])
    #expect(rule.tick(after: 20, reach: 60) { _ in false } == ["resolved"])
  }

  @Test func noStepOfBeforeAJumpCounts() {
    var rule = WatchedRule(fiveMinutes)
    #expect(rule.tick(after: 0, reach: 60) { _ in false } == [])
    rule.wall += 3_600
    // By the clock that is true now, it has held for an hour.
    #expect(rule.tick(after: 5, reach: 60) { _ in true } == [])
    #expect(rule.tick(after: 5, reach: 60) { _ in true } == ["pending"])
    #expect(rule.tick(after: 290, reach: 60) { _ in true } == [])
    #expect(rule.tick(after: 60, reach: 60) { _ in true } == ["firing"])
  }

  @Test func aTickThatIsLateIsNoJump() {
    var rule = WatchedRule(AlertRule(name: "r", when: .critical))
    _ = rule.see(false, after: 0)
    #expect(rule.see(true, after: 86_400) == ["firing"])
  }
}
