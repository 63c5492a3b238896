/// A selector of series, such as `jobs_done_total{state="ok"}`: a name with matchers, and no expression.
package struct MetricSelector: Hashable, Sendable {
  /// The metric's name; empty where the matchers alone tell.
  package let name: String
  /// What stands between the braces; may be empty.
  package let matchers: String

  /// Reads a selector; `nil` for anything else.
  package init?(_ text: String) {
    var scanner = SelectorScanner(text)
    guard let selector = scanner.selector(), scanner.isAtEnd else { return nil }
    self = selector
  }

  init(name: String, matchers: String) {
    self.name = name
    self.matchers = matchers
  }

  /// The selector as it is sent.
  package var text: String { matchers.isEmpty ? name : "\(name){\(matchers)}" }

  /// The same for series that these matchers fit too.
  package func narrowed(by more: String?) -> MetricSelector {
    guard let more, !more.isEmpty else { return self }
    return MetricSelector(name: name, matchers: matchers.isEmpty ? more : "\(matchers),\(more)")
  }

  /// Whether a text is a list of matchers, such as `env="prod",team!~"a|b"`.
  package static func areMatchers(_ text: String) -> Bool {
    var scanner = SelectorScanner(text)
    return scanner.matchers() != nil && scanner.isAtEnd
  }

  /// Whether a text can be the name of a label.
  package static func isLabel(_ text: String) -> Bool {
    !text.isEmpty && !text.contains(":") && SelectorScanner.nameEnd(text.utf8[...]) == text.utf8.endIndex
  }

  /// A text as a value of a matcher, in quotes.
  package static func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    return "\"\(escaped)\""
  }
}

/// Selectors that are added up, some of them taken off: `A - B`.
package struct SelectorSum: Hashable, Sendable {
  /// One of them.
  package struct Term: Hashable, Sendable {
    /// What it selects.
    package var selector: MetricSelector
    /// Whether it is taken off.
    package var isTakenOff: Bool
  }

  /// All of them, the first one never taken off.
  package var terms: [Term]

  /// Reads selectors with `+` and `-` between them; `nil` for anything else.
  package init?(_ text: String) {
    var scanner = SelectorScanner(text)
    var terms: [Term] = []
    repeat {
      let sign = terms.isEmpty ? 0x2B : scanner.sign()
      guard let sign, let selector = scanner.selector() else { return nil }
      terms.append(Term(selector: selector, isTakenOff: sign == 0x2D))
    } while !scanner.isAtEnd
    self.terms = terms
  }

  /// The same with each selector changed.
  package func mapped(_ change: (MetricSelector) -> MetricSelector) -> SelectorSum {
    var sum = self
    for index in sum.terms.indices { sum.terms[index].selector = change(sum.terms[index].selector) }
    return sum
  }

  /// The sum as a person writes it.
  package var text: String {
    terms.enumerated().map { ($0 == 0 ? "" : $1.isTakenOff ? " - " : " + ") + $1.selector.text }.joined()
  }
}

/// A cursor over the text of selectors.
struct SelectorScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  /// Whether nothing but blanks is left.
  var isAtEnd: Bool { rest.allSatisfy(Self.isBlank) }

  /// Passes `+` or `-`.
  mutating func sign() -> UInt8? {
    skipBlanks()
    guard let byte = rest.first, byte == 0x2B || byte == 0x2D else { return nil }
    rest = rest.dropFirst()
    return byte
  }

  /// Passes a selector.
  mutating func selector() -> MetricSelector? {
    skipBlanks()
    let name = self.name()
    skipBlanks()
    guard take(0x7B) else { return name.isEmpty ? nil : MetricSelector(name: name, matchers: "") }
    guard let matchers = matchers(), take(0x7D), !name.isEmpty || !matchers.isEmpty else { return nil }
    return MetricSelector(name: name, matchers: matchers)
  }

  /// Passes matchers with commas between them, perhaps none.
  mutating func matchers() -> String? {
    var parts: [String] = []
    while true {
      skipBlanks()
      if rest.isEmpty || rest.first == 0x7D { return parts.joined(separator: ",") }
      guard let matcher = matcher() else { return nil }
      parts.append(matcher)
      skipBlanks()
      if !take(0x2C) { return rest.isEmpty || rest.first == 0x7D ? parts.joined(separator: ",") : nil }
    }
  }

  private mutating func matcher() -> String? {
    let label = name()
    skipBlanks()
    guard !label.isEmpty, let sign = ["=~", "!~", "!=", "="].first(where: { rest.starts(with: $0.utf8) }) else {
      return nil
    }
    rest = rest.dropFirst(sign.utf8.count)
    skipBlanks()
    guard let quote = rest.first, quote == 0x22 || quote == 0x27 else { return nil }
    var end = rest.index(after: rest.startIndex)
    while end < rest.endIndex, rest[end] != quote {
      guard rest[end] >= 0x20 else { return nil }
      end =
        rest.index(rest[end] == 0x5C ? rest.index(after: end) : end, offsetBy: 1, limitedBy: rest.endIndex)
        ?? rest.endIndex
    }
    guard end < rest.endIndex, let value = String(rest[...end]) else { return nil }
    rest = rest[rest.index(after: end)...]
    return label + sign + value
  }

  private mutating func name() -> String {
    let end = Self.nameEnd(rest)
    defer { rest = rest[end...] }
    return String(rest[..<end]) ?? ""
  }

  /// Where the name ends that begins here.
  static func nameEnd(_ text: Substring.UTF8View) -> Substring.UTF8View.Index {
    guard let first = text.first, !(0x30...0x39).contains(first) else { return text.startIndex }
    return text.firstIndex { !isOfName($0) } ?? text.endIndex
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x3A).contains(byte) || byte == 0x5F
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest = rest.dropFirst()
    return true
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private mutating func skipBlanks() { rest = rest.drop(while: Self.isBlank) }
}
