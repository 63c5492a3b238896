import Foundation
import SlotStatsTesting
import Testing

@testable import SlotStats

@Suite struct FailureOnsetTests {
  private let start = Date(timeIntervalSince1970: 1_795_096_800)
  private let usual = StatsCounters(success: 960, timeouts: 40)

  private func metrics(_ buckets: [(failures: Int, runs: Int)]) -> [StatsMetric] {
    buckets.enumerated().map { index, bucket in
      StatsMetric(
        .minute, start: StatsWindow.minute.start(start, advancedBy: index),
        counters: StatsCounters(success: bucket.runs - bucket.failures, timeouts: bucket.failures))
    }
  }

  /// The place of the first bucket of the run.
  private func onset(_ buckets: [(failures: Int, runs: Int)], usual: StatsCounters? = nil) -> Int? {
    FailureOnset(usual: usual ?? self.usual, thresholds: .standard)?.start(in: metrics(buckets)[...])
      .map { Int(($0.timeIntervalSince(start) / 60).rounded()) }
  }

  @Test func isTheFirstBucketOfWhatFails() {
    let quiet = [(failures: Int, runs: Int)](repeating: (0, 10), count: 30)
    #expect(onset(quiet + [(5, 10), (4, 9), (6, 11)]) == 30)
    #expect(onset(quiet + [(1, 10), (0, 10), (5, 10), (4, 9), (6, 11)]) == 32, "a stray failure is not the start")
    #expect(onset(quiet + [(5, 10), (0, 2), (6, 11)]) == 30, "a bucket without failures does not end it")
    #expect(onset([(5, 10), (6, 10), (4, 10)]) == 0, "it may have begun before the first bucket")
  }

  @Test func saysNothingOfWhatIsAsUsualOrOver() {
    #expect(onset([(failures: Int, runs: Int)](repeating: (4, 100), count: 60)) == nil)
    #expect(onset([]) == nil)
    #expect(onset([(failures: Int, runs: Int)](repeating: (0, 0), count: 60)) == nil)
    let over = [(5, 10), (6, 10), (5, 10)] + [(failures: Int, runs: Int)](repeating: (0, 10), count: 40)
    #expect(onset(over) == nil)
    // A slot that always fails by four tenths has no onset while it does.
    let chronic = StatsCounters(success: 600, timeouts: 400)
    #expect(onset([(failures: Int, runs: Int)](repeating: (4, 10), count: 60), usual: chronic) == nil)
    #expect(FailureOnset(usual: StatsCounters(success: 19), thresholds: .standard) == nil)
  }

  @Test func needsFiveFailures() {
    let never = StatsCounters(success: 100_000)
    #expect(onset([(0, 10), (4, 4)], usual: never) == nil)
    #expect(onset([(0, 10), (5, 5)], usual: never) == 1)
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func equalsTheLikeliestStartOfAll(seed: UInt64) {
    var numbers = SeededGenerator(state: seed)
    let change = Int.random(in: 0...60, using: &numbers)
    let ratios = (Double.random(in: 0...0.1, using: &numbers), Double.random(in: 0...0.9, using: &numbers))
    let buckets = (0..<60).map { place in
      let runs = Int.random(in: 0...12, using: &numbers)
      let ratio = place < change ? ratios.0 : ratios.1
      return (failures: (0..<runs).count { _ in Double.random(in: 0..<1, using: &numbers) < ratio }, runs: runs)
    }
    #expect(onset(buckets) == reference(buckets))
  }

  @Test func isSeldomWrongOnFlatSeries() {
    var numbers = SeededGenerator(state: 5)
    let wrong = (0..<2_000).count { _ in
      let buckets = (0..<60).map { _ in
        let runs = Int.random(in: 0...20, using: &numbers)
        return (failures: (0..<runs).count { _ in Double.random(in: 0..<1, using: &numbers) < 0.04 }, runs: runs)
      }
      return onset(buckets) != nil
    }
    #expect(wrong <= 20, "\(wrong) of 2,000")
  }

  /// Every start is tried: the best is the one whose buckets, to the last, speak most for the raised ratio.
  private func reference(_ buckets: [(failures: Int, runs: Int)]) -> Int? {
    let usual = 40.5 / 1_001
    func best(_ raised: Double) -> (start: Int, most: Double)? {
      func sum(_ from: Int, _ to: Int) -> Double {
        buckets[from...to].reduce(0) { sum, bucket in
          sum + Double(bucket.failures) * log(raised / usual)
            + Double(bucket.runs - bucket.failures) * log((1 - raised) / (1 - usual))
        }
      }
      let starts = buckets.indices.map { (start: $0, sum: sum($0, buckets.count - 1)) }
      guard let most = starts.map(\.sum).max(), most > 0 else { return nil }
      guard let start = starts.last(where: { $0.sum >= most - 1e-9 })?.start else { return nil }
      return (start, (start..<buckets.count).map { sum(start, $0) }.max() ?? 0)
    }
    guard let first = best(max(2 * usual / (1 + usual), 0.05)) else { return nil }
    let found = buckets[first.start...]
    let ratio = Double(found.reduce(0) { $0 + $1.failures }) / Double(found.reduce(0) { $0 + $1.runs })
    guard let run = best(min(max(ratio, max(2 * usual / (1 + usual), 0.05)), 0.999)), run.most >= log(1_000) else {
      return nil
    }
    return buckets[run.start...].reduce(0) { $0 + $1.failures } >= 5 ? run.start : nil
  }
}
