import FoundationEssentials
import SlotStats
import StatsFormats
import TerminalUI

/// The forms in which a replay can be printed.
enum ReplayFormat: String, CaseIterable, Sendable {
  case text, json, csv
}

/// What a replay of rules found, for people and for machines.
struct ReplayListing {
  /// What was found.
  let result: ReplayResult
  /// The rules with their neighbours, where they were tried.
  let tuning: [RuleTuning]
  /// What the source is called.
  let source: String
  /// Whether the rules are the built-in ones.
  let areBuiltIn: Bool
  /// By what slots without thresholds of their own are judged.
  let thresholds: Thresholds
  /// Lines about patterns that fit no slot; they may hold text from outside.
  let unmatched: [String]

  /// What was found, with what it is of.
  init(
    _ result: ReplayResult, tuning: [RuleTuning], source: String, areBuiltIn: Bool, thresholds: Thresholds,
    unmatched: [String]
  ) {
    (self.result, self.tuning, self.source, self.areBuiltIn) = (result, tuning, source, areBuiltIn)
    (self.thresholds, self.unmatched) = (thresholds, unmatched)
  }

  /// The listing in a form.
  func text(_ format: ReplayFormat) -> String {
    switch format {
    case .text: text
    case .json: json
    case .csv: csv
    }
  }

  /// The most alerts that are listed for a person.
  private static let mostListed = 1_000

  // MARK: For a person

  private var text: String {
    let from = CivilDate(result.range.lowerBound)
    let to = CivilDate(result.range.upperBound)
    var lines = [
      "\(TerminalText.neutralised(source)), \(from.dayAndMonth) \(from.time) to \(to.dayAndMonth) \(to.time) UTC, "
        + (areBuiltIn ? "the built-in rules" : "the rules of the configuration file"),
      judgedWords, "",
    ]
    lines += ConfigurationListing.aligned([Self.ruleHead] + result.rules.indices.map(ruleRow))
    lines += ["", pageWords] + notes
    if !result.stretches.isEmpty { lines += [""] + alerts }
    for tuned in tuning { lines += [""] + Self.lines(tuned, result.rules, thresholds) }
    return lines.map { $0 + "\n" }.joined()
  }

  private static let ruleHead = [
    "rule", "when", "for", "keep", "severity", "alerts", "a week", "slots", "median", "longest",
  ]

  private func ruleRow(_ place: Int) -> [String] {
    let rule = result.rules[place]
    let total = result.total(ofRuleAt: place)
    let head = [
      rule.name, rule.testWords, DurationText.text(seconds: rule.holdSeconds),
      DurationText.text(seconds: rule.keepSeconds), rule.severity.rawValue,
    ]
    if result.parts[place].isEmpty { return head + [NumberText.none, "", "", "", "not kept"] }
    return head + [
      NumberText.count(total.alerts), Self.perWeek(result.perWeek(total.alerts)), NumberText.count(total.subjects),
      Self.length(total.medianSeconds), Self.length(total.longestSeconds),
    ]
  }

  /// `judged by minutes since 28 Nov 03:00, by hours from 15 Nov 14:00`.
  private var judgedWords: String {
    let parts = Set(result.parts.flatMap { $0 }).sorted {
      ($1.range.lowerBound, $0.grain.window.length) < ($0.range.lowerBound, $1.grain.window.length)
    }
    guard !parts.isEmpty else { return "nothing is kept of that time" }
    let words = parts.map { part in
      let from = CivilDate(part.range.lowerBound)
      let to = CivilDate(part.range.upperBound)
      let end = part.range.upperBound < parts[0].range.upperBound ? " to \(to.dayAndMonth) \(to.time)" : ""
      return "by \(part.grain.window.rawValue) from \(from.dayAndMonth) \(from.time)\(end)"
    }
    return "judged " + words.joined(separator: ", ")
  }

  private var pageWords: String {
    let pages = result.pages.count
    let known = AgeText.text(seconds: result.knownSeconds)
    guard let week = result.perWeek(pages) else { return "nobody counted in that time" }
    return "\(NumberText.count(pages)) page\(pages == 1 ? "" : "s") in \(known), \(Self.perWeek(week)) a week"
  }

  private var notes: [String] {
    var notes: [String] = []
    if result.knownSeconds > 0, result.knownSeconds < StatsWindow.week.length {
      notes.append("less than a week is known: what it makes a week is a rough figure")
    }
    if result.rules.contains(where: { $0.test.condition == .stalled }) {
      notes.append("stalled is found by counts alone here: the ages of open jobs are not kept")
    }
    return notes
  }

  private var alerts: [String] {
    let shown = result.stretches.suffix(Self.mostListed)
    let rows = shown.map { stretch in
      let fired = CivilDate(stretch.firedAt)
      let began = CivilDate(stretch.began)
      let seconds = stretch.seconds(until: result.range.upperBound)
      return [
        "\(fired.isoDate) \(fired.time)", began.time,
        Self.length(seconds) + (stretch.endedAt == nil ? ", still" : ""), "by \(stretch.window.rawValue)",
        result.rules[stretch.rule].name, stretch.subject.words,
      ]
    }
    let left = result.stretches.count - shown.count
    return ConfigurationListing.aligned([["fired", "began", "fires for", "judged", "rule", "slot"]] + rows)
      + (left > 0 ? ["\(NumberText.grouped(left)) earlier ones are left out; --format csv has all"] : [])
  }

  private static func lines(_ tuned: RuleTuning, _ rules: [AlertRule], _ thresholds: Thresholds) -> [String] {
    let head = ["rule \"\(TerminalText.neutralised(rules[tuned.rule].name))\" otherwise"]
    let rows = tuned.rows.map { choice, total, week in
      [
        choice.isCurrent ? "now" : "", words(choice, thresholds), DurationText.text(seconds: choice.rule.holdSeconds),
        NumberText.count(total.alerts), perWeek(week), length(total.medianSeconds),
      ]
    }
    return head + ConfigurationListing.aligned([["", "when", "for", "alerts", "a week", "median"]] + rows)
  }

  /// `critical at 5%`, `over-usual ×2`.
  private static func words(_ choice: TuningChoice, _ thresholds: Thresholds) -> String {
    let scaled = thresholds.scaled(choice.thresholdScale)
    switch choice.rule.test.condition {
    case .critical: return "\(choice.rule.testWords) at \(share(scaled.critical))"
    case .warning: return "\(choice.rule.testWords) at \(share(scaled.warning))"
    default: return choice.rule.testWords
    }
  }

  private static func share(_ ratio: Double) -> String {
    NumberText.percent(failures: Int((ratio * 10_000).rounded()), runs: 10_000) + "%"
  }

  private static func length(_ seconds: TimeInterval?) -> String {
    seconds.map { DurationText.text(seconds: Int($0 / 60) * 60) } ?? NumberText.none
  }

  /// With one decimal; at least a tenth of an alert that came.
  private static func perWeek(_ count: Double?) -> String {
    guard let count else { return NumberText.none }
    return NumberText.decimal(
      Int((min(count, 1e9) * 10).rounded(count > 0 && count < 0.1 ? .up : .toNearestOrEven)), places: 1)
  }
}

extension AlertSubject {
  /// Whom it is about, as it is read in a list; a slot's id came from outside.
  var words: String {
    switch self {
    case .slot(let id): id
    case .all: "all slots together"
    case .source: "the source"
    }
  }
}
