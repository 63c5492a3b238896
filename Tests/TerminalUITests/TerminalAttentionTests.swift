import Testing

@testable import TerminalUI

@Suite struct TerminalAttentionTests {
  private func sent(_ environment: [String: String], _ title: String = "slotwatch", _ text: String = "text") -> String {
    String(decoding: TerminalAttention(environment: environment).notification(title: title, text: text), as: UTF8.self)
  }

  private static let iTerm = "\u{1B}]9;slotwatch: text\u{07}"
  private static let rxvt = "\u{1B}]777;notify;slotwatch;text\u{07}"

  @Test(arguments: [
    (["TERM": "xterm-256color"], iTerm), (["TERM": "xterm-kitty"], iTerm),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"], iTerm), (["TERM": "rxvt-unicode-256color"], rxvt),
    (["TERM": "foot"], rxvt), (["TERM": "xterm-256color", "VTE_VERSION": "7600"], rxvt),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"], rxvt), (["TERM": "xterm-ghostty"], rxvt),
    (["TERM": "linux"], ""), (["TERM": "dumb"], ""), (["TERM": "vt220"], ""), ([:], ""),
  ])
  func eachTerminalIsToldInItsOwnForm(environment: [String: String], expected: String) {
    #expect(sent(environment) == expected)
  }

  @Test func tmuxAndScreenHandItOn() {
    #expect(
      sent(["TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"])
        == "\u{1B}Ptmux;\u{1B}\u{1B}]9;slotwatch: text\u{07}\u{1B}\\")
    #expect(sent(["TERM": "screen-256color", "TMUX": "x"]).hasPrefix("\u{1B}Ptmux;"))
    #expect(sent(["TERM": "screen", "STY": "1.a"]) == "\u{1B}P\(Self.iTerm)\u{1B}\\")
    #expect(sent(["TERM": "screen-256color"]) == "\u{1B}P\(Self.iTerm)\u{1B}\\")
    #expect(sent(["TERM": "rxvt-unicode", "STY": "1.a"]) == "\u{1B}P\(Self.rxvt)\u{1B}\\")
  }

  @Test(arguments: ["\u{1B}]52;c;eA==\u{07}", "\u{9C}x\u{1B}\\", "a\u{0}\u{7}\n\r\t;b", "\u{202E}x;;", ""])
  func nothingInATextIsACommand(text: String) {
    for environment in [["TERM": "foot"], ["TERM": "xterm"], ["TERM": "xterm", "TMUX": "x"], ["TERM": "screen"]] {
      let bytes = sent(environment, text, text)
      let plain = sent(environment, "t", "t")
      func controls(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
      }
      #expect(controls(bytes) == controls(plain))
      #expect(bytes.count { $0 == ";" } == plain.count { $0 == ";" })
    }
  }

  @Test func aTextIsNeverTakenForAnotherCommand() {
    #expect(sent(["TERM": "xterm"], "4", "1") == "\u{1B}]9; 4: 1\u{07}")
    #expect(sent(["TERM": "xterm"], "", "4;1") == "\u{1B}]9; : 4,1\u{07}")
  }

  @Test func aLongTextIsCut() {
    let long = String(repeating: "ж", count: 5_000)
    let bytes = TerminalAttention(environment: ["TERM": "xterm"]).notification(title: long, text: long)
    #expect(bytes.count < 768 && String(decoding: bytes, as: UTF8.self).contains("ж…: "))
  }

  /// The low byte of the first is ESC, and of the second a control character.
  @Test func screenIsSentNothingButASCII() {
    #expect(sent(["TERM": "screen"], "Л]52;c;x", "a–b") == "\u{1B}P\u{1B}]9;?]52,c,x: a?b\u{07}\u{1B}\\")
    let attention = TerminalAttention(environment: ["TERM": "xterm"], drawsUnicode: false)
    #expect(attention.notification(title: "é\u{301}", text: "–").allSatisfy { $0 < 0x80 })
  }

  @Test func theBellRingsOnceAMinuteAtMost() {
    var attention = TerminalAttention(environment: [:])
    let rings = [0, 1, 59.9, 60, 61, 119.9, 120, 500].map { attention.bell(at: .seconds($0)) == [0x07] }
    #expect(rings == [true, false, false, true, false, false, true, true])
  }
}
