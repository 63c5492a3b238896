/// The letters that every monitoring plugin has for some of the options of `check`.
package enum PluginLetter: String, CaseIterable, Sendable {
  case warning = "-w"
  case critical = "-c"
  case timeout = "-t"

  /// The letter itself.
  package var name: String { String(rawValue.dropFirst()) }

  /// The name of the option that it stands for.
  package var option: String {
    switch self {
    case .warning: Options.warning.name
    case .critical: Options.critical.name
    case .timeout: Options.timeout.name
    }
  }

  /// What the option is given for a plugin's `text`: a number from 1 is one of percents, which have no sign there.
  package func text(_ text: String) -> String {
    let isPercent = self != .timeout && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    return isPercent && Double(text).map { $0 >= 1 } == true ? text + "%" : text
  }
}
