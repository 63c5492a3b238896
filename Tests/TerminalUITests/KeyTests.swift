import Testing

@testable import TerminalUI

@Suite struct KeyTests {
  @Test func readsNamesAndCharacters() throws {
    #expect(try Key.parse(names: "w j Enter") == [.character("w"), .character("j"), .enter])
    #expect(
      try Key.parse(names: "Esc Space Tab Backspace Up Down Left Right Home End PgUp PgDn") == [
        .escape, .character(" "), .tab, .backspace, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown,
      ])
  }

  @Test func readsControlKeysAndTypedText() throws {
    #expect(try Key.parse(names: "Ctrl-L ctrl-c") == [.control("l"), .control("c")])
    #expect(try Key.parse(names: "/ text:fa-ce") == "/fa-ce".map(Key.character))
    #expect(try Key.parse(names: "text:") == [])
  }

  @Test func readsNothingFromBlanks() throws {
    #expect(try Key.parse(names: "   ") == [])
    #expect(try Key.parse(names: "- r") == [.character("-"), .character("r")])
  }

  @Test(arguments: ["Foo", "Ctrl-", "Ctrl-1", "Ctrl-ab", "jj"])
  func namesTheWordItDoesNotKnow(_ word: String) {
    #expect(throws: KeyNameError(name: word)) { try Key.parse(names: "w \(word) Enter") }
  }
}
