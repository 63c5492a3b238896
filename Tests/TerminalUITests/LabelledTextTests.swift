import Testing

@testable import TerminalUI

@Suite struct LabelledTextTests {
  @Test(arguments: [
    ("one two three", 7, ["one two", "three"]), ("one", 10, ["one"]), ("", 5, [""]),
    ("abcdefgh ij", 4, ["abcd", "efgh", "ij"]), ("  a  b ", 9, ["a b"]), ("年賀状 x", 4, ["年賀", "状 x"]),
  ])
  func breaksAtBlanksAndNeverGoesWider(text: String, width: Int, lines: [String]) {
    #expect(TerminalText.wrapped(text, width: width) == lines)
  }

  @Test func sentencesStandBesideTheirWords() {
    let lines = LabelledText.lines([("now", "one two three four five"), ("not known", "cause")], width: 31)
    #expect(lines.map(\.plain) == ["now        one two three four", "           five", "not known  cause"])
  }

  @Test func aLongWordHasALineOfItsOwn() {
    let lines = LabelledText.lines([("since before 18 Nov 21:02", "it fails"), ("now", "ok")], width: 40)
    #expect(lines.map(\.plain) == ["since before 18 Nov 21:02", "     it fails", "now  ok"])
  }

  @Test(arguments: 1...120) func noLineIsTooWide(width: Int) {
    let entries = [
      ("since before 18 Nov 21:02", "4 of 30 slots: slot-004 slot-011, provider errors"), ("", "x"), ("年賀", "y"),
    ]
    for line in LabelledText.lines(entries.map { ($0.0, $0.1) }, width: width) where width > 1 {
      #expect(TerminalText.width(line.plain) <= width, "\(line)")
    }
  }

  @Test func whatSteersATerminalIsGone() {
    let page = LabelledText.page(["a\u{1B}[31m"], [("b\u{202E}", "c\u{07}\nd")])
    #expect(page == "a\u{FFFD}[31m\n\nb\u{FFFD}  c\u{FFFD} d\n")
  }
}
