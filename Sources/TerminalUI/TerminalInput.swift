/// What a terminal sends: keys, pasted text, and answers to what it was asked.
package enum TerminalInput: Hashable, Sendable {
  /// A key was pressed.
  case key(Key)
  /// Text was pasted, as it came; it may hold anything.
  case pasted(String)
  /// The terminal's background.
  case background(RGBColour)
  /// The terminal said what it is: it has answered all that it was asked before.
  case attributes
  /// Where the cursor stands, both from 1.
  case cursor(row: Int, column: Int)
}

/// A colour as a terminal tells it, each part from 0 to 1.
package struct RGBColour: Hashable, Sendable {
  /// The red part.
  package var red: Double
  /// The green part.
  package var green: Double
  /// The blue part.
  package var blue: Double

  /// The colour that `text` names in the words of X11: `rgb:ffff/ffff/ffff`, `rgba:…` or `#ffffff`; nil for other text.
  package init?(x11 text: some StringProtocol) {
    let parts: [Double?]
    if text.hasPrefix("#") {
      let digits = Array(text.dropFirst())
      guard !digits.isEmpty, digits.count % 3 == 0 else { return nil }
      let length = digits.count / 3
      parts = (0..<3).map { Self.part(String(digits[$0 * length..<($0 + 1) * length])) }
    } else if text.hasPrefix("rgb:") || text.hasPrefix("rgba:"), let colon = text.firstIndex(of: ":") {
      parts = text[colon...].dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { Self.part($0) }
    } else {
      return nil
    }
    guard parts.count >= 3, let red = parts[0], let green = parts[1], let blue = parts[2] else { return nil }
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// Whether dark text is what reads on it.
  package var isLight: Bool { 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 }

  /// One to four hexadecimal digits, of which `f`, `ff`, `fff` and `ffff` are all of it.
  private static func part(_ digits: some StringProtocol) -> Double? {
    guard (1...4).contains(digits.utf8.count), let value = UInt16(digits, radix: 16) else { return nil }
    return Double(value) / Double(1 << (4 * digits.utf8.count) - 1)
  }
}
