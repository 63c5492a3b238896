import Foundation
import SlotStats
import Testing

@testable import RemoteSources

@Suite struct PanelConventionTests {
  private static let kept = StatsCounters(success: 5, timeouts: 2, providerErrors: 1, cancelled: 1, errors: 4)
  private static let broken = StatsCounters(success: 5, timeouts: 2, providerErrors: 1, cancelled: 1, errors: 3)
  private static let quiet = StatsCounters(success: 5, ingestCount: 9)

  private static func rows(_ counters: [StatsCounters]) -> [StatsMetric] {
    counters.enumerated().map { index, counters in
      StatsMetric(.day, start: tuesday.addingTimeInterval(Double(index) * 86_400), counters: counters)
    }
  }

  private static func convention(_ rows: [StatsMetric]) -> ErrorsConvention {
    var convention = ErrorsConvention.unknown
    for row in rows { convention.read([row], of: "a", .day) }
    return convention
  }

  @Test func fiveFailingRowsThatKeepTheSumSettleIt() {
    let rows = Self.rows([Self.quiet] + Array(repeating: Self.kept, count: 5))
    #expect(Self.convention(Array(rows.prefix(5))).notice != nil, "four are too few")
    #expect(Self.convention(rows) == .sum)
    #expect(Self.convention(rows).applied(to: rows).allSatisfy { $0.counters.errors == 0 })
    #expect(Self.convention(rows).notice == nil)
  }

  @Test func oneRowThatBreaksItSettlesTheFifthCounterForGood() {
    let rows = Self.rows(Array(repeating: Self.kept, count: 9) + [Self.broken])
    var convention = Self.convention(rows)
    #expect(convention == .fifthCounter)
    convention.read(Self.rows(Array(repeating: Self.kept, count: 9)), of: "b", .day)
    #expect(convention == .fifthCounter)
    #expect(convention.applied(to: rows) == rows)
  }

  @Test func theSameRowReadAgainIsNoFurtherEvidence() {
    let row = Self.rows([Self.kept])
    #expect(Self.convention(Array(repeating: row[0], count: 50)).notice != nil)
  }

  @Test func rowsWithoutFailuresSayNothing() {
    #expect(Self.convention(Self.rows(Array(repeating: Self.quiet, count: 50))) == .unknown)
    #expect(ErrorsConvention.unknown.notice == nil)
  }

  @Test func hugeCountersDoNotTrap() {
    let huge = StatsCounters(timeouts: .max, providerErrors: .max, cancelled: .max, errors: .max)
    #expect(Self.convention(Self.rows([huge])).notice != nil)
  }

  @Test(arguments: 0..<200) func theOrderOfRowsNeverMatters(seed: Int) {
    var numbers = SeededGenerator(state: UInt64(seed))
    let kinds = [Self.quiet, Self.kept, Self.kept, Self.kept, seed % 3 == 0 ? Self.broken : Self.kept]
    let count = Int.random(in: 0...9, using: &numbers)
    let rows = Self.rows((0..<count).map { _ in kinds.randomElement(using: &numbers) ?? Self.quiet })
    let expected = Self.convention(rows)
    for _ in 0..<5 { #expect(Self.convention(rows.shuffled(using: &numbers)) == expected) }
  }
}

/// The same numbers in every run.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
