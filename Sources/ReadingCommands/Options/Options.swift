import Dashboard
import FoundationEssentials
import SlotStats
import StatsFormats
import StatsReports
import TerminalUI

/// The options of the commands that read a source, whatever the source, in one table.
package enum Options {
  package static let config = OptionRule.text("config", "a configuration file", place: .path)
  package static let source = OptionRule.text(
    "source", "a file, file:PATH, -, a URL, sqlite:PATH, demo:, sample: or a configured name", place: .address)
  package static let window = OptionRule<StatsWindow>.word("window")
  package static let interval = OptionRule<Int>.whole("interval", "seconds", 1...300)
  package static let warning = OptionRule<Double>.share("warning")
  package static let critical = OptionRule<Double>.share("critical")
  package static let minRuns = OptionRule<Int>.whole("min-runs", "runs", 1...1_000_000_000)
  package static let timeout = OptionRule<Int>.whole("timeout", "seconds", 1...3600)
  package static let staleAfter = OptionRule<Int>.whole("stale-after", "seconds", 1...31_536_000)
  package static let scope = OptionRule<StatsScope>.word("scope")
  package static let sort = OptionRule<RowSort>(
    name: "sort", expected: "\(sortNames.dropLast().joined(separator: ", ")) or \(sortNames.last ?? "")",
    parse: { name in RowSort.named.first { $0.key == name }?.value })
  /// What ``sort`` takes.
  package static let sortNames = RowSort.named.map(\.key)
  package static let now = OptionRule<Date>(
    name: "now", expected: "an instant such as 2026-11-23T14:32:05Z", parse: { RFC3339.parse($0)?.date })
  package static let at = OptionRule<PastInstant>(
    name: "at", expected: PastInstant.expected, parse: { PastInstant($0) })
  package static let noRecord = OptionRule<Bool>.toggle("no-record")
  package static let theme = OptionRule<ThemeChoice>.word("theme")
  package static let ascii = OptionRule<Bool>.toggle("ascii")
  package static let noColor = OptionRule<Bool>.toggle("no-color")
  package static let reportFormat = OptionRule<ReportFormat>.word("format", elsewhere: formats)
  package static let screenFormat = OptionRule<ScreenFormat>.word("format", elsewhere: formats)
  package static let size = OptionRule<Size>(
    name: "size", expected: "columns x rows such as 120x40, from 1x1 to 1000x500", parse: { size($0) })
  package static let keys = OptionRule.text("keys", "names of keys such as \"w j Enter\"")
  package static let slot = OptionRule.text("slot", "the id of a slot")
  package static let ignore = OptionRule<SlotGlob>(
    name: "ignore", expected: "a pattern for ids of slots such as slot-9* or slot-00[1-3]", kinds: [.text, .texts],
    separator: ",", parse: { SlotGlob($0) })
  package static let state = OptionRule.text("state", "a file", place: .path)
  package static let recent = OptionRule<Bool>.toggle("recent")
  package static let brief = OptionRule<Bool>.toggle("brief")

  /// What any command takes as `--format`: the variable may be meant for another one.
  package static let formats = ReportFormat.allCases.map(\.rawValue) + ScreenFormat.allCases.map(\.rawValue)

  private static func size(_ text: String) -> Size? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let columns = Int(parts[0]), let rows = Int(parts[1]) else { return nil }
    return (1...1000).contains(columns) && (1...500).contains(rows) ? Size(columns: columns, rows: rows) : nil
  }
}

/// The forms in which a frame can be written.
package enum ScreenFormat: String, CaseIterable, Sendable {
  case text, ansi, svg
}
