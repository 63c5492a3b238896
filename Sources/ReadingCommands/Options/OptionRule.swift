/// What an option is called, what it takes, and how that is read; the same for a flag, for the environment and for
/// the configuration file.
package struct OptionRule<Value>: Sendable {
  /// The name without dashes.
  package let name: String
  /// What it takes, to be read after "give".
  package let expected: String
  /// Values of the variable that are meant for another command's option of the same name.
  package let elsewhere: Set<String>
  /// The sorts of values that the configuration file may give.
  package let kinds: Set<ConfigurationKind>
  /// What a text of it names, so that `~/` in it is the home.
  package let place: HomeFolder.Place
  /// What stands between several values in the environment; `nil` where the whole text is one.
  package let separator: Character?
  /// The value that a text means, or `nil`.
  package let parse: @Sendable (String) -> Value?

  /// A rule.
  package init(
    name: String, expected: String, elsewhere: Set<String> = [], kinds: Set<ConfigurationKind> = [.text],
    place: HomeFolder.Place = .nowhere, separator: Character? = nil, parse: @escaping @Sendable (String) -> Value?
  ) {
    self.name = name
    self.expected = expected
    self.elsewhere = elsewhere
    self.kinds = kinds
    self.place = place
    self.separator = separator
    self.parse = parse
  }

  /// `--stale-after`.
  package var flag: String { "--" + name }
  /// `stale_after`, as in the configuration file.
  package var key: String { name.map { $0 == "-" ? "_" : String($0) }.joined() }
  /// `SLOTWATCH_STALE_AFTER`.
  package var variable: String { "SLOTWATCH_" + key.uppercased() }
}

extension OptionRule {
  /// An option that takes one of some words.
  package static func word(_ name: String, elsewhere: [String] = []) -> OptionRule
  where Value: RawRepresentable & CaseIterable & SendableMetatype, Value.RawValue == String {
    let words = Value.allCases.map(\.rawValue)
    let expected = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    let others = Set(elsewhere).subtracting(words)
    return OptionRule(name: name, expected: expected, elsewhere: others) { Value(rawValue: $0) }
  }
}

extension OptionRule<Int> {
  /// An option that takes a whole number of a range.
  package static func whole(_ name: String, _ unit: String, _ range: ClosedRange<Int>) -> OptionRule {
    let limits = "from \(range.lowerBound) to \(range.upperBound)"
    let expected = "a whole number\(unit.isEmpty ? "" : " of " + unit) \(limits)"
    return OptionRule(name: name, expected: expected, kinds: [.whole]) { text in
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text) else { return nil }
      return range.contains(value) ? value : nil
    }
  }
}

extension OptionRule<Double> {
  /// An option that takes a share: `5%` or `0.05`.
  package static func share(_ name: String) -> OptionRule {
    let expected = "a share such as 5% or 0.05, from 0.01% to 100%"
    return OptionRule(name: name, expected: expected, kinds: [.text, .decimal, .whole]) { text in
      let isPercent = text.hasSuffix("%")
      let digits = isPercent ? text.dropLast() : text[...]
      let isPlain = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
      guard isPlain, let number = Double(digits) else { return nil }
      let share = isPercent ? number / 100 : number
      return share >= 0.0001 && share <= 1 ? share : nil
    }
  }
}

extension OptionRule<Bool> {
  /// An option that is on or off; as a flag it has no value.
  package static func toggle(_ name: String) -> OptionRule {
    OptionRule(name: name, expected: "1, true or yes, or 0, false or no", kinds: [.truth]) { text in
      switch text.lowercased() {
      case "1", "true", "yes": true
      case "0", "false", "no": false
      default: nil
      }
    }
  }
}

extension OptionRule<String> {
  /// An option that takes a text, never an empty one.
  package static func text(
    _ name: String, _ expected: String, place: HomeFolder.Place = .nowhere
  ) -> OptionRule {
    OptionRule(name: name, expected: expected, place: place) { $0.isEmpty ? nil : $0 }
  }
}

/// The sorts of values that a configuration file can give for a key.
package enum ConfigurationKind: Hashable, Sendable {
  case text, whole, decimal, truth, texts, other
}
