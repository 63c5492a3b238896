/// A text that stands in a configuration file, with its place.
package struct ConfiguredText: Hashable, Sendable {
  /// The text of a flag with this value.
  package let text: String
  /// The texts of a list.
  package let words: [String]
  /// Where it stands.
  package let origin: OptionOrigin

  /// A text, or the texts of a list.
  package init(_ text: String, words: [String] = [], _ origin: OptionOrigin) {
    self.text = text
    self.words = words
    self.origin = origin
  }
}

/// Finds each option's value: the flag, else the environment, else the configuration file, else nothing.
package struct OptionReader: Sendable {
  /// The environment's variables; an empty one counts as not set.
  package let environment: [String: String]
  /// What the command line gave.
  package var given: GivenOptions
  /// What a configuration file says, by the options' keys.
  package var configured: [String: ConfiguredText] = [:]

  /// A reader without a configuration file.
  package init(environment: [String: String], given: GivenOptions = GivenOptions()) {
    self.environment = environment
    self.given = given
  }

  /// The value of an option with its origin, or `nil` where it is given nowhere.
  /// - Parameters:
  ///   - rule: the option.
  ///   - flag: what the command line gave for it.
  /// - Returns: what the first level says that says anything.
  /// - Throws: a usage error for a flag that cannot be used, a configuration error for a variable.
  package func find<Value>(_ rule: OptionRule<Value>, flag: String?) throws(CommandFailure) -> OptionValue<Value>? {
    if let flag { return try value(rule, flag, .flag(rule.flag)) }
    if let text = variable(rule), !rule.elsewhere.contains(text) {
      return try value(rule, text, .environment(rule.variable))
    }
    return try configured[rule.key].map { text throws(CommandFailure) in try value(rule, text.text, text.origin) }
  }

  /// The same with what ``given`` holds for it.
  package func find<Value>(_ rule: OptionRule<Value>) throws(CommandFailure) -> OptionValue<Value>? {
    try find(rule, flag: given.values[rule.name])
  }

  /// The value of an option, or `nil` where it is given nowhere.
  package func value<Value>(_ rule: OptionRule<Value>, flag: String?) throws(CommandFailure) -> Value? {
    try find(rule, flag: flag)?.value
  }

  /// The same with what ``given`` holds for it.
  package func value<Value>(_ rule: OptionRule<Value>) throws(CommandFailure) -> Value? { try find(rule)?.value }

  /// The values of an option that may be given more than once, in order; none where it is given nowhere.
  package func values<Value>(_ rule: OptionRule<Value>) throws(CommandFailure) -> [Value] {
    try found(rule).map(\.value)
  }

  /// The same with where each came from.
  func found<Value>(_ rule: OptionRule<Value>) throws(CommandFailure) -> [OptionValue<Value>] {
    var found: [OptionValue<Value>] = []
    for (text, origin) in texts(rule) { found.append(try value(rule, text, origin)) }
    return found
  }

  /// The texts of the first level that gives any.
  private func texts<Value>(_ rule: OptionRule<Value>) -> [(text: String, origin: OptionOrigin)] {
    if let flags = given.lists[rule.name], !flags.isEmpty { return flags.map { ($0, .flag(rule.flag)) } }
    if let text = variable(rule) {
      let parts = rule.separator.map { Self.words(text, separator: $0) }
      return (parts ?? [text]).map { ($0, .environment(rule.variable)) }
    }
    guard let text = configured[rule.key] else { return [] }
    return text.words.map { ($0, text.origin) }
  }

  /// The parts of a text, without the blanks around them.
  package static func words(_ text: String, separator: Character) -> [String] {
    text.split(separator: separator).compactMap { part in
      let part = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      return part.isEmpty ? nil : String(part)
    }
  }

  /// The environment's text for an option, or `nil`.
  package func variable<Value>(_ rule: OptionRule<Value>) -> String? { variable(rule.variable) }

  /// The environment's text under a name, or `nil`.
  package func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

  private func value<Value>(
    _ rule: OptionRule<Value>, _ text: String, _ origin: OptionOrigin
  ) throws(CommandFailure) -> OptionValue<Value> {
    guard let text = HomeFolder.expanded(text, rule.place, environment) else {
      throw CommandFailure(origin.status, "Cannot use \(origin.name) \"\(text)\": ~/ needs HOME, which is not set.")
    }
    guard let value = rule.parse(text) else {
      throw CommandFailure(origin.status, "Cannot use \(origin.name) \"\(text)\": give \(rule.expected).")
    }
    return OptionValue(value: value, text: text, origin: origin)
  }
}

/// Finds values and remembers where they came from.
package struct SettingsReader: Sendable {
  /// What finds them.
  package var reader: OptionReader
  /// Where they came from, by the option's name.
  package var origins: [String: OptionOrigin] = [:]

  /// Remembers nothing yet.
  package init(_ reader: OptionReader) { self.reader = reader }

  /// The value of an option, or `nil` where it is given nowhere.
  package mutating func value<Value>(_ rule: OptionRule<Value>) throws(CommandFailure) -> Value? {
    guard let found = try reader.find(rule) else { return nil }
    origins[rule.name] = found.origin
    return found.value
  }

  /// Whether a switch is on: the flag, else what the lower levels say, else off.
  package mutating func isOn(_ rule: OptionRule<Bool>) throws(CommandFailure) -> Bool {
    guard reader.given.switches.contains(rule.name) else { return try value(rule) ?? false }
    origins[rule.name] = .flag(rule.flag)
    return true
  }

  /// The values of an option that may be given more than once.
  package mutating func values<Value>(_ rule: OptionRule<Value>) throws(CommandFailure) -> [OptionValue<Value>] {
    let found = try reader.found(rule)
    if let first = found.first { origins[rule.name] = first.origin }
    return found
  }
}
