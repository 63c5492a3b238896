import SlotStatsTesting
import Testing

@testable import SlotStats

/// Formats do not lie.
@Suite struct TextNumberTests {
  @Test(arguments: [
    (failures: 0, runs: 0, text: "–"), (0, 1, "0.0"), (0, .max, "0.0"), (1, 1, "100"), (.max, .max, "100"),
    (1, 100_000, "<0.1"), (1, 2_001, "<0.1"), (1, 2_000, "0.1"), (1, .max, "<0.1"), (99_999, 100_000, ">99.9"),
    (.max - 1, .max, ">99.9"), (999, 1_000, "99.9"), (69, 402, "17.2"), (16, 30, "53.3"), (1, 10, "10.0"),
  ])
  func writesAFailureRatio(_ sample: (failures: Int, runs: Int, text: String)) {
    #expect(NumberText.percent(failures: sample.failures, runs: sample.runs) == sample.text)
  }

  @Test func saysZeroHundredAndNothingOnlyWhereThatIsTrue() {
    var numbers = SeededGenerator(state: 10)
    for _ in 0..<20_000 {
      let runs = Int.random(in: 0...Int.max, using: &numbers) >> Int.random(in: 0...63, using: &numbers)
      let failures = Int.random(in: 0...runs, using: &numbers) >> Int.random(in: 0...63, using: &numbers)
      for failures in [failures, runs - failures, 0, runs] {
        let text = NumberText.percent(failures: failures, runs: runs)
        #expect((text == "–") == (runs == 0), "\(failures) of \(runs): \(text)")
        guard runs > 0 else { continue }
        #expect((text == "0.0") == (failures == 0), "\(failures) of \(runs): \(text)")
        #expect((text == "100") == (failures == runs), "\(failures) of \(runs): \(text)")
        #expect(text.utf8.count <= 5)
        if let value = Double(text) {
          #expect(abs(value - Double(failures) / Double(runs) * 100) < 0.051, "\(failures) of \(runs): \(text)")
        }
      }
    }
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (5_652, "5,652"), (99_999, "99,999"), (100_000, "100k"),
    (100_999, "100k"), (999_999, "999k"), (1_000_000, "1.00M"), (1_150_000, "1.15M"), (1_234_567, "1.23M"),
    (9_999_999, "9.99M"), (12_345_678, "12.3M"), (999_999_999, "999M"), (1_000_000_000, "1.00G"),
    (4_350_000_000_000, "4.35T"), (999_999_999_999_999_999, "999P"), (1_000_000_000_000_000_000, "1.00E"),
    (.max, "9.22E"),
  ])
  func writesACount(_ value: Int, _ text: String) {
    #expect(NumberText.count(value) == text)
  }

  @Test func neverShowsMoreThanWasCountedNorLessByMoreThanTheLastDigit() throws {
    var numbers = SeededGenerator(state: 99)
    for _ in 0..<20_000 {
      let value = Int.random(in: 0...Int.max, using: &numbers) >> Int.random(in: 0...62, using: &numbers)
      let text = NumberText.count(value)
      let shown = try read(text)
      #expect(text.utf8.count <= 6)
      #expect(shown.value <= value && value - shown.value < shown.step, "\(value): \(text)")
    }
  }

  @Test func ordersAsTheNumbersDo() throws {
    var numbers = SeededGenerator(state: 5)
    for _ in 0..<5_000 {
      let low = Int.random(in: 0...Int.max, using: &numbers) >> Int.random(in: 0...62, using: &numbers)
      let high = Int.random(in: low...Int.max, using: &numbers)
      #expect(try read(NumberText.count(low)).value <= read(NumberText.count(high)).value)
    }
  }

  @Test(arguments: [
    (999, 3, "999"), (1_000, 3, "1k"), (2_891, 4, "2.9k"), (99_999, 3, ".1M"), (123_456, 3, ".1M"),
    (123_456, 4, "123k"), (1_234_567, 3, "1M"), (1_234_567, 4, "1.2M"), (12_345, 3, "12k"), (12_345, 6, "12,345"),
    (.max, 3, "9E"),
  ])
  func writesACountInFewColumns(_ value: Int, _ width: Int, _ text: String) {
    #expect(NumberText.count(value, fitting: width) == text)
  }

  @Test func fitsEveryCountInThreeColumns() {
    var numbers = SeededGenerator(state: 3)
    for _ in 0..<20_000 {
      let value = Int.random(in: 0...Int.max, using: &numbers) >> Int.random(in: 0...62, using: &numbers)
      for width in 3...6 {
        let text = NumberText.count(value, fitting: width)
        #expect(text.utf8.count <= width, "\(value) in \(width): \(text)")
      }
    }
  }

  @Test func marksATotalThatIsLessThanItsParts() {
    let huge = StatsCounters(success: .max, errors: 5)
    #expect(NumberText.runs(huge) == "9.22E+")
    #expect([3, 4, 5, 6, 9].map { NumberText.runs(huge, fitting: $0) } == ["9E+", "9E+", "9.2E+", "9.22E+", "9.22E+"])
    #expect(NumberText.runs(StatsCounters(success: .max)) == "9.22E")
    #expect(NumberText.runs(StatsCounters(success: .max), fitting: 5) == "9.22E")
  }

  @Test(arguments: [
    (StatsCounters(success: .max, errors: 5), "<0.1"), (StatsCounters(success: .max), "0.0"),
    (StatsCounters(success: .max, errors: .max), "50.0"), (StatsCounters(timeouts: .max, errors: .max), "100"),
    (StatsCounters(success: 1, errors: .max), ">99.9"), (StatsCounters(success: 9, errors: 1), "10.0"),
  ])
  func losesNoFailureInASaturatedSum(counters: StatsCounters, text: String) {
    #expect(NumberText.percent(counters) == text)
  }

  /// What a count tells, and what its last digit is worth.
  private func read(_ text: String) throws -> (value: Int, step: Int) {
    let units: [Character: Int] = [
      "k": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000, "P": 1_000_000_000_000_000,
      "E": 1_000_000_000_000_000_000,
    ]
    let digits = text.filter { $0 != "," && $0 != "." && units[$0] == nil }
    let unit = text.last.flatMap { units[$0] } ?? 1
    let places = text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 2 } ?? 0
    let step = (0..<places).reduce(unit) { step, _ in step / 10 }
    return (try #require(Int(digits)) * step, step)
  }
}
