/// Where an option's value came from.
package enum OptionOrigin: Hashable, Sendable {
  /// The command line, by the option's name.
  case flag(String)
  /// The environment, by the variable.
  case environment(String)
  /// The configuration file.
  case file(path: String, line: Int)
  /// Nowhere: it is the default.
  case standard

  /// What it is called in errors.
  package var name: String {
    switch self {
    case .flag(let name), .environment(let name): name
    case .file(let path, let line): "\(path):\(line)"
    case .standard: "default"
    }
  }

  /// Whether it is the configuration file.
  package var isFile: Bool {
    if case .file = self { return true }
    return false
  }

  /// How a command ends that cannot use the value.
  package var status: ExitStatus {
    if case .flag = self { return .usage }
    return .configuration
  }
}

/// A value of an option with where it came from.
package struct OptionValue<Value> {
  /// The value.
  package let value: Value
  /// The text that it was read from.
  package let text: String
  /// Where it came from.
  package let origin: OptionOrigin
}

extension OptionValue: Sendable where Value: Sendable {}
