import CNcurses
import TerminalUI
import Testing

@testable import NcursesTerminal

@Suite struct KeyReaderTests {
  private func scalars(_ text: String) -> [KeyReader.Input] { text.unicodeScalars.map { .scalar($0.value) } }

  @Test func readsCharactersAndNamedKeys() {
    let burst = scalars("jЯ\r\t\u{7F}") + [.code(KEY_UP), .code(KEY_NPAGE), .code(KEY_DC)]
    #expect(
      KeyReader.keys(of: burst) == [
        .character("j"), .character("Я"), .enter, .tab, .backspace, .up, .pageDown, .delete,
      ])
  }

  @Test func readsControlKeys() {
    #expect(KeyReader.keys(of: scalars("\u{0C}\u{12}")) == [.control("l"), .control("r")])
  }

  @Test func readsEscapeAloneAndBeforeAKey() {
    #expect(KeyReader.keys(of: scalars("\u{1B}")) == [.escape])
    #expect(KeyReader.keys(of: scalars("\u{1B}q")) == [.escape, .character("q")])
    #expect(KeyReader.keys(of: scalars("\u{1B}[")) == [.escape, .character("[")])
  }

  @Test func swallowsSequencesItDoesNotKnow() {
    #expect(KeyReader.keys(of: scalars("\u{1B}[1;9Zj")) == [.character("j")])
    #expect(KeyReader.keys(of: scalars("\u{1B}OQ\u{1B}[200~k")) == [.character("k")])
    #expect(KeyReader.keys(of: scalars("\u{1B}[12")) == [])
  }

  @Test func leavesOutCodesWithoutAMeaning() {
    #expect(KeyReader.keys(of: [.code(KEY_RESIZE), .code(KEY_MOUSE), .scalar(0), .scalar(0x9B)]) == [])
  }
}
