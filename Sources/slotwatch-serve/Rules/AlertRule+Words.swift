import SlotStats
import StatsFormats

extension AlertRule {
  /// The slots that it looks at, as they are written: `slot-0* !slot-005`, `each slot`, `all slots together`, `the source`.
  var scopeWords: String {
    switch scope {
    case .slots(let selection): selection == .every ? "each slot" : selection.texts.joined(separator: " ")
    case .all: "all slots together"
    case .source: "the source"
    }
  }

  /// What it looks for: `critical`, `critical by hour`, `over-usual ×3`.
  var testWords: String {
    let factor = test.condition == .overUsual ? " ×" + Self.factorText(test.factor) : ""
    return test.condition.rawValue + factor + (test.window.map { " by \($0.rawValue)" } ?? "")
  }

  /// The rule in one line: `critical for 5m, keep 10m, page: slot-0*`.
  var words: String {
    let hold = holdSeconds > 0 ? " for \(DurationText.text(seconds: holdSeconds))" : ""
    let keep = keepSeconds > 0 ? ", keep \(DurationText.text(seconds: keepSeconds))" : ""
    return "\(testWords)\(hold)\(keep), \(severity.rawValue): \(scopeWords)"
  }

  private static func factorText(_ factor: Double) -> String {
    let text = "\(factor)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Writes its members into the object that is being written. A member without a value is `null`; `slots` is `null` for
  /// what does not look at each slot by itself, and empty for every slot.
  func writeMembers(to writer: inout JSONWriter) {
    writer.member("name", name)
    writer.member("when", test.condition.rawValue)
    writer.member("window", test.window?.rawValue)
    writer.member("factor", test.condition == .overUsual ? test.factor : nil)
    writer.member("for_seconds", holdSeconds)
    writer.member("keep_seconds", keepSeconds)
    writer.member("scope", scopeName)
    writer.key("slots")
    if case .slots(let selection) = scope { Self.write(selection.texts, to: &writer) } else { writer.null() }
    writer.member("severity", severity.rawValue)
    writer.member("runbook", runbook)
    writer.key("notify")
    Self.write(channels.map(\.rawValue), to: &writer)
  }

  private var scopeName: String {
    switch scope {
    case .slots: "slots"
    case .all: "all"
    case .source: "source"
    }
  }

  private static func write(_ texts: [String], to writer: inout JSONWriter) {
    writer.array { writer in
      for text in texts { writer.value(text) }
    }
  }
}
