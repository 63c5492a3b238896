import Testing

@testable import TerminalUI

@Suite struct HostileTextTests {
  @Test(arguments: [
    "\u{0}", "\u{7}", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{AD}", "\u{61C}", "\u{200B}", "\u{200E}", "\u{202A}",
    "\u{202E}", "\u{2028}", "\u{2029}", "\u{2060}", "\u{2066}", "\u{2069}", "\u{FEFF}", "\u{E0041}", "\u{E007F}",
    "\u{E000}", "\u{F8FF}", "\u{FFFE}", "\u{10FFFF}", "\u{3164}", "\u{115F}", "\u{FFA0}", "\u{FFF9}",
    "\u{1160}", "\u{2800}", "\u{303F}", "\u{FFFC}", "\u{13441}", "\u{13442}", "\u{1D159}", "\u{180E}",
  ])
  func replacesWhatCouldDeceive(_ character: String) {
    #expect(TerminalText.neutralised("a" + character + "b") == "a\u{FFFD}b")
    #expect(TerminalText.width(character) == 1)
  }

  @Test(arguments: [
    "\u{200D}", "\u{200C}", "\u{FE0F}", "\u{FE0E}", "\u{E0100}", "\u{34F}", "\u{180B}", "\u{17B4}", "\u{16FE4}",
    "\u{2D7F}",
  ])
  func leavesOutWhatOnlyJoins(_ character: String) {
    #expect(TerminalText.neutralised("a" + character + "b") == "ab")
    #expect(TerminalText.width("a" + character + "b") == 2)
  }

  @Test(arguments: ["\n", "\r", "\t", "\u{A0}", "\u{2003}", "\u{3000}", "\u{1680}"])
  func makesABlankOfEverySpace(_ character: String) {
    #expect(TerminalText.neutralised("a" + character + "b") == "a b")
  }

  @Test func leavesPlainTextAlone() {
    #expect(TerminalText.neutralised("slot-001 Пленка 90-х «字幕» ▁▂▃┆") == "slot-001 Пленка 90-х «字幕» ▁▂▃┆")
    #expect(TerminalText.neutralised("") == "")
  }

  @Test func measuresEmojiScalarByScalar() {
    #expect(TerminalText.width("👩‍👧") == 4)
    #expect(TerminalText.neutralised("👩‍👧") == "👩👧")
  }

  @Test func measuresNothingForALeadingMark() {
    #expect(TerminalText.width("\u{301}ab") == 2)
    #expect(TerminalText.neutralised("\u{301}ab") == "ab")
  }

  @Test func letsNothingThroughThatIsNotMeasured() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = TerminalText.neutralised("a" + String(Character(scalar)) + "b")
      let category = text.unicodeScalars.dropFirst().dropLast().map(\.properties.generalCategory)
      let isHarmless = category.allSatisfy {
        ![.control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator].contains($0)
      }
      #expect(isHarmless && text.unicodeScalars.count <= 3, "U+\(String(value, radix: 16))")
    }
  }

  @Test func putsMeasuresAndNeutralisesAlike() {
    var generator = Sequence(state: 1)
    for _ in 0..<3000 {
      let text = generator.text()
      let width = TerminalText.width(text)
      var surface = Surface(size: Size(columns: 80, rows: 1))
      #expect(surface.put(text, row: 0, column: 0) == width)
      let clean = TerminalText.neutralised(text)
      #expect(TerminalText.width(clean) == width)
      #expect(TerminalText.neutralised(clean) == clean)
      #expect(TerminalText.width(TerminalText.fitted(text, width: 17)) == 17)
      #expect(TerminalText.width(TerminalText.fitted(text, width: 9, trailing: true)) == 9)
    }
  }

  @Test func keepsEveryRowWholeWhateverIsDrawnOverIt() {
    var generator = Sequence(state: 2)
    var surface = Surface(size: Size(columns: 24, rows: 1))
    for _ in 0..<3000 {
      let width = generator.next(12)
      surface.put(generator.text(), row: 0, column: generator.next(34) - 6, width: width == 0 ? nil : width)
      let widths = (0..<24).map { surface[0, $0].width }
      for (column, width) in widths.enumerated() {
        #expect((width == 2) == (column < 23 && widths[column + 1] == 0))
      }
      #expect(widths[0] != 0)
    }
  }
}

/// Reproducible texts full of what goes wrong.
private struct Sequence {
  var state: UInt64

  mutating func next(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }

  mutating func text() -> String {
    let scalars: [Unicode.Scalar] = [
      "a", "Я", "字", "👩", "\u{301}", "\u{302}", "\u{200D}", "\u{202E}", "\u{1B}", "\n", "\u{1161}", "ｱ", "\u{3000}",
      "▁",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<next(14) { text.append(scalars[next(scalars.count)]) }
    return String(text)
  }
}
