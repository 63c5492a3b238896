import CNcurses
import TerminalUI
import Testing

/// What we think a scalar takes must be what the C library, and so ncurses and most emulators, think.
@Suite struct WidthTests {
  /// Where we may differ, since Unicode changed its mind and older libraries did not: trigrams, digrams, the counting rods
  /// and symbols of the Tai Xuan Jing are wide since Unicode 16, and an Ahom vowel sign takes a column since Unicode 15.
  private static let unsettled: [ClosedRange<UInt32>] = [
    0x2630...0x2637, 0x268A...0x268F, 0x1D300...0x1D376, 0x1171E...0x1171E,
  ]

  @Test func agreesWithTheCLibrary() throws {
    let old = try #require(setlocale(LC_CTYPE, nil).map { String(cString: $0) })
    try #require(setlocale(LC_CTYPE, "C.UTF-8") != nil)
    defer { setlocale(LC_CTYPE, old) }
    var differing: [String] = []
    for value in UInt32(0x20)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = TerminalText.neutralised("a" + String(Character(scalar))).unicodeScalars.dropFirst()
      // What is replaced, dropped or made a blank never gets there.
      guard text.first == scalar else { continue }
      let ours = TerminalText.width("a" + String(Character(scalar))) - 1
      let library = cn_width(wchar_t(value))
      // Unknown to a library of an older Unicode version: such a cell is drawn as a question mark.
      let isJustified = library < 0 || Self.unsettled.contains { $0.contains(value) }
      if Int(library) != ours && !isJustified {
        differing.append("U+\(String(value, radix: 16, uppercase: true)) ours \(ours) library \(library)")
      }
    }
    #expect(differing.isEmpty, "\(differing.count): \(differing.prefix(20))")
  }
}
