import Foundation
import Testing

@testable import SlotStats

@Suite struct AlertingFleetEvidenceTests {
  /// 2026-11-19T14:50:30Z.
  private static let instant = Date(timeIntervalSince1970: 1_795_099_830)

  private typealias Count = (Int) -> (failures: Int, runs: Int)?

  private func metrics(_ window: StatsWindow, back: Int, at instant: Date, _ count: Count) -> [StatsMetric] {
    let current = window.bucketStart(containing: instant)
    return (0...back).reversed().compactMap { age in
      let start = window.start(current, advancedBy: -age)
      let minutes = Int((Self.instant.timeIntervalSince(start) / 60).rounded(.down))
      return count(minutes).map {
        StatsMetric(window, start: start, counters: Judging.counters($0.failures, of: $0.runs))
      }
    }
  }

  /// A reading with minutes of slots that had these counts so many minutes before ``instant``, and 600 runs an hour of
  /// which 6 failed on the days before. Minutes of all slots together are reported where `isReported` says.
  private func reading(
    _ slots: [(Slot, Count)], at instant: Date = instant, isReported: (Int) -> Bool = { _ in true }
  ) -> FleetReading {
    let days = metrics(.hour, back: 24 * 14, at: instant) { $0 > 1_000 ? (6, 600) : nil }
    let series = slots.map { slot, count in
      (slot.id, RecentSeries(minutes: metrics(.minute, back: 372, at: instant, count), hours: days, at: instant))
    }
    let global = metrics(.minute, back: 59, at: instant) { isReported($0) ? (0, 10) : nil }
    let reported = RecentReading.reported(global.map { MinuteCounts.number($0.periodStart) }, at: instant)
    let byDay = slots.map { slot, count in
      (slot.id, StatsAggregation(window: .day, metrics: metrics(.day, back: 3, at: instant) { _ in (0, 1_000) }))
    }
    return FleetReading(
      slots: slots.map(\.0),
      series: [
        .minute: .init(global: StatsAggregation(window: .minute, metrics: global), bySlot: [:]),
        .day: .init(
          global: StatsAggregation(window: .day, metrics: []), bySlot: Dictionary(uniqueKeysWithValues: byDay)),
      ], generatedAt: instant, readAt: instant,
      recent: RecentReading(
        global: RecentSeries(), bySlot: Dictionary(uniqueKeysWithValues: series), reported: reported, at: instant))
  }

  private func evidence(_ reading: FleetReading, trust: TrustWord = .live) -> FleetEvidence {
    FleetEvidence(
      reading, judged: JudgedFleet(reading, window: .day, thresholds: .standard), trust: trust)
  }

  /// Ten jobs a minute, of which nine fail from 30 to 12 minutes ago.
  private let outage: Count = { (12..<30).contains($0) ? (9, 10) : (0, 10) }

  @Test func eachStepIsJudgedAsOneWouldHaveThen() {
    let now = evidence(reading([(Slot(id: "a"), outage)]))
    var found: Set<Bool> = []
    for condition in [AlertCondition.critical, .warning, .overUsual] {
      let test = AlertTest(condition: condition)
      #expect(now.reach(of: test) == 312)
      for step in 1...45 {
        let then = Self.instant.addingTimeInterval(-30 - 60 * Double(step) + 59)
        let judged = evidence(reading([(Slot(id: "a"), outage)], at: then)).holds(test, .slot(at: 0), stepsBack: 0)
        #expect(now.holds(test, .slot(at: 0), stepsBack: step) == judged, "\(condition) \(step)")
        if let judged { found.insert(judged) }
      }
    }
    #expect(found == [true, false])
  }

  @Test func anEvaluatorThatWasJustMadeSaysTheSame() {
    let rules = AlertRule.standard
    var old = RuleEvaluator(rules)
    old.watch(["a", "b"])
    var told: Set<String> = []
    for minute in 0..<120 {
      let instant = Self.instant.addingTimeInterval(Double(minute - 60) * 60)
      let reading = reading([(Slot(id: "a"), outage), (Slot(id: "b"), { _ in (0, 10) })], at: instant)
      let uptime = Duration.seconds(60 * minute)
      told.formUnion(old.evaluate(evidence(reading), changed: nil, wall: instant, uptime: uptime).map(\.to.word))
      var new = RuleEvaluator(rules)
      new.watch(["a", "b"])
      _ = new.evaluate(evidence(reading), changed: nil, wall: instant, uptime: .zero)
      #expect(new.active.map(\.phase.word) == old.active.map(\.phase.word), "minute \(minute)")
    }
    #expect(told.isSuperset(of: ["pending", "firing", "resolved"]))
  }

  @Test func aGapIsNotKnown() {
    let some = evidence(reading([(Slot(id: "a"), outage)]) { $0 > 20 || $0 == 2 })
    let test = AlertTest(condition: .critical)
    #expect([0, 2].map { some.holds(test, .slot(at: 0), stepsBack: $0) } == [true, true])
    #expect([3, 5].map { some.holds(test, .slot(at: 0), stepsBack: $0) } == [nil, nil])
    #expect(some.holds(test, .slot(at: 0), stepsBack: 7) == true)
  }

  @Test(arguments: [TrustWord.lost, .stale, .wait]) func nothingIsKnownOfWhatCannotBeTrusted(trust: TrustWord) {
    let evidence = evidence(reading([(Slot(id: "a"), outage)]), trust: trust)
    let test = AlertTest(condition: .critical)
    #expect(evidence.holds(test, .slot(at: 0), stepsBack: 0) == nil && evidence.reach(of: test) == 0)
    #expect(evidence.holds(test, .all, stepsBack: 0) == nil)
    let lost = evidence.holds(AlertTest(condition: .lost), .source, stepsBack: 0)
    #expect(lost == (trust == .wait ? nil : trust == .lost))
    #expect(
      evidence.holds(AlertTest(condition: .stale), .source, stepsBack: 0) == (trust == .wait ? nil : trust == .stale))
  }

  @Test func slotsThatAreOffNeverHold() {
    let evidence = evidence(reading([(Slot(id: "a", isActive: false), outage)]))
    for condition in AlertCondition.allCases where !condition.isOfSource {
      #expect(evidence.holds(AlertTest(condition: condition), .slot(at: 0), stepsBack: 0) == false, "\(condition)")
    }
  }

  @Test func anotherWindowIsJudgedByItself() {
    let evidence = evidence(reading([(Slot(id: "a"), outage)]))
    let ofDay = AlertTest(condition: .critical, window: .day)
    #expect(evidence.holds(ofDay, .slot(at: 0), stepsBack: 0) == false && evidence.reach(of: ofDay) == 0)
    #expect(evidence.holds(ofDay, .slot(at: 0), stepsBack: 1) == nil)
    #expect(evidence.holds(AlertTest(condition: .critical, window: .week), .slot(at: 0), stepsBack: 0) == nil)
    #expect(evidence.holds(AlertTest(condition: .critical), .slot(at: 7), stepsBack: 0) == nil)
  }

  @Test func aSourceWithoutMinutesKnowsNowAlone() {
    let count = { Judging.counters($0, of: 100) }
    let reading = Judging.reading([
      (Slot(id: "fine"), [count(1), count(1)]), (Slot(id: "gone"), [nil, nil, nil, count(50)]),
      (Slot(id: "worst"), [count(90), count(10)]), (Slot(id: "warned"), [count(12), count(10)]),
    ])
    let evidence = evidence(reading)
    func places(_ test: AlertTest) -> [Int] {
      reading.slots.indices.filter { evidence.holds(test, .slot(at: $0), stepsBack: 0) == true }
    }
    #expect(places(AlertTest(condition: .critical)) == [2] && places(AlertTest(condition: .warning)) == [2, 3])
    #expect(places(AlertTest(condition: .missing)) == [1] && places(AlertTest(condition: .overUsual)) == [2])
    #expect(places(AlertTest(condition: .quiet)) == [] && places(AlertTest(condition: .stalled)) == [])
    #expect(evidence.reach(of: AlertTest(condition: .critical)) == 0)
  }
}
