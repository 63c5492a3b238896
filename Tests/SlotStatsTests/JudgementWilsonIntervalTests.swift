import SlotStatsTesting
import Testing

@testable import SlotStats

@Suite struct JudgementWilsonIntervalTests {
  /// From R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998),
  /// table I, method 3: the score interval without continuity correction.
  @Test(arguments: [
    (failures: 81, runs: 263, low: 0.2553, high: 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
    (1, 29, 0.0061, 0.1718),
  ])
  func agreesWithPublishedBounds(_ sample: (failures: Int, runs: Int, low: Double, high: Double)) throws {
    let interval = try #require(WilsonInterval(failures: sample.failures, runs: sample.runs))
    #expect(abs(interval.low - sample.low) < 0.000_05)
    #expect(abs(interval.high - sample.high) < 0.000_05)
  }

  @Test func isNothingWithoutRuns() {
    #expect(WilsonInterval(failures: 0, runs: 0) == nil)
    #expect(WilsonInterval(failures: 0, runs: -1) == nil)
  }

  @Test func endsExactlyAtNothingAndAtAll() {
    #expect(WilsonInterval(failures: 0, runs: 7)?.low == 0)
    #expect(WilsonInterval(failures: 7, runs: 7)?.high == 1)
    #expect(WilsonInterval(failures: 1, runs: 1)?.high == 1)
  }

  @Test func mirrorsFailuresAndSuccesses() throws {
    for (failures, runs) in [(1, 10), (3, 17), (50, 1000)] {
      let interval = try #require(WilsonInterval(failures: failures, runs: runs))
      let mirrored = try #require(WilsonInterval(failures: runs - failures, runs: runs))
      #expect(abs(interval.low + mirrored.high - 1) < 1e-12)
    }
  }

  @Test func holdsTheRatioAndStaysWithinZeroAndOneForCountsOfAnySize() throws {
    var numbers = SeededGenerator(state: 11)
    for _ in 0..<5_000 {
      let runs = Int.random(in: 1...Int.max, using: &numbers) >> Int.random(in: 0...62, using: &numbers)
      guard runs > 0 else { continue }
      let failures = Int.random(in: 0...runs, using: &numbers)
      let interval = try #require(WilsonInterval(failures: failures, runs: runs))
      let ratio = Double(failures) / Double(runs)
      #expect(interval.low >= 0 && interval.high <= 1)
      #expect(interval.low <= ratio && ratio <= interval.high, "\(failures) of \(runs)")
    }
  }
}
