import FoundationEssentials

/// Appends one compact JSON text to bytes.
///
/// It puts the commas; the caller opens, closes and names in the right order. Text is kept as it is, except that
/// quotes, backslashes and control characters (C0, DEL, C1) are escaped.
package struct JSONWriter: Sendable {
  /// What was written so far, valid UTF-8.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// A writer that has written nothing.
  package init() {}

  /// Writes an object with the members that `body` writes.
  package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    begin(0x7B)
    try body(&self)
    end(0x7D)
  }

  /// Writes an array with the values that `body` writes.
  package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
    begin(0x5B)
    try body(&self)
    end(0x5D)
  }

  /// Writes a key; its value comes next.
  package mutating func key(_ key: String) {
    text(key)
    bytes.append(0x3A)
    needsComma = false
  }

  /// Writes a text.
  package mutating func value(_ value: String) { text(value) }

  /// Writes a whole number.
  package mutating func value(_ value: Int) { raw(String(value)) }

  /// Writes a number in the shortest form that reads back the same; what JSON has no number for becomes `null`.
  package mutating func value(_ value: Double) { raw(value.isFinite ? "\(value)" : "null") }

  /// Writes `true` or `false`.
  package mutating func value(_ value: Bool) { raw(value ? "true" : "false") }

  /// Writes an instant as RFC 3339 in UTC.
  package mutating func value(_ value: Date) { text(RFC3339.format(value)) }

  /// Writes `null`.
  package mutating func null() { raw("null") }

  /// Writes a key and its text, or `null`.
  package mutating func member(_ key: String, _ value: String?) { member(key, value) { $0.value($1) } }

  /// Writes a key and its whole number, or `null`.
  package mutating func member(_ key: String, _ value: Int?) { member(key, value) { $0.value($1) } }

  /// Writes a key and its number, or `null`.
  package mutating func member(_ key: String, _ value: Double?) { member(key, value) { $0.value($1) } }

  /// Writes a key and its `true` or `false`, or `null`.
  package mutating func member(_ key: String, _ value: Bool?) { member(key, value) { $0.value($1) } }

  /// Writes a key and its instant, or `null`.
  package mutating func member(_ key: String, _ value: Date?) { member(key, value) { $0.value($1) } }

  /// Ends a line, between two texts or after the last one.
  package mutating func newline() {
    bytes.append(0x0A)
    needsComma = false
  }

  private mutating func member<Value>(_ key: String, _ value: Value?, _ write: (inout JSONWriter, Value) -> Void) {
    self.key(key)
    if let value { write(&self, value) } else { null() }
  }

  private mutating func begin(_ byte: UInt8) {
    comma()
    bytes.append(byte)
    needsComma = false
  }

  private mutating func end(_ byte: UInt8) {
    bytes.append(byte)
    needsComma = true
  }

  private mutating func comma() {
    if needsComma { bytes.append(0x2C) }
    needsComma = true
  }

  private mutating func raw(_ text: String) {
    comma()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func text(_ text: String) {
    comma()
    bytes.append(0x22)
    for character in text.unicodeScalars { append(character) }
    bytes.append(0x22)
  }

  private mutating func append(_ character: Unicode.Scalar) {
    switch character {
    case "\"": bytes.append(contentsOf: [0x5C, 0x22])
    case "\\": bytes.append(contentsOf: [0x5C, 0x5C])
    case "\n": bytes.append(contentsOf: [0x5C, 0x6E])
    case "\r": bytes.append(contentsOf: [0x5C, 0x72])
    case "\t": bytes.append(contentsOf: [0x5C, 0x74])
    case "\0"..<" ", "\u{7F}"..."\u{9F}":
      let digits = Array("0123456789abcdef".utf8)
      let value = Int(character.value)
      bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30, digits[value >> 4], digits[value & 15]])
    default: bytes.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
    }
  }
}
