import Foundation
import Testing

@testable import SlotStats

@Suite struct RuleObserverTests {
  private static let start = Date(timeIntervalSince1970: 1_795_098_725)

  private func reading(_ failures: Int, version: UInt64, at instant: Date = start) -> FleetReading {
    let day = StatsWindow.day.bucketStart(containing: instant)
    let metric = StatsMetric(.day, start: day, counters: StatsCounters(success: 100 - failures, timeouts: failures))
    let series = FleetReading.Series(
      global: StatsAggregation(window: .day, metrics: [metric]),
      bySlot: ["a": StatsAggregation(window: .day, metrics: [metric])])
    return FleetReading(
      slots: [Slot(id: "a")], series: [.day: series], generatedAt: instant, readAt: instant, version: version)
  }

  private func look(
    _ observer: inout RuleObserver, _ reading: FleetReading, after seconds: Double, judged: inout Int
  ) -> [AlertPhase] {
    var count = 0
    observer.look(
      at: reading,
      judged: {
        count += 1
        return JudgedFleet(reading, window: .day, thresholds: .standard)
      }, trust: .live, wall: Self.start + seconds, uptime: .seconds(seconds))
    judged += count
    return observer.evaluator.active.map(\.phase)
  }

  @Test func countsTheTimeOverReadingsThatBringNothingNew() {
    var observer = RuleObserver([AlertRule(name: "r", when: .critical, holdSeconds: 10)])
    var judged = 0
    #expect(look(&observer, reading(50, version: 1), after: 0, judged: &judged) == [.pending(since: Self.start)])
    #expect(look(&observer, reading(50, version: 1), after: 5, judged: &judged) == [.pending(since: Self.start)])
    #expect(look(&observer, reading(50, version: 1), after: 10, judged: &judged) == [.firing(since: Self.start)])
  }

  @Test func looksAtNothingWhereNothingIsNewAndNothingIsPending() {
    var observer = RuleObserver([AlertRule(name: "r", when: .critical)])
    var judged = 0
    for seconds in [0.0, 5, 10] { _ = look(&observer, reading(0, version: 1), after: seconds, judged: &judged) }
    #expect(judged == 1)
    #expect(look(&observer, reading(50, version: 2), after: 15, judged: &judged) == [.firing(since: Self.start)])
    _ = look(&observer, reading(50, version: 2), after: 20, judged: &judged)
    #expect(judged == 2)
    #expect(look(&observer, reading(0, version: 3), after: 25, judged: &judged) == [])
  }

  @Test func namesAPatternThatFitsNothingOnce() throws {
    let rule = AlertRule(name: "r", when: .critical, scope: .slots(try SlotSelection(["a", "x*"])))
    var observer = RuleObserver([rule])
    var judged = 0
    _ = look(&observer, reading(0, version: 1), after: 0, judged: &judged)
    #expect(observer.unmatchedGlobs().map(\.words) == ["rule \"r\" fits no slot with \"x*\""])
    _ = look(&observer, reading(0, version: 2), after: 5, judged: &judged)
    #expect(observer.unmatchedGlobs().isEmpty)
  }

  @Test func aSourceThatCannotBeReadIsLostAndNothingElse() {
    var evaluator = RuleEvaluator([
      AlertRule(name: "lost", when: .lost), AlertRule(name: "stale", when: .stale),
      AlertRule(name: "critical", when: .critical),
    ])
    evaluator.watch(["a"])
    _ = evaluator.evaluate(LostSource(at: Self.start), changed: nil, wall: Self.start, uptime: .zero)
    #expect(evaluator.active.map(\.rule.name) == ["lost"])
  }
}
