import ReadingCommands
import SlotStats

/// A text that `slot set` keeps of a slot, called as in the configuration file.
struct SlotTextOption: Sendable {
  /// Which of a description's texts it is.
  let path: any WritableKeyPath<SlotDescription, String?> & Sendable
  /// What it is called, and takes.
  let rule: OptionRule<String>

  /// What it is called.
  var name: String { rule.name }

  /// Every one, in the order in which they are told.
  static let all = ConfigurationKey.descriptions.map { key, path in
    SlotTextOption(
      path: path,
      rule: OptionRule(name: key.name, expected: key.expected, parse: { key.accepts($0) ? $0 : nil }))
  }
}
