/// Finds each option's value: the flag, else the environment, else nothing.
struct OptionReader {
  /// The environment's variables; an empty one counts as not set.
  let environment: [String: String]

  /// The value of an option, or `nil` where it is given nowhere.
  /// - Throws: a usage error for a flag that cannot be used, a configuration error for a variable.
  func value<Value>(_ rule: OptionRule<Value>, flag: String?) throws(CommandFailure) -> Value? {
    if let flag {
      guard let value = rule.parse(flag) else { throw Self.refusal(rule, rule.flag, flag, .usage) }
      return value
    }
    guard let text = variable(rule), !rule.elsewhere.contains(text) else { return nil }
    guard let value = rule.parse(text) else { throw Self.refusal(rule, rule.variable, text, .configuration) }
    return value
  }

  /// Whether a switch is on: the flag, else the environment.
  func isOn(_ rule: OptionRule<Bool>, flag: Bool) throws(CommandFailure) -> Bool {
    if flag { return true }
    return try value(rule, flag: nil) ?? false
  }

  /// The environment's text for an option, or `nil`.
  func variable<Value>(_ rule: OptionRule<Value>) -> String? {
    environment[rule.variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The name under which an option's value was given, for errors.
  func origin<Value>(_ rule: OptionRule<Value>, flag: String?) -> (name: String, status: ExitStatus) {
    flag == nil && variable(rule) != nil ? (rule.variable, .configuration) : (rule.flag, .usage)
  }

  private static func refusal<Value>(
    _ rule: OptionRule<Value>, _ name: String, _ text: String, _ status: ExitStatus
  ) -> CommandFailure {
    CommandFailure(status, "Cannot use \(name) \"\(text)\": give \(rule.expected).")
  }
}
