import Testing

@testable import TerminalUI

@Suite struct FittedTests {
  @Test(arguments: [
    ("abc", 5, "abc  "), ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("abcd", 1, "…"), ("abcd", 0, ""), ("abcd", -4, ""),
    ("", 2, "  "), ("字幕", 4, "字幕"), ("字幕", 3, "字…"), ("字幕字", 4, "字… "), ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}"),
    ("e\u{301}e\u{301}e", 2, "e\u{301}…"), ("a\u{1B}b", 4, "a\u{FFFD}b "),
  ])
  func padsAndCutsAtTheEnd(_ text: String, _ width: Int, _ expected: String) {
    #expect(TerminalText.fitted(text, width: width) == expected)
  }

  @Test(arguments: [("12", 4, "  12"), ("12345", 4, "123…"), ("字", 3, " 字")])
  func alignsAtTheRightEnd(_ text: String, _ width: Int, _ expected: String) {
    #expect(TerminalText.fitted(text, width: width, trailing: true) == expected)
  }

  @Test func takesSubstringsToo() {
    let text = "slot-001 name"
    #expect(TerminalText.fitted(text.prefix(4), width: 6) == "slot  ")
    #expect(TerminalText.width(text.dropFirst(9)) == 4)
  }
}
