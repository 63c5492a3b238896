import FoundationEssentials
import SlotStats
import StatsFormats
import StatsReports

extension ReplayListing {
  /// The listing as one JSON object of the schema `slotwatch.rules-test/1`.
  var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "slotwatch.rules-test/1")
      writer.member("source", source)
      writer.member("built_in", areBuiltIn)
      writer.member("from", result.range.lowerBound)
      writer.member("to", result.range.upperBound)
      writer.member("known_seconds", result.knownSeconds)
      writer.member("pages", result.pages.count)
      writer.member("pages_per_week", result.perWeek(result.pages.count))
      ConfigurationListing.array("rules", Array(result.rules.indices), &writer) { place, writer in
        writer.object { self.write(ruleAt: place, to: &$0) }
      }
      ConfigurationListing.array("alerts", result.stretches, &writer) { stretch, writer in
        writer.object { self.write(stretch, to: &$0) }
      }
      if !tuning.isEmpty {
        ConfigurationListing.array("tune", tuning.flatMap { tuned in tuned.rows.map { (tuned.rule, $0) } }, &writer) {
          row, writer in
          writer.object { self.write(ruleAt: row.0, row.1, to: &$0) }
        }
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  private func write(ruleAt place: Int, to writer: inout JSONWriter) {
    let total = result.total(ofRuleAt: place)
    result.rules[place].writeMembers(to: &writer)
    ConfigurationListing.array("judged_by", result.parts[place], &writer) { part, writer in
      writer.object { writer in
        writer.member("window", part.grain.window.rawValue)
        writer.member("from", part.range.lowerBound)
        writer.member("to", part.range.upperBound)
      }
    }
    Self.write(total, result.perWeek(total.alerts), to: &writer)
    writer.member("alerting_slots", total.subjects)
    writer.member("longest_seconds", total.longestSeconds)
  }

  private static func write(_ total: RuleTotal, _ perWeek: Double?, to writer: inout JSONWriter) {
    writer.member("alerts", total.alerts)
    writer.member("per_week", perWeek)
    writer.member("median_seconds", total.medianSeconds)
  }

  private func write(_ stretch: AlertStretch, to writer: inout JSONWriter) {
    writer.member("rule", result.rules[stretch.rule].name)
    writer.member("severity", result.rules[stretch.rule].severity.rawValue)
    writer.member("scope", stretch.subject == .all ? "all" : "slots")
    writer.member("slot", stretch.subject.slotID)
    writer.member("began_at", stretch.began)
    writer.member("fired_at", stretch.firedAt)
    writer.member("ended_at", stretch.endedAt)
    writer.member("seconds", stretch.seconds(until: result.range.upperBound))
    writer.member("window", stretch.window.rawValue)
  }

  private func write(
    ruleAt place: Int, _ row: (choice: TuningChoice, total: RuleTotal, perWeek: Double?), to writer: inout JSONWriter
  ) {
    let scaled = thresholds.scaled(row.choice.thresholdScale)
    writer.member("rule", result.rules[place].name)
    writer.member("now", row.choice.isCurrent)
    writer.member("warning", scaled.warning)
    writer.member("critical", scaled.critical)
    writer.member("factor", row.choice.rule.test.condition == .overUsual ? row.choice.rule.test.factor : nil)
    writer.member("for_seconds", row.choice.rule.holdSeconds)
    Self.write(row.total, row.perWeek, to: &writer)
  }

  /// A row an alert, by the time it fired; where neighbours were tried a row for each of these instead. RFC 4180.
  var csv: String {
    let rows = tuning.isEmpty ? [Self.alertHead] + result.stretches.map(row) : [Self.choiceHead] + choiceRows
    return rows.map { $0.map(CSVCell.text).joined(separator: ",") + "\r\n" }.joined()
  }

  private static let alertHead = [
    "rule", "severity", "slot_id", "began_at", "fired_at", "ended_at", "seconds", "window",
  ]

  private func row(_ stretch: AlertStretch) -> [String] {
    [
      result.rules[stretch.rule].name, result.rules[stretch.rule].severity.rawValue, stretch.subject.slotID ?? "",
      RFC3339.format(stretch.began), RFC3339.format(stretch.firedAt), stretch.endedAt.map(RFC3339.format) ?? "",
      "\(Int(stretch.seconds(until: result.range.upperBound)))", stretch.window.rawValue,
    ]
  }

  private static let choiceHead = [
    "rule", "now", "warning", "critical", "factor", "for_seconds", "alerts", "per_week", "median_seconds",
  ]

  private var choiceRows: [[String]] {
    tuning.flatMap { tuned in
      tuned.rows.map { choice, total, week in
        let scaled = thresholds.scaled(choice.thresholdScale)
        return [
          result.rules[tuned.rule].name, "\(choice.isCurrent)", "\(scaled.warning)", "\(scaled.critical)",
          choice.rule.test.condition == .overUsual ? "\(choice.rule.test.factor)" : "",
          "\(choice.rule.holdSeconds)", "\(total.alerts)", week.map { "\($0)" } ?? "",
          total.medianSeconds.map { "\(Int($0))" } ?? "",
        ]
      }
    }
  }
}

extension AlertSubject {
  /// The slot; `nil` for all together and the source.
  var slotID: Slot.ID? {
    if case .slot(let id) = self { id } else { nil }
  }
}
