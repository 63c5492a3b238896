/// Finds out where in a document a byte stands, as a JSON path: `$.windows.day.slots["slot-001"][3].errors`.
///
/// Readers keep no path while they read; this walks the document a second time, once something was found wrong.
package struct JSONPlace {
  private var scanner: JSONScanner
  private let target: Int

  private init(_ scanner: JSONScanner, target: Int) {
    self.scanner = scanner
    self.target = target
  }

  /// The path of the value that begins at `offset`, or of the nearest one around it.
  static func path(of offset: Int, in scanner: JSONScanner) -> String {
    var start = scanner
    start.cursor = 0
    start.depth = 0
    start.skipBlanks()
    var place = JSONPlace(start, target: offset)
    return (try? place.path("$", membersAreQuoted: false)) ?? "$"
  }

  /// The path of the target, which is the value at the cursor or lies in it.
  private mutating func path(_ path: String, membersAreQuoted: Bool) throws(JSONFailure) -> String {
    guard scanner.cursor < target else { return path }
    switch scanner.byte {
    case 0x7B: return try pathInObject(path, membersAreQuoted: membersAreQuoted)
    case 0x5B: return try pathInArray(path)
    default: return path
    }
  }

  private mutating func pathInObject(_ path: String, membersAreQuoted: Bool) throws(JSONFailure) -> String {
    try scanner.open()
    var isFirst = true
    while try scanner.nextMember(isFirst: &isFirst) {
      let key = scanner.string(try scanner.text())
      try scanner.colon()
      let member = path + Self.step(key, isQuoted: membersAreQuoted)
      if try holdsTarget() { return try self.path(member, membersAreQuoted: key == "slots") }
    }
    return path
  }

  private mutating func pathInArray(_ path: String) throws(JSONFailure) -> String {
    try scanner.open()
    var isFirst = true
    var index = 0
    while try scanner.nextElement(isFirst: &isFirst) {
      if try holdsTarget() { return try self.path("\(path)[\(index)]", membersAreQuoted: false) }
      index += 1
    }
    return path
  }

  /// Passes the value at the cursor, unless the target is in it or it is malformed: then the cursor stays.
  private mutating func holdsTarget() throws(JSONFailure) -> Bool {
    var ahead = scanner
    guard (try? ahead.skipValue()) != nil, ahead.cursor <= target else { return true }
    scanner = ahead
    return false
  }

  /// How a key looks in a path: `.errors`, or `["slot-001"]` for ids and for what is not a plain name.
  static func step(_ key: String, isQuoted: Bool) -> String {
    let isName =
      !key.isEmpty && key.utf8.allSatisfy { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 == 0x5F || $0 &- 0x30 <= 9 }
    return isName && !isQuoted ? ".\(key)" : "[\(quoted(key))]"
  }

  /// The most characters of a value that a text shows.
  package static let maxQuotedCharacters = 40

  /// The text in quotes, cut with `…` where it is long.
  package static func quoted(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(maxQuotedCharacters)
    let isCut = shown.endIndex < text.unicodeScalars.endIndex
    var result = "\""
    for character in shown {
      if character == "\"" || character == "\\" { result.append("\\") }
      result.unicodeScalars.append(character)
    }
    return result + (isCut ? "…\"" : "\"")
  }

  /// The value at the cursor in words: a scalar as it is written, the others by their kind.
  static func describe(_ scanner: JSONScanner) -> String {
    var ahead = scanner
    let start = ahead.cursor
    switch ahead.byte {
    case 0x7B: return "an object"
    case 0x5B: return "a list"
    case 0x22:
      guard let text = try? ahead.text() else { return "a text" }
      return quoted(scanner.string(text))
    default:
      guard (try? ahead.skipValue()) != nil else { return "malformed" }
      let written = String(decoding: scanner.slice(start..<ahead.cursor), as: UTF8.self)
      return written.count > maxQuotedCharacters ? written.prefix(maxQuotedCharacters) + "…" : written
    }
  }
}
