/// Makes wrong inputs of good ones: what a careless program, a broken line or an attacker would send.
package struct Mutator: Sendable {
  /// Words that mean something to the reader.
  package var words: [[UInt8]]
  /// The longest input that is made, in bytes.
  package var maxBytes: Int

  /// A mutator that knows these words of a format besides those of all formats.
  package init(words: [String] = [], maxBytes: Int = 16 << 10) {
    self.words = (words + Self.commonWords).map { Array($0.utf8) } + Self.commonBytes
    self.maxBytes = maxBytes
  }

  /// Numbers at limits, marks, and characters that deceive or combine.
  private static let commonWords = [
    "0", "1", "-1", "-0", "00", "9", "127", "128", "255", "256", "65535", "65536", "2147483647", "2147483648",
    "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    "18446744073709551616", "1e400", "-1e-400", "1e18", "0.5", "3e2", "NaN", "inf", "null", "true", "false", "\"", "'",
    "\\", "\\u0000", "\\ud83d\\ude00", "\\ud800", "\\u0041", "{", "}", "[", "]", "{}", "[]", ",", ":", "=", "#", "%",
    "%00", "%2", "/", "..", "?", "*", "\n", "\r", "\r\n", "\t", " ", "\u{0}", "\u{7F}", "\u{85}", "\u{9B}", "\u{AD}",
    "\u{200B}", "\u{200D}", "\u{202E}", "\u{2028}", "\u{FEFF}", "\u{FFFD}", "\u{FFFF}", "\u{10FFFF}", "\u{301}",
    "e\u{301}", "é", "\u{212B}", "İ", "ß", "中", "😀", "👩‍👧", "🇩🇪", "\u{E0041}", "\u{3164}", "\u{1B}[31m",
  ]

  /// Bytes that are no text.
  private static let commonBytes: [[UInt8]] = [
    [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80], [0x9B], [0x1F, 0x8B],
    Array(repeating: 0, count: 32),
  ]

  /// An input made of `pool`, which has one at least: one of them with some changes.
  package func input(from pool: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
    guard var bytes = pool.randomElement(using: &random) else { return [] }
    // Mostly few changes: many at once are refused at the first one.
    let changes = [0, 1, 1, 1, 2, 2, 3, 5, 12].randomElement(using: &random) ?? 1
    for _ in 0..<changes { change(&bytes, pool, &random) }
    return Array(bytes.prefix(maxBytes))
  }

  private func change(_ bytes: inout [UInt8], _ pool: [[UInt8]], _ random: inout SeededGenerator) {
    let start = Int.random(in: 0...bytes.count, using: &random)
    let length = [1, 1, 2, 4, 8, 32, 256].randomElement(using: &random) ?? 1
    let range = start..<min(start + Int.random(in: 0...length, using: &random), bytes.count)
    switch Int.random(in: 0..<12, using: &random) {
    case 0 where start < bytes.count: bytes[start] ^= 1 << UInt8.random(in: 0...7, using: &random)
    case 1 where start < bytes.count: bytes[start] = .random(in: .min ... .max, using: &random)
    case 2: bytes.insert(.random(in: .min ... .max, using: &random), at: start)
    case 3: bytes.removeSubrange(range)
    case 4: bytes.insert(contentsOf: bytes[range], at: Int.random(in: 0...bytes.count, using: &random))
    case 5: repeatRange(&bytes, range, &random)
    case 6: splice(&bytes, at: start, pool, &random)
    case 7 where Int.random(in: 0..<4, using: &random) == 0: bytes.removeSubrange(start...)
    case 8: changeNumber(&bytes, from: start, &random)
    case 9: bytes.replaceSubrange(range, with: word(&random))
    default: bytes.insert(contentsOf: word(&random), at: start)
    }
  }

  private func word(_ random: inout SeededGenerator) -> [UInt8] { words.randomElement(using: &random) ?? [] }

  private func repeatRange(_ bytes: inout [UInt8], _ range: Range<Int>, _ random: inout SeededGenerator) {
    let piece = Array(bytes[range])
    let times = [2, 3, 16, 70, 300].randomElement(using: &random) ?? 2
    guard piece.count * times <= maxBytes else { return }
    bytes.insert(contentsOf: (0..<times).flatMap { _ in piece }, at: range.lowerBound)
  }

  /// The beginning of one and the end, or a part, of another.
  private func splice(_ bytes: inout [UInt8], at place: Int, _ pool: [[UInt8]], _ random: inout SeededGenerator) {
    guard let other = pool.randomElement(using: &random) else { return }
    let from = Int.random(in: 0...other.count, using: &random)
    if Bool.random(using: &random) {
      bytes.replaceSubrange(place..., with: other[from...])
    } else {
      bytes.insert(contentsOf: other[from..<Int.random(in: from...other.count, using: &random)], at: place)
    }
  }

  /// Another number for the first one after a place.
  private func changeNumber(_ bytes: inout [UInt8], from place: Int, _ random: inout SeededGenerator) {
    func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.endIndex
    let old = Int(String(decoding: bytes[start..<end], as: UTF8.self)) ?? 0
    let new = [old &+ 1, old &- 1, old &* 10, 0, .random(in: 0...99, using: &random), .max - 1, .max, .min]
    bytes.replaceSubrange(start..<end, with: String(new.randomElement(using: &random) ?? 0).utf8)
  }
}
