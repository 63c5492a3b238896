/// The names that rotation gives to a file.
///
/// logrotate: `app.log.1`, `app.log-20261128`, `app-20261128.log`, each also packed; Python's handlers:
/// `app.log.2026-11-28_12`; rotatelogs: `app.log.1795910400`; svlogd and multilog: `@4000…` beside `current`.
struct RotatedNames: Sendable {
  private let name: String
  /// Names with the same words around their numbers are of the same family; learned from other names of the file.
  private var patterns: Set<String> = []
  /// Those names without the number at their end: the first file of a ring has none.
  private var bases: Set<String> = []

  /// The family of a file of this name.
  init(of name: String) { self.name = name }

  /// Learns that the file has this name, too.
  mutating func learn(_ other: String) {
    guard other != name else { return }
    if let pattern = Self.pattern(of: other) { patterns.insert(pattern) }
    bases.insert(Self.base(of: other))
  }

  /// Whether a file of this name may hold what the file held before.
  func contains(_ given: String) -> Bool {
    let ending = Packing.endings.first { given.hasSuffix($0) } ?? ""
    let other = given.dropLast(ending.count)
    if other == name { return !ending.isEmpty }
    if other.hasPrefix(name), Self.isMark(other.dropFirst(name.count)) { return true }
    if bases.contains(where: { other == $0 || other.hasPrefix($0) && Self.isMark(other.dropFirst($0.count)) }) {
      return true
    }
    if let dot = name.lastIndex(of: "."), dot != name.startIndex, other.hasSuffix(name[dot...]),
      other.hasPrefix(name[..<dot]), other.count > name.count,
      Self.isMark(other.dropFirst(name[..<dot].count).dropLast(name[dot...].count), digits: Self.dateDigits)
    {
      return true
    }
    if name == "current", other.first == "@", other.dropFirst().prefix(Self.stampDigits).allSatisfy(\.isHexDigit) {
      return other.count > Self.stampDigits
    }
    return Self.pattern(of: String(other)).map(patterns.contains) ?? false
  }

  /// The digits of a time that is exact to the second, as svlogd and multilog write it.
  private static let stampDigits = 16

  /// A date has so many; with fewer, `worker-2.log` beside `worker.log` is the log of another worker.
  private static let dateDigits = 8

  /// Whether this is what stands between a name and its number, or a date of so many digits where no dot precedes it.
  private static func isMark(_ rest: Substring, digits: Int = 1) -> Bool {
    guard let first = rest.first, ".-_".contains(first) else { return false }
    let date = rest.dropFirst().prefix { $0.isNumber || $0 == "-" }
    return date.first?.isNumber == true && (first == "." || date.count { $0.isNumber } >= digits)
  }

  /// The name without a dot and a number at its end.
  private static func base(of name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    let number = name[name.index(after: dot)...]
    return !number.isEmpty && number.allSatisfy(\.isNumber) ? String(name[..<dot]) : name
  }

  /// The name with each number in it as 0; `nil` where it has none.
  private static func pattern(of name: String) -> String? {
    var pattern = ""
    var isInNumber = false
    for character in name {
      let isDigit = character.isASCII && character.isNumber
      if !isDigit { pattern.append(character) } else if !isInNumber { pattern.append("0") }
      isInNumber = isDigit
    }
    return pattern.contains("0") ? pattern : nil
  }
}
