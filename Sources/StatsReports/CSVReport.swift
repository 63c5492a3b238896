import FoundationEssentials
import SlotStats
import StatsFormats
import TerminalUI

/// A row for each slot and shown bucket, by id and time, after RFC 4180.
struct CSVReport {
  private let subject: ReportSubject

  private static let header =
    "window,slot_id,name,period_start,period_end,success,timeouts,provider_errors,cancelled,errors,ingest_count,"
    + "total_runs,failure_count,failure_ratio"
  private static let lineEnd = "\r\n"

  init(_ subject: ReportSubject) { self.subject = subject }

  func write(to buffer: inout ReportBuffer) throws {
    buffer.add(Self.header + Self.lineEnd)
    var periods: [Date: String] = [:]
    for slot in subject.slotsByID {
      let prefix = [subject.fleet.window.rawValue, Self.cell(slot.id), Self.cell(slot.slot.name)]
        .joined(separator: ",")
      for metric in slot.series.metrics {
        let period = periods[metric.periodStart] ?? Self.period(metric)
        periods[metric.periodStart] = period
        buffer.add(prefix + period)
        Self.addNumbers(metric.counters, to: &buffer)
      }
      try buffer.mayPass()
    }
  }

  private static func period(_ metric: StatsMetric) -> String {
    ",\(RFC3339.format(metric.periodStart)),\(RFC3339.format(metric.periodEnd)),"
  }

  private static func addNumbers(_ counters: StatsCounters, to buffer: inout ReportBuffer) {
    for (_, path) in StatsCounters.keys { buffer.add("\(counters[keyPath: path]),") }
    buffer.add("\(counters.totalRuns),\(counters.failureCount),")
    if let ratio = counters.failureRatio { buffer.add("\(ratio)") }
    buffer.add(lineEnd)
  }

  /// A text as one cell: neutralised, harmless to a spreadsheet, quoted where it must be.
  ///
  /// A spreadsheet takes cells that begin with `= + - @`, or with a tab or line end before those, for formulas; such a
  /// cell gets a leading `'`. The beginning is looked at before and after neutralising, which turns tabs into blanks.
  static func cell(_ text: String) -> String {
    var cell = TerminalText.neutralised(text)
    if startsFormula(text) || startsFormula(cell) { cell = "'" + cell }
    guard cell.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return cell }
    var quoted = "\""
    for scalar in cell.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append("\"") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  private static func startsFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    return "=+-@\t\r\n".unicodeScalars.contains(first)
  }
}
