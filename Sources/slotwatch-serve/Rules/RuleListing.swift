import ReadingCommands
import SlotStats
import StatsFormats

/// The rules in force, with where each is said: what `rules list` prints.
struct RuleListing {
  private let rules: [(rule: AlertRule, origin: OptionOrigin)]

  /// The rules of a configuration file; the standard ones where there is none or it gives none.
  init(_ file: ConfigurationFile?) {
    guard let file, !file.rules.isEmpty else {
      rules = AlertRule.standard.map { ($0, .standard) }
      return
    }
    rules = file.rules.map { ($0.rule, .file(path: file.path, line: $0.position.line)) }
  }

  /// The listing for a person: aligned, with nothing in it that steers a terminal.
  var text: String {
    let head = ["name", "when", "for", "keep", "severity", "slots", "runbook", "from"]
    let rows = rules.map { rule, origin in
      [
        rule.name, rule.testWords, DurationText.text(seconds: rule.holdSeconds),
        DurationText.text(seconds: rule.keepSeconds), rule.severity.rawValue, rule.scopeWords,
        rule.runbook ?? NumberText.none, origin.name,
      ]
    }
    return ConfigurationListing.aligned([head] + rows).map { $0 + "\n" }.joined()
  }

  /// The listing as one JSON object of the schema `slotwatch.rules/1`.
  var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "slotwatch.rules/1")
      ConfigurationListing.array("rules", rules, &writer) { entry, writer in
        writer.object { writer in
          entry.rule.writeMembers(to: &writer)
          ConfigurationListing.write(entry.origin, to: &writer)
        }
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }
}
