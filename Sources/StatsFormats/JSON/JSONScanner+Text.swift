extension JSONScanner {
  /// A text that was passed: the bytes between its quotes.
  package struct Text: Hashable, Sendable {
    /// The bytes between the quotes, valid UTF-8.
    package var range: Range<Int>
    /// Whether some of them are escapes.
    package var hasEscapes: Bool
  }

  /// Passes the text whose opening quote is at the cursor.
  package mutating func text() throws(JSONFailure) -> Text {
    cursor += 1
    let start = cursor
    var hasEscapes = false
    while true {
      skipPlainText()
      switch byte {
      case 0x22:
        cursor += 1
        return Text(range: start..<cursor - 1, hasEscapes: hasEscapes)
      case 0x5C:
        hasEscapes = true
        _ = try escape()
      case 0x80...:
        try multibyteCharacter()
      default:
        throw failure(.controlCharacter)
      }
    }
  }

  /// Moves to the next quote, backslash, control character or byte from 0x80, or to the end.
  @inline(__always)
  private mutating func skipPlainText() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    while cursor + 8 <= count {
      let word = word(at: cursor)
      // The high bit of a byte is set where that byte is 0 after the exclusive or, or below 0x20, or from 0x80.
      // A borrow can set bits above the first hit only, and the first one is all that is used.
      let quotes = word ^ (ones &* 0x22)
      let backslashes = word ^ (ones &* 0x5C)
      let hits =
        (((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | ((word &- ones &* 0x20) & ~word)
          | word) & highs
      if hits != 0 {
        cursor += hits.trailingZeroBitCount >> 3
        return
      }
      cursor += 8
    }
    while cursor < count, case let byte = base[cursor], byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C {
      cursor += 1
    }
  }

  /// Passes one escape, or the two of a surrogate pair, and returns its character.
  private mutating func escape() throws(JSONFailure) -> Unicode.Scalar {
    let start = cursor
    cursor += 1
    if byte != 0x75 {
      guard let character = Self.shortEscapes(byte) else { throw malformedEscape(at: start) }
      cursor += 1
      return character
    }
    cursor += 1
    let unit = try hexDigits(of: start)
    if let character = Unicode.Scalar(unit) { return character }
    guard unit < 0xDC00, try takeUnicodeEscape() else { throw JSONFailure(offset: start, fault: .loneSurrogate) }
    let low = try hexDigits(of: cursor - 2)
    guard (0xDC00...0xDFFF).contains(low),
      let character = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
    else { throw JSONFailure(offset: start, fault: .loneSurrogate) }
    return character
  }

  /// Passes the `\u` of the second half of a surrogate pair, if it is at the cursor.
  private mutating func takeUnicodeEscape() throws(JSONFailure) -> Bool {
    for expected: UInt8 in [0x5C, 0x75] {
      if cursor == count { throw failure(.unexpectedEnd) }
      guard byte == expected else { return false }
      cursor += 1
    }
    return true
  }

  private mutating func hexDigits(of escape: Int) throws(JSONFailure) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: throw malformedEscape(at: escape)
      }
      unit = unit << 4 | UInt32(digit)
      cursor += 1
    }
    return unit
  }

  private func malformedEscape(at start: Int) -> JSONFailure {
    cursor < count ? JSONFailure(offset: start, fault: .malformedEscape) : failure(.unexpectedEnd)
  }

  private static func shortEscapes(_ byte: UInt8) -> Unicode.Scalar? {
    switch byte {
    case 0x22: "\""
    case 0x5C: "\\"
    case 0x2F: "/"
    case 0x62: "\u{8}"
    case 0x66: "\u{C}"
    case 0x6E: "\n"
    case 0x72: "\r"
    case 0x74: "\t"
    default: nil
    }
  }

  /// Passes one character of two to four bytes: no overlong form, no surrogate, nothing above U+10FFFF.
  private mutating func multibyteCharacter() throws(JSONFailure) {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch byte {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: throw failure(.invalidUTF8)
    }
    for index in 1..<length {
      guard cursor + index < count else { throw JSONFailure(offset: count, fault: .unexpectedEnd) }
      guard (index == 1 ? second : 0x80...0xBF).contains(base[cursor + index]) else { throw failure(.invalidUTF8) }
    }
    cursor += length
  }

  /// The characters of a text that was passed.
  package func string(_ text: Text) -> String {
    guard text.hasEscapes else { return String(decoding: slice(text.range), as: UTF8.self) }
    return String(decoding: unescaped(text), as: UTF8.self)
  }

  /// The UTF-8 bytes of a text that was passed, its escapes replaced.
  func unescaped(_ text: Text) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.range.count)
    var copy = self
    copy.cursor = text.range.lowerBound
    while copy.cursor < text.range.upperBound {
      if copy.byte == 0x5C, let character = try? copy.escape() {
        bytes.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
      } else {
        bytes.append(copy.byte)
        copy.cursor += 1
      }
    }
    return bytes
  }
}
