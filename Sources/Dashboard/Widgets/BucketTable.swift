import FoundationEssentials
import SlotStats
import TerminalUI

/// Rows of buckets, newest first, as the slot screen and the panel beside the table list them.
struct BucketTable {
  /// Where each column ends, from the table's first column; the label begins there.
  struct Columns {
    var ratio: Int
    var failed: Int
    var runs: Int
    var timeouts: Int?
    var providerErrors: Int?
    var errors: Int?
    var cancelled: Int?
    var ingest: Int?
    /// Where the heading begins.
    var heading = 0

    /// Beside the slots table: narrow.
    static let panel = Columns(
      ratio: 15, failed: 22, runs: 28, timeouts: 34, providerErrors: 39, errors: 43, cancelled: 48)
    /// Days on the slot screen.
    static let wide = Columns(
      ratio: 19, failed: 27, runs: 34, timeouts: 42, providerErrors: 49, errors: 55, cancelled: 62, ingest: 70)
    /// Weeks on the slot screen.
    static let short = Columns(ratio: 19, failed: 27, runs: 34, heading: -2)

    /// Heading, end, the columns there are for numbers, and what is counted.
    var counts: [(heading: String, end: Int, width: Int, id: TableColumn.ID)] {
      let all: [(String, Int?, TableColumn.ID)] = [
        ("failed", failed, .failed), ("runs", runs, .runs), ("tmout", timeouts, .timeouts),
        ("prov", providerErrors, .providerErrors), ("err", errors, .errors), ("canc", cancelled, .cancelled),
        ("ingest", ingest, .ingest),
      ]
      var last = ratio
      return all.compactMap { heading, end, id in
        guard let end else { return nil }
        defer { last = end }
        return (heading, end, end - last - 1, id)
      }
    }
  }

  let series: JudgedSeries
  let fleet: JudgedFleet
  let columns: Columns
  /// Where minutes and hours are told.
  let zone: ZoneLabels
  /// What stands before a week's date.
  var weekPrefix = ""

  /// Whether the sum of all buckets stands below them.
  var hasSum = false

  /// What stands behind the ratio of a bucket whose counts may be too low.
  static let partialMark = "~"

  /// The rows of a table that another one follows, heading and sum included: enough for all days.
  static let compactHeight = 16

  /// Rows with the heading.
  var height: Int { fleet.starts.count + 1 + (hasSum ? 1 : 0) }

  /// Draws at most `limit` rows, the heading among them; the line of the current bucket stands two columns before.
  func draw(on surface: inout Surface, row: Int, column: Int, limit: Int) {
    guard limit > 1 else { return }
    surface.put("by \(fleet.window.rawValue)", row: row, column: column + columns.heading, style: .quiet)
    surface.put("fail%", row: row, endingAt: column + columns.ratio, style: .quiet)
    for (heading, end, _, _) in columns.counts { surface.put(heading, row: row, endingAt: column + end, style: .quiet) }
    let buckets = zip(fleet.starts, Bars.aligned(series, in: fleet)).reversed().prefix(limit - 1)
    for (index, (start, counters)) in buckets.enumerated() {
      let y = row + 1 + index
      if index == 0 { surface.put(Bars.filling, row: y, column: column - 2, style: .quiet) }
      surface.put(label(start), row: y, column: column, style: index == 0 ? .plain : .quiet)
      draw(counters, isCurrent: index == 0, on: &surface, row: y, column: column)
    }
    guard hasSum, limit >= height else { return }
    let sum = row + height - 1
    surface.put(fleet.window.counted(fleet.starts.count), row: sum, column: column, style: .quiet)
    draw(series.range, isCurrent: false, on: &surface, row: sum, column: column)
  }

  private func draw(_ counters: StatsCounters?, isCurrent: Bool, on surface: inout Surface, row: Int, column: Int) {
    guard let counters else {
      surface.put("not reported", row: row, endingAt: column + columns.runs, style: .quiet)
      return
    }
    let style = isCurrent && series.state.isMarked ? Style(series.state.tone, strong: true) : .plain
    surface.put(NumberText.percent(counters), row: row, endingAt: column + columns.ratio, style: style)
    if !counters.doubts.isEmpty {
      surface.put(Self.partialMark, row: row, column: column + columns.ratio, style: .quiet)
    }
    for (_, end, width, id) in columns.counts {
      let value = id.count(in: counters) ?? 0
      let isKnown = counters.unknown.isDisjoint(with: id.needed)
      let text = isKnown ? NumberText.count(value, fitting: width) : NumberText.none
      surface.put(text, row: row, endingAt: column + end, style: value == 0 ? .quiet : .plain)
    }
  }

  private func label(_ start: Date) -> String {
    if fleet.window.isWithinDay {
      let label = "\(zone.civil(start).weekdayName) \(zone.civil(start).time)"
      // Where clocks were put back meanwhile, an hour is there twice.
      let name = zone.name(at: start)
      let longer = "\(label) \(name)"
      let isLonger = name != zone.name(at: fleet.currentStart) && TerminalText.width(longer) <= columns.ratio - 5
      return isLonger ? longer : label
    }
    let date = CivilDate(start)
    let day = date.day < 10 ? " \(date.day)" : String(date.day)
    if fleet.window == .standard { return "\(date.weekdayName) \(day) \(date.monthName)" }
    return weekPrefix.isEmpty ? "\(day) \(date.monthName)" : "\(weekPrefix) \(date.dayAndMonth)"
  }
}
