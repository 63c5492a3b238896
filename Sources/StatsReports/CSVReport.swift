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
      let prefix = [subject.fleet.window.rawValue, CSVCell.text(slot.id), CSVCell.text(slot.slot.name)]
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
      let counts = recent.counters.known.map { $0.value.map { "\($0)" } ?? "" }
      let ratios = [recent.counters.failureRatio, recent.interval?.low, recent.interval?.high, recent.usual]
        .map { ratio in ratio.map { "\($0)" } ?? "" }
      let isOver = slot.series.state == .over
      let state = isOver ? slot.series.ownState : slot.series.state
      let cells =
        [CSVCell.text(slot.id), CSVCell.text(slot.slot.name), "\(recent.minutes)"] + counts
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
    for (_, value) in counters.known { buffer.add(value.map { "\($0)," } ?? ",") }
    buffer.add("\(counters.totalRuns),\(counters.failureCount),")
    if let ratio = counters.failureRatio { buffer.add("\(ratio)") }
    buffer.add(lineEnd)
  }
}
