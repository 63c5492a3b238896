import Testing

@testable import SlotStats

@Suite struct SlotGlobTests {
  @Test(arguments: [
    ("slot-001", "slot-001", true), ("slot-001", "slot-0011", false), ("slot-*", "slot-", true),
    ("slot-*", "my-slot-1", false), ("*-1", "a-b-1", true), ("*", "", true), ("?", "", false), ("?", "語", true),
    ("slot-00[1-3]", "slot-002", true), ("slot-00[1-3]", "slot-004", false), ("[!a-c]", "d", true),
    ("[^a-c]", "b", false), ("[]a]", "]", true), ("[a-]", "-", true), ("a*b*c", "a1b2b3c", true),
    ("a*b*c", "a1b2b3", false), ("\\*", "*", true), ("\\*", "x", false), ("a b", "a b", true), ("A", "a", false),
    ("*[0-9]", "slot-7", true), ("e\u{301}", "é", false),
  ])
  func fitsWholeIDs(glob: String, id: String, fits: Bool) throws {
    #expect(try #require(SlotGlob(glob)).matches(id) == fits)
  }

  @Test(arguments: ["", "[", "slot-[1-3", "[]", "[!]", "[z-a]"]) func refusesWhatIsNone(text: String) {
    #expect(SlotGlob(text) == nil)
  }

  @Test func takesNoLongTimeForManyStars() throws {
    let glob = try #require(SlotGlob(String(repeating: "*a", count: 40) + "b"))
    #expect(!glob.matches(String(repeating: "a", count: 128)))
  }
}
