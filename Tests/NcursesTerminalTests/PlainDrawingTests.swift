import CTerminal
import Testing

/// What goes to the terminal in place of what ncurses drew.
@Suite struct PlainDrawingTests {
  private func plain(_ drawing: String) -> String {
    let bytes = drawing.utf8.map { CChar(bitPattern: $0) }
    var result = [CChar](repeating: 0, count: ct_filter_output(nil, bytes, bytes.count))
    let written = ct_filter_output(&result, bytes, bytes.count)
    #expect(written == result.count)
    return String(decoding: result.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test(arguments: [
    (drawn: "abc ▁▂▃ Пленка", sent: "abc ▁▂▃ Пленка"),
    (drawn: "", sent: ""),
    (drawn: "\u{1B}(B\u{1B}[0;1m500\u{1B}(B\u{1B}[m", sent: "\u{1B}[0;1m500\u{1B}[m"),
    (drawn: "\u{1B}[38;5;245m20\u{1B}[39m\u{1B}(B\u{1B}[m", sent: "\u{1B}[38;5;245m20\u{1B}[m"),
    (drawn: "\u{1B}[39m\u{1B}[7mLOST", sent: "\u{1B}[39m\u{1B}[7mLOST"),
    (drawn: "\u{1B}[5;9r\u{1B}[9d\u{1B}[3S\u{1B}[r", sent: "\u{1B}[5;9r\u{1B}[9d\n\n\n\u{1B}[r"),
    (drawn: "a-\u{1B}[6b|\u{1B}[2bx", sent: "a-------|||x"),
    (drawn: "\u{1B}[2b", sent: ""),
    (drawn: "\u{1B}[2T", sent: "\u{1B}M\u{1B}M"),
    (drawn: "\u{1B}[12;5H\u{1B}[K\u{1B}[?2026h", sent: "\u{1B}[12;5H\u{1B}[K\u{1B}[?2026h"),
    (drawn: "cut\u{1B}[39", sent: "cut\u{1B}[39"),
    (drawn: "cut\u{1B}", sent: "cut\u{1B}"),
  ])
  func leavesOutWhatChangesNothing(_ drawing: (drawn: String, sent: String)) {
    #expect(plain(drawing.drawn) == drawing.sent)
  }
}
