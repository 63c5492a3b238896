/// The path and the query of a request.
struct RequestTarget: Sendable {
  /// The path, percent escapes still in it.
  let path: Substring
  private var values: [String: String] = [:]

  /// Splits what stands in the request's first line.
  init(_ text: String) {
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts.first ?? "/"
    for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : "") else {
        continue
      }
      values[name] = value
    }
  }

  /// The value of a name.
  subscript(_ name: String) -> String? { values[name] }

  /// A text with its percent escapes replaced; `nil` where one is malformed or the result is not UTF-8.
  static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
      guard digits.count == 2 else { return nil }
      let value = UInt8(digits[0] << 4 | digits[1])
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
