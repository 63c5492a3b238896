/// Text as a terminal draws it: measured in columns, and harmless.
package enum TerminalText {
  /// What stands in the place of a character that must not reach a terminal.
  static let replacement: Unicode.Scalar = "\u{FFFD}"

  /// The columns `text` takes once neutralised; 0 for the empty text.
  package static func width(_ text: some StringProtocol) -> Int { width(String(text)) }

  /// The columns `text` takes once neutralised; 0 for the empty text.
  package static func width(_ text: String) -> Int {
    var text = text
    return text.withUTF8 { bytes in
      isPlain(bytes) ? bytes.count : measured(bytes)
    }
  }

  /// `text` without anything that could move, hide, reorder or command.
  ///
  /// Controls, C1, bidi controls, invisible and tag characters, line separators, private use and unassigned scalars become
  /// U+FFFD. Joiners and variation selectors are left out, since emoji are drawn scalar by scalar. Tabs, line ends and
  /// other spaces become a blank. Combining marks with nothing before them are left out.
  package static func neutralised(_ text: some StringProtocol) -> String { neutralised(String(text)) }

  /// `text` without anything that could move, hide, reorder or command.
  package static func neutralised(_ text: String) -> String {
    var text = text
    let cleaned: String? = text.withUTF8 { bytes in
      isPlain(bytes) ? nil : clean(bytes, width: nil).text
    }
    return cleaned ?? text
  }

  /// `text` neutralised in exactly `width` columns: cut with `…` where too wide, else padded with blanks.
  ///
  /// With `trailing` the text stands at the right end, as numbers do; a cut text keeps its beginning all the same. A width
  /// of 0 or less gives the empty text.
  package static func fitted(_ text: some StringProtocol, width: Int, trailing: Bool = false) -> String {
    fitted(String(text), width: width, trailing: trailing)
  }

  /// `text` neutralised in exactly `width` columns: cut with `…` where too wide, else padded with blanks.
  package static func fitted(_ text: String, width: Int, trailing: Bool = false) -> String {
    guard width > 0 else { return "" }
    var text = text
    return text.withUTF8 { bytes in
      var (result, columns, whole) = clean(bytes, width: width)
      if !whole {
        (result, columns, _) = clean(bytes, width: width - 1)
        result += "…"
        columns += 1
      }
      let padding = String(repeating: " ", count: width - columns)
      return trailing ? padding + result : result + padding
    }
  }

  /// Whether all of `bytes` are printable ASCII.
  private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.allSatisfy { $0 &- 0x20 < 0x5F }
  }

  private static func measured(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var reader = ScalarReader(bytes)
    var columns = 0
    while let value = reader.next() {
      switch ScalarClass(of: value) {
      case .narrow, .replaced, .blank: columns += 1
      case .wide: columns += 2
      case .zero, .dropped: break
      }
    }
    return columns
  }

  /// The neutralised beginning of a text that fits in `width` columns, and whether that is all of it.
  private static func clean(
    _ bytes: UnsafeBufferPointer<UInt8>, width: Int?
  ) -> (text: String, columns: Int, whole: Bool) {
    let limit = width ?? .max
    var reader = ScalarReader(bytes)
    var result = String.UnicodeScalarView()
    var columns = 0
    while let value = reader.next() {
      let (scalar, advance) = drawn(value)
      guard let scalar, advance > 0 || columns > 0 else { continue }
      if columns + advance > limit { return (String(result), columns, false) }
      result.append(scalar)
      columns += advance
    }
    return (String(result), columns, true)
  }

  /// What is drawn for a scalar value, and its columns; nil where nothing is.
  @inline(__always)
  static func drawn(_ value: UInt32) -> (scalar: Unicode.Scalar?, columns: Int) {
    switch ScalarClass(of: value) {
    case .narrow: (Unicode.Scalar(value), 1)
    case .wide: (Unicode.Scalar(value), 2)
    case .zero: (Unicode.Scalar(value), 0)
    case .dropped: (nil, 0)
    case .replaced: (replacement, 1)
    case .blank: (" ", 1)
    }
  }
}
