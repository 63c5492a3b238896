import Testing

@testable import TerminalUI

@Suite struct ASCIITests {
  private func ascii(_ text: String) -> String {
    var surface = Surface(size: Size(columns: 60, rows: 1))
    surface.put(text, row: 0, column: 0)
    return surface.inASCII().line(0)
  }

  @Test func drawsBarsAsAScaleOfTheirOwn() {
    #expect(ascii("▁▂▃▄▅▆▇█┆█") == "_.-:=+*#|#")
  }

  @Test func drawsMarksAndQuotesAlike() {
    #expect(ascii("17.2↑ ↓ › ‹ – — × ↺ · … « » “x” ’ ░") == "17.2^ v > < - - x r o ~ \" \" \"x\" ' %")
  }

  @Test func keepsEveryCharacterInItsCells() {
    #expect(ascii("a字幕b é e\u{301} Пл") == "a????b ? e ??")
  }

  @Test func leavesNothingButASCII() {
    for value in stride(from: UInt32(0x80), to: 0x20000, by: 7) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect(ascii("[" + String(Character(scalar)) + "]").utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
  }

  @Test func keepsStyles() {
    var surface = Surface(size: Size(columns: 4, rows: 1))
    surface.put("字█", row: 0, column: 0, style: .critical)
    let plain = surface.inASCII()
    #expect((0..<3).allSatisfy { plain[0, $0].style == .critical && plain[0, $0].width == 1 })
  }
}
