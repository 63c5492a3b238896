import Foundation
import Testing

@testable import SlotStats

@Suite struct JudgementFleetTests {
  private func fleet(_ slots: [(slot: Slot, days: [StatsCounters?])]) -> JudgedFleet {
    JudgedFleet(Judging.reading(slots), window: .day, thresholds: .standard)
  }

  private func counters(_ failures: Int, of runs: Int) -> StatsCounters { Judging.counters(failures, of: runs) }

  @Test func ordersJudgedRowsByRatioThenRunsThenIdAndTheOthersBehindThem() {
    let fleet = fleet([
      (Slot(id: "off", isActive: false), [counters(90, of: 90)]),
      (Slot(id: "idle-b"), []), (Slot(id: "idle-a"), [.zero]),
      (Slot(id: "missing"), [nil, nil, nil, counters(50, of: 50)]),
      (Slot(id: "few"), [counters(4, of: 4)]),
      (Slot(id: "small"), [counters(5, of: 50)]), (Slot(id: "large"), [counters(10, of: 100)]),
      (Slot(id: "twin-b"), [counters(1, of: 100)]), (Slot(id: "twin-a"), [counters(1, of: 100)]),
      (Slot(id: "worst"), [counters(40, of: 50)]),
      (Slot(id: "stalled"), [Judging.counters(0, of: 0, ingest: 500)]),
    ])
    #expect(
      fleet.slots.map(\.id) == [
        "worst", "large", "small", "twin-a", "twin-b", "stalled", "few", "missing", "idle-a", "idle-b", "off",
      ])
  }

  @Test func doesNotDependOnTheSourcesOrder() {
    let slots: [(slot: Slot, days: [StatsCounters?])] = (0..<40).map { index in
      (Slot(id: "s\(index)"), [counters(index % 5, of: 20 + index % 3)])
    }
    #expect(fleet(slots).slots.map(\.id) == fleet(slots.reversed()).slots.map(\.id))
  }

  @Test func sumsTheSlotsOfAProviderAndJudgesTheSum() throws {
    let fleet = fleet([
      (Slot(id: "a", providerID: "p"), [counters(4, of: 12), counters(1, of: 30)]),
      (Slot(id: "b", providerID: "p"), [counters(4, of: 12), nil, counters(2, of: 30)]),
      (Slot(id: "c", providerID: "q"), [counters(0, of: 40)]), (Slot(id: "d"), [counters(1, of: 40)]),
    ])
    let providers = fleet.providers()
    #expect(providers.map(\.id) == ["p", "", "q"])
    let first = try #require(providers.first).series
    #expect(first.judged == counters(8, of: 24))
    #expect(first.rest == counters(3, of: 60))
    #expect(first.state == .critical)
  }

  @Test func shownRangeEndsWithTheBucketOfTheDatasInstant() {
    let fleet = fleet([])
    #expect(fleet.starts.count == 14)
    #expect(fleet.currentStart == Judging.today)
    #expect(fleet.shown.upperBound == Judging.today.addingTimeInterval(86_400))
    #expect(fleet.slots.isEmpty && fleet.providers().isEmpty)
  }

  @Test func judgesNothingWithoutSeriesOfTheWindow() {
    let reading = FleetReading(
      slots: [Slot(id: "a")], series: [:], generatedAt: Judging.today, readAt: Judging.today)
    #expect(JudgedFleet(reading, window: .week, thresholds: .standard).slots.map(\.series.state) == [.idle])
  }

  // MARK: Thresholds

  @Test func judgesEachSlotByItsOwnThresholds() throws {
    let lax = try #require(Thresholds(warning: 0.4, critical: 0.6, minRuns: 20))
    let patient = try #require(Thresholds(warning: 0.05, critical: 0.1, minRuns: 200))
    let rules = ThresholdRules(.standard, overrides: ["b": lax, "c": patient, "nobody": lax])
    let days = [Judging.counters(30, of: 100), Judging.counters(0, of: 10)]
    let few = [Judging.counters(2, of: 50)]
    let reading = Judging.reading([
      (Slot(id: "a", providerID: "p"), days), (Slot(id: "b", providerID: "p"), days), (Slot(id: "c"), few),
      (Slot(id: "d"), few),
    ])
    let fleet = JudgedFleet(reading, window: .day, thresholds: rules)
    let states = Dictionary(uniqueKeysWithValues: fleet.slots.map { ($0.id, $0.series.state) })
    #expect(states == ["a": .critical, "b": .ok, "c": .few, "d": .ok])
    #expect(fleet.slots.first { $0.id == "c" }?.series.judgedBuckets == 3)
    #expect(fleet.rules[slot: "a"] == .standard && fleet.rules[slot: "b"] == lax)
  }

  @Test func judgesAllTogetherAndProvidersByTheStandard() throws {
    let lax = try #require(Thresholds(warning: 0.4, critical: 0.6, minRuns: 20))
    let reading = Judging.reading([(Slot(id: "a", providerID: "p"), [Judging.counters(30, of: 100)])])
    let fleet = JudgedFleet(
      reading, window: .day, thresholds: ThresholdRules(.standard, overrides: ["a": lax]))
    #expect(fleet.slots.map(\.series.state) == [.ok])
    #expect(fleet.providers().map(\.series.state) == [.critical])
    #expect(fleet.thresholds == .standard)
  }

  @Test func refusesThresholdsThatMakeNoSense() {
    #expect(Thresholds(warning: 0, critical: 0.1, minRuns: 20) == nil)
    #expect(Thresholds(warning: 0.2, critical: 0.1, minRuns: 20) == nil)
    #expect(Thresholds(warning: 0.2, critical: 1.01, minRuns: 20) == nil)
    #expect(Thresholds(warning: 0.2, critical: 0.5, minRuns: 0) == nil)
    #expect(Thresholds(warning: .nan, critical: 0.5, minRuns: 1) == nil)
    #expect(Thresholds(warning: 0.1, critical: .nan, minRuns: 1) == nil)
    #expect(Thresholds(warning: 1, critical: 1, minRuns: 1) != nil)
  }

  @Test func standsAtFivePercentTenPercentTwentyRuns() {
    #expect(Thresholds.standard == Thresholds(warning: 0.05, critical: 0.1, minRuns: 20))
  }
}
