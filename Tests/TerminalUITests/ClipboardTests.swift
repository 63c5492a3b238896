import Foundation
import Testing

@testable import TerminalUI

@Suite struct ClipboardTests {
  private func text(_ environment: [String: String], _ copied: String) -> String {
    String(decoding: TerminalAttention(environment: environment).copy(copied), as: UTF8.self)
  }

  @Test(arguments: ["", "a", "ab", "abc", "abcd", "Портрет 20:42–21:05\n", String(repeating: "x", count: 500)])
  func writesBase64(text: String) {
    #expect(String(decoding: Base64.encoded(Array(text.utf8)), as: UTF8.self) == Data(text.utf8).base64EncodedString())
  }

  @Test func aTerminalIsToldBySequence52() {
    #expect(text(["TERM": "xterm-256color"], "abc") == "\u{1B}]52;c;YWJj\u{07}")
    #expect(text(["TERM": "tmux-256color", "TMUX": "x"], "abc") == "\u{1B}Ptmux;\u{1B}\u{1B}]52;c;YWJj\u{07}\u{1B}\\")
  }

  @Test func screenGetsItInPieces() {
    let long = String(repeating: "ü", count: 400)
    let whole = text(["TERM": "screen"], long)
    #expect(whole.utf8.allSatisfy { $0 < 0x80 })
    let pieces = whole.components(separatedBy: "\u{1B}\\").dropLast()
    #expect(pieces.count > 3 && pieces.allSatisfy { $0.hasPrefix("\u{1B}P") && $0.utf8.count <= 242 })
    let joined = pieces.map { $0.dropFirst(2) }.joined()
    #expect(joined == "\u{1B}]52;c;\(Data(long.utf8).base64EncodedString())\u{07}")
  }

  @Test func nothingIsSentToWhatWouldShowItNorOfWhatIsTooLong() {
    #expect(text(["TERM": "linux"], "abc").isEmpty && text([:], "abc").isEmpty)
    #expect(text(["TERM": "xterm"], String(repeating: "x", count: TerminalAttention.maxCopied + 1)).isEmpty)
    #expect(!text(["TERM": "xterm"], String(repeating: "x", count: TerminalAttention.maxCopied)).isEmpty)
  }
}
