/// Where an option's value came from.
enum OptionOrigin: Hashable, Sendable {
  /// The command line, by the option's name.
  case flag(String)
  /// The environment, by the variable.
  case environment(String)
  /// The configuration file.
  case file(path: String, line: Int)
  /// Nowhere: it is the default.
  case standard

  /// What it is called in errors.
  var name: String {
    switch self {
    case .flag(let name), .environment(let name): name
    case .file(let path, let line): "\(path):\(line)"
    case .standard: "default"
    }
  }

  /// Whether it is the configuration file.
  var isFile: Bool {
    if case .file = self { return true }
    return false
  }

  /// How a command ends that cannot use the value.
  var status: ExitStatus {
    if case .flag = self { return .usage }
    return .configuration
  }
}

/// A value of an option with where it came from.
struct OptionValue<Value> {
  /// The value.
  let value: Value
  /// The text that it was read from.
  let text: String
  /// Where it came from.
  let origin: OptionOrigin
}
