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

  private static let recentHeader =
    "slot_id,name,minutes,success,timeouts,provider_errors,cancelled,errors,ingest_count,total_runs,failure_count,"
    + "failure_ratio,ratio_low,ratio_high,usual,state,cooling,over"

  /// Writes a row for each slot, of its last hour; the state is that of the slot.
  func writeRecent(to buffer: inout ReportBuffer) throws {
    buffer.add(Self.recentHeader + Self.lineEnd)
    for slot in subject.slotsByID {
      guard let recent = slot.series.recent else { continue }
      let counts = StatsCounters.keys.map { "\(recent.counters[keyPath: $0.path])" }
      let ratios = [recent.counters.failureRatio, recent.interval?.low, recent.interval?.high, recent.usual]
        .map { ratio in ratio.map { "\($0)" } ?? "" }
      let isOver = slot.series.state == .over
      let state = isOver ? slot.series.ownState : slot.series.state
      let cells =
        [Self.cell(slot.id), Self.cell(slot.slot.name), "\(recent.minutes)"] + counts
        + ["\(recent.counters.totalRuns)", "\(recent.counters.failureCount)"] + ratios
        + [state.rawValue, "\(recent.isCooling)", "\(isOver)"]
      buffer.add(cells.joined(separator: ",") + Self.lineEnd)
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
