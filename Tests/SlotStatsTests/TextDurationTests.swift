import Testing

@testable import SlotStats

@Suite struct TextDurationTests {
  @Test(arguments: [
    ("0", 0), ("0s", 0), ("90s", 90), ("5m", 300), ("2h", 7_200), ("1h30m", 5_400), ("1d2h3m4s", 93_784), ("05m", 300),
  ])
  func readsTimesWithUnits(text: String, seconds: Int) {
    #expect(DurationText.seconds(text) == seconds)
  }

  @Test(arguments: [
    "", "5", "m", "5 m", "-5m", "+5m", "1.5h", "5M", "5min", "5m5m", "30m1h", "5m3", "٥m", "9223372036854775807h",
    "153722867280912930m8s", "5m\n",
  ])
  func refusesAnythingElse(text: String) {
    #expect(DurationText.seconds(text) == nil)
  }

  @Test(arguments: [(0, "0s"), (90, "1m30s"), (300, "5m"), (5_400, "1h30m"), (86_400, "1d"), (-5, "0s")])
  func writesThem(seconds: Int, text: String) {
    #expect(DurationText.text(seconds: seconds) == text)
  }
}
