import Testing

@testable import SlotStats

@Suite struct TextAgeTests {
  @Test(arguments: [
    (0.0, "0 s"), (0.9, "0 s"), (5, "5 s"), (119.9, "119 s"), (120, "2 min"), (359, "5 min"), (360, "6 min"),
    (7_199, "119 min"), (7_200, "2 h"), (172_799, "47 h"), (172_800, "2 days"), (129_600_000, "1,500 days"),
  ])
  func writesWholeUnitsRoundedDown(_ seconds: Double, _ text: String) {
    #expect(AgeText.text(seconds: seconds) == text)
  }

  @Test func anAgeIsNeverNegativeAndNoValueTraps() {
    #expect(AgeText.text(seconds: -5) == "0 s")
    #expect(AgeText.text(seconds: .nan) == "0 s")
    #expect(AgeText.text(seconds: -.infinity) == "0 s")
    #expect(AgeText.text(seconds: .infinity).hasSuffix(" days"))
  }
}
