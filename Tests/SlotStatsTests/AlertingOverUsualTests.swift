import Testing

@testable import SlotStats

@Suite struct AlertingOverUsualTests {
  private func counters(_ failures: Int, _ runs: Int) -> StatsCounters {
    StatsCounters(success: runs - failures, errors: failures)
  }

  private func holds(_ judged: (Int, Int), usual: (Int, Int), factor: Double = 2) -> Bool {
    OverUsual.holds(counters(judged.0, judged.1), usual: counters(usual.0, usual.1), factor: factor)
  }

  @Test func theLowEndLiesAboveUsualByTheFactor() throws {
    let low = try #require(WilsonInterval(failures: 20, runs: 100)).low
    #expect(holds((20, 100), usual: (100, 1_000)) == (low > 0.2) && low > 0.133)
    #expect(holds((20, 100), usual: (66, 1_000)) && !holds((20, 100), usual: (67, 1_000)))
    #expect(holds((20, 100), usual: (44, 1_000), factor: 3) && !holds((20, 100), usual: (45, 1_000), factor: 3))
  }

  @Test func fewFailuresAreNeverOver() {
    #expect(!holds((4, 4), usual: (1, 1_000)) && holds((5, 5), usual: (1, 1_000)))
    #expect(!holds((0, 0), usual: (1, 1_000)))
  }

  @Test func whereNothingIsUsualNothingIsOver() {
    #expect(!holds((50, 100), usual: (0, 19)) && holds((50, 100), usual: (0, 20)))
    #expect(!OverUsual.holds(counters(50, 100), usual: nil, factor: 2))
  }
}
