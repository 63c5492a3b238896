import SlotStatsTesting
import Testing

@testable import SlotStats

@Suite struct SlotSeriesTests {
  private func series(_ success: Int) -> StatsAggregation {
    StatsAggregation(
      window: .day, metrics: [StatsMetric(.day, start: noon, counters: StatsCounters(success: success))])
  }

  /// Changed at random, it holds what a dictionary holds, and what was taken from it before stays as it was.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func holdsWhatADictionaryHolds(seed: UInt64) {
    var numbers = SeededGenerator(state: seed)
    var expected = Dictionary(uniqueKeysWithValues: (0..<400).map { ("slot-\($0)", series($0)) })
    var slots = SlotSeries(expected)
    let (first, firstExpected) = (slots, expected)
    for step in 0..<1_000 {
      let id = "slot-\(Int.random(in: 0..<420, using: &numbers))"
      let next = Int.random(in: 0..<50, using: &numbers) == 0 ? nil : series(step)
      slots[id] = next
      expected[id] = next
      #expect(slots[id] == expected[id])
    }
    #expect(slots.all == expected && slots.mapValues(\.metrics) == expected.mapValues(\.metrics))
    #expect(slots == SlotSeries(expected) && slots != first)
    #expect(first.all == firstExpected)
  }
}
