/// Finds each option's value: the flag, else the environment, else the configuration file, else nothing.
struct OptionReader: Sendable {
  /// The environment's variables; an empty one counts as not set.
  let environment: [String: String]
  /// The configuration file, if there is one.
  var file: ConfigurationFile?
  /// The source whose own values go before the file's general ones.
  var source: ConfiguredSource?

  /// The value of an option with its origin, or `nil` where it is given nowhere.
  /// - Throws: a usage error for a flag that cannot be used, a configuration error for a variable.
  func find<Value>(_ rule: OptionRule<Value>, flag: String?) throws(CommandFailure) -> OptionValue<Value>? {
    if let flag {
      guard let value = rule.parse(flag) else { throw Self.refusal(rule, .flag(rule.flag), flag) }
      return OptionValue(value: value, text: flag, origin: .flag(rule.flag))
    }
    if let text = variable(rule), !rule.elsewhere.contains(text) {
      let origin = OptionOrigin.environment(rule.variable)
      guard let value = rule.parse(text) else { throw Self.refusal(rule, origin, text) }
      return OptionValue(value: value, text: text, origin: origin)
    }
    guard let file, let given = source?.values[rule.key] ?? file.general[rule.key] else { return nil }
    let origin = OptionOrigin.file(path: file.path, line: given.position.line)
    guard let value = rule.parse(given.text) else { throw Self.refusal(rule, origin, given.text) }
    return OptionValue(value: value, text: given.text, origin: origin)
  }

  /// The value of an option, or `nil` where it is given nowhere.
  func value<Value>(_ rule: OptionRule<Value>, flag: String?) throws(CommandFailure) -> Value? {
    try find(rule, flag: flag)?.value
  }

  /// The environment's text for an option, or `nil`.
  func variable<Value>(_ rule: OptionRule<Value>) -> String? { variable(rule.variable) }

  /// The environment's text under a name, or `nil`.
  func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func refusal<Value>(
    _ rule: OptionRule<Value>, _ origin: OptionOrigin, _ text: String
  ) -> CommandFailure {
    CommandFailure(origin.status, "Cannot use \(origin.name) \"\(text)\": give \(rule.expected).")
  }
}
