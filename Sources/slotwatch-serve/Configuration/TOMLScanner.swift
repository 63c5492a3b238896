/// Reads over the words of a TOML text without making values of them: keys are decoded, values are skipped.
///
/// It accepts more than TOML does; what it stops at is no TOML.
struct TOMLScanner {
  /// Why it stopped, and where.
  struct Stop: Error {
    /// The byte it stopped at.
    let offset: Int
    /// Why, where the parser's own words would not say it.
    var reason: String?
  }

  let bytes: [UInt8]
  private(set) var at = 0

  /// The most names of a dotted key, and the most arrays and tables within each other.
  static let maxDepth = 16

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The next byte; `nil` at the end.
  var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  /// Goes over `byte` if it is the next one.
  mutating func skip(_ byte: Character) -> Bool {
    guard next == byte.asciiValue else { return false }
    at += 1
    return true
  }

  /// Goes over `byte`, which must be the next one.
  mutating func expect(_ byte: Character) throws(Stop) {
    guard skip(byte) else { throw Stop(offset: at) }
  }

  /// Goes over blanks and tabs.
  mutating func skipBlanks() {
    while next == 0x20 || next == 0x09 { at += 1 }
  }

  /// Goes over blanks, line ends and comments.
  mutating func skipEmpty() {
    while let byte = next {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: at += 1
      case 0x23: skipLine()
      default: return
      }
    }
  }

  /// Goes to the end of a line on which nothing more stands.
  mutating func endLine() throws(Stop) {
    skipBlanks()
    if next == 0x23 { skipLine() }
    if next == 0x0D { at += 1 }
    guard next == nil || next == 0x0A else { throw Stop(offset: at) }
  }

  private mutating func skipLine() {
    while let byte = next, byte != 0x0A { at += 1 }
  }

  // MARK: Keys

  /// A key with its dots, up to what follows it.
  mutating func key() throws(Stop) -> [String] {
    var names: [String] = []
    repeat {
      skipBlanks()
      guard names.count < Self.maxDepth else { throw Stop(offset: at, reason: "a key has too many names") }
      names.append(try name())
      skipBlanks()
    } while skip(".")
    return names
  }

  /// Whether a name may begin here.
  var isAtName: Bool { next.map { Self.isBare($0) || $0 == 0x22 || $0 == 0x27 } ?? false }

  private mutating func name() throws(Stop) -> String {
    if next == 0x22 { return try basicText() }
    let start = at
    if skip("'") {
      while let byte = next, byte != 0x27, byte != 0x0A { at += 1 }
      try expect("'")
      return String(decoding: bytes[start + 1..<at - 1], as: UTF8.self)
    }
    while let byte = next, Self.isBare(byte) { at += 1 }
    guard at > start else { throw Stop(offset: at) }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }

  /// A text in quotes on one line, its escapes replaced.
  private mutating func basicText() throws(Stop) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = next, byte != 0x22, byte != 0x0A {
      at += 1
      if byte == 0x5C { text += try escape().utf8 } else { text.append(byte) }
    }
    try expect("\"")
    return String(decoding: text, as: UTF8.self)
  }

  private static let escapes: [Character: String] = [
    "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "\"": "\"", "\\": "\\",
  ]

  /// What follows a backslash. A zero would end the text for the parser, which is written in C++.
  private mutating func escape() throws(Stop) -> String {
    guard let byte = next else { throw Stop(offset: at) }
    at += 1
    let letter = Character(Unicode.Scalar(byte))
    guard letter == "u" || letter == "U" else { return Self.escapes[letter] ?? "" }
    let digits = bytes[at..<min(bytes.count, at + (letter == "u" ? 4 : 8))]
    guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(value)
    else { throw Stop(offset: at) }
    guard value != 0 else { throw Stop(offset: at - 2, reason: "a text holds no U+0000") }
    at += digits.count
    return String(scalar)
  }
}

// MARK: - Values

extension TOMLScanner {
  /// Goes over a value; the keys of inline tables, and those tables that stand in arrays, are handed to `seen` with the
  /// bytes that they and their values begin at.
  mutating func skipValue(depth: Int = 0, seen: (_ key: [String], _ offset: Int, _ value: Int) -> Void) throws(Stop) {
    guard depth < Self.maxDepth else { throw Stop(offset: at, reason: "arrays and tables are nested too deeply") }
    switch next {
    case 0x22, 0x27: try skipText()
    case 0x5B:
      at += 1
      var place = 0
      try skipItems(until: "]") { scanner throws(Stop) in
        // Shown a brace there, or a line end of Unicode, the parser ends the whole program.
        if let byte = scanner.next, byte == 0x7D || byte >= 0x80 {
          throw Stop(offset: scanner.at, reason: "this is no TOML: a value is expected")
        }
        defer { place += 1 }
        guard scanner.next == 0x7B else { return try scanner.skipValue(depth: depth + 1) { _, _, _ in } }
        let item = [TOMLOutline.item(place)]
        seen(item, scanner.at, scanner.at)
        try scanner.skipValue(depth: depth + 1) { seen(item + $0, $1, $2) }
      }
    case 0x7B:
      at += 1
      try skipItems(until: "}") { scanner throws(Stop) in
        let offset = scanner.at
        let key = try scanner.key()
        try scanner.expect("=")
        scanner.skipBlanks()
        let value = scanner.at
        seen(key, offset, value)
        try scanner.skipValue(depth: depth + 1) { seen(key + $0, $1, $2) }
      }
    default: try skipBare()
    }
  }

  private mutating func skipItems(
    until end: Character, _ item: (inout TOMLScanner) throws(Stop) -> Void
  ) throws(Stop) {
    skipEmpty()
    while !skip(end) {
      try item(&self)
      skipEmpty()
      if skip(",") {
        skipEmpty()
      } else if next != end.asciiValue {
        throw Stop(offset: at)
      }
    }
  }

  /// `1979-05-27`; the parser does not count underscores.
  private static let dateLength = 10

  /// A number, a truth or a time.
  private mutating func skipBare() throws(Stop) {
    let start = at
    loop: while let byte = next {
      switch byte {
      case 0x2C, 0x5D, 0x7D, 0x23, 0x0A, 0x0D: break loop
      default: at += 1
      }
    }
    guard at > start else { throw Stop(offset: at) }
    // Behind a date the parser takes a digit for the beginning of an hour; where a blank, a comma or the like follows it,
    // the parser ends the whole program.
    guard let blank = bytes[start..<at].firstIndex(of: 0x20),
      bytes[start..<blank].count(where: { $0 != 0x5F }) == Self.dateLength
    else { return }
    let rest = bytes[blank..<at].dropFirst().prefix(2).map { (0x30...0x39).contains($0) }
    if rest.first == true, rest.last == false || rest.count == 1 {
      throw Stop(offset: blank + 1, reason: "this is no TOML: a single digit behind a blank")
    }
  }

  private mutating func skipText() throws(Stop) {
    let quote = bytes[at]
    let isBasic = quote == 0x22
    guard bytes[at...].prefix(3).allSatisfy({ $0 == quote }), at + 2 < bytes.count else {
      if isBasic { _ = try basicText() } else { _ = try name() }
      return
    }
    at += 3
    while let byte = next {
      at += 1
      if byte == 0x5C, isBasic {
        _ = try escape()
      } else if byte == quote, bytes[at...].prefix(2).elementsEqual([quote, quote]) {
        at += 2
        // Up to two quotes may stand before the three that end the text.
        for _ in 0..<2 where next == quote { at += 1 }
        return
      }
    }
    throw Stop(offset: at)
  }
}
