#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats
import StatsFormats
import StatsReports
import TerminalUI

/// What an option is called, what it takes, and how that is read; the same for a flag and for the environment.
struct OptionRule<Value>: Sendable {
  /// The name without dashes.
  let name: String
  /// What it takes, to be read after "give".
  let expected: String
  /// Values of the variable that are meant for another command's option of the same name.
  var elsewhere: Set<String> = []
  /// The value that a text means, or `nil`.
  let parse: @Sendable (String) -> Value?

  /// `--stale-after`.
  var flag: String { "--" + name }
  /// `SLOTWATCH_STALE_AFTER`.
  var variable: String {
    "SLOTWATCH_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }
}

extension OptionRule {
  /// An option that takes one of some words.
  static func word(_ name: String, elsewhere: [String] = []) -> OptionRule
  where Value: RawRepresentable & CaseIterable & SendableMetatype, Value.RawValue == String {
    let words = Value.allCases.map(\.rawValue)
    let expected = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    let others = Set(elsewhere).subtracting(words)
    return OptionRule(name: name, expected: expected, elsewhere: others) { Value(rawValue: $0) }
  }
}

extension OptionRule<Int> {
  /// An option that takes a whole number of a range.
  static func whole(_ name: String, _ unit: String, _ range: ClosedRange<Int>) -> OptionRule {
    let limits = "from \(range.lowerBound) to \(range.upperBound)"
    return OptionRule(name: name, expected: "a whole number\(unit.isEmpty ? "" : " of " + unit) \(limits)") { text in
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text) else { return nil }
      return range.contains(value) ? value : nil
    }
  }
}

extension OptionRule<Double> {
  /// An option that takes a share: `5%` or `0.05`.
  static func share(_ name: String) -> OptionRule {
    OptionRule(name: name, expected: "a share such as 5% or 0.05, from 0.01% to 100%") { text in
      let isPercent = text.hasSuffix("%")
      let digits = isPercent ? text.dropLast() : text[...]
      let isPlain = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
      guard isPlain, let number = Double(digits) else { return nil }
      let share = isPercent ? number / 100 : number
      return share >= 0.0001 && share <= 1 ? share : nil
    }
  }
}

/// Every option that takes a value, in one table.
enum Options {
  static let source = OptionRule(
    name: "source", expected: "a file, file:PATH or sample:", parse: { $0.isEmpty ? nil : $0 })
  static let window = OptionRule<StatsWindow>.word("window")
  static let interval = OptionRule<Int>.whole("interval", "seconds", 1...300)
  static let warning = OptionRule<Double>.share("warning")
  static let critical = OptionRule<Double>.share("critical")
  static let minRuns = OptionRule<Int>.whole("min-runs", "runs", 1...1_000_000_000)
  static let timeout = OptionRule<Int>.whole("timeout", "seconds", 1...3600)
  static let staleAfter = OptionRule<Int>.whole("stale-after", "seconds", 1...31_536_000)
  static let scope = OptionRule<StatsScope>.word("scope")
  static let now = OptionRule<Date>(
    name: "now", expected: "an instant such as 2026-11-23T14:32:05Z", parse: { RFC3339.parse($0)?.date })
  static let theme = OptionRule<ThemeChoice>.word("theme")
  static let ascii = OptionRule<Bool>(name: "ascii", expected: switchWords, parse: { switchValue($0) })
  static let noColor = OptionRule<Bool>(name: "no-color", expected: switchWords, parse: { switchValue($0) })
  static let reportFormat = OptionRule<ReportFormat>.word("format", elsewhere: ScreenFormat.allCases.map(\.rawValue))
  static let screenFormat = OptionRule<ScreenFormat>.word("format", elsewhere: ReportFormat.allCases.map(\.rawValue))
  static let size = OptionRule<Size>(
    name: "size", expected: "columns x rows such as 120x40, from 1x1 to 1000x500", parse: { size($0) })
  static let keys = OptionRule<String>(name: "keys", expected: "names of keys", parse: { $0 })
  static let slot = OptionRule<String>(name: "slot", expected: "the id of a slot", parse: { $0.isEmpty ? nil : $0 })

  private static let switchWords = "1, true or yes, or 0, false or no"

  private static func switchValue(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "true", "yes": true
    case "0", "false", "no": false
    default: nil
    }
  }

  private static func size(_ text: String) -> Size? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let columns = Int(parts[0]), let rows = Int(parts[1]) else { return nil }
    return (1...1000).contains(columns) && (1...500).contains(rows) ? Size(columns: columns, rows: rows) : nil
  }
}
