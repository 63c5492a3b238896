import FoundationEssentials
import SlotStats
import TerminalUI

/// The failure ratio by bucket as a chart of eight rows, with dates and runs below.
struct RatioChart {
  let series: JudgedSeries
  let fleet: JudgedFleet
  /// By what the series was judged.
  let thresholds: Thresholds
  /// Where minutes and hours are told.
  let zone: ZoneLabels
  /// The columns of one bar, and of what lies between two.
  let barWidth: Int
  let gap: Int
  /// How many bars there are, up to the current one.
  let count: Int
  /// Whether the labels have room for the thresholds' names.
  let hasNames: Bool
  /// What happened outside; where there is something, a row for it stands below the bars, and all else one row lower.
  let marks: MarkRow

  static let height = 13
  private static let bars = 8
  /// The columns of all bars, with room for names and without.
  private static let room = (named: 56, short: 40)
  /// The columns of a bar, where so many have room.
  private static let barWidths = 1...4

  init(
    _ series: JudgedSeries, in fleet: JudgedFleet, by thresholds: Thresholds, zone: ZoneLabels, hasNames: Bool,
    marks: [Mark] = []
  ) {
    self.marks = MarkRow(marks, in: fleet, zone: zone)
    self.thresholds = thresholds
    self.series = series
    self.fleet = fleet
    self.zone = zone
    self.hasNames = hasNames
    let (all, room) = (fleet.starts.count, hasNames ? Self.room.named : Self.room.short)
    let widest = Self.barWidths.last { all * ($0 + 1) <= room }
    barWidth = widest ?? 1
    gap = widest == nil ? 0 : 1
    // Bars side by side leave a blank after the value above the last one.
    count = min(all, (room - (gap == 0 ? 2 : 0)) / (barWidth + gap))
  }

  /// The rows of the marks.
  private var markRows: Int { marks.isEmpty ? 0 : 1 }

  /// The columns of the labels left of the bars.
  private var labelWidth: Int { hasNames ? 10 : 3 }

  /// The ratio at the upper edge: 2 × critical, doubled until it holds every finished bucket of 20 runs or more.
  private var top: Double {
    let highest =
      Bars.aligned(series, in: fleet).dropLast().compactMap(\.self)
      .filter { $0.totalRuns >= Thresholds.minUsualRuns }.compactMap(\.failureRatio).max() ?? 0
    var top = min(1, 2 * thresholds.critical)
    while top < highest { top = min(1, top * 2) }
    return top
  }

  func draw(on surface: inout Surface, row: Int, column: Int) {
    let title = surface.put("failure ratio by \(fleet.window.rawValue)", row: row, column: column, style: .quiet)
    let (ages, below) = (marks.ages, markRows)
    drawMarkText(on: &surface, row: row, from: column + title + 2, to: column + labelWidth + Self.end(hasNames))
    let top = top
    let left = column + labelWidth + 3
    drawLabels(top: top, on: &surface, row: row + 2, end: column + labelWidth - 1)
    surface.put("runs", row: row + 12 + below, endingAt: column + labelWidth - (hasNames ? 1 : 0), style: .quiet)
    let runs = barWidth == 1 ? Bars.runs(series, in: fleet).suffix(count).map { $0 } : nil
    for (index, counters) in Bars.aligned(series, in: fleet).suffix(count).enumerated() {
      let isCurrent = index == count - 1
      // The line before the current bar takes a column of its own where bars stand side by side.
      let x = left + index * (barWidth + gap) + (isCurrent && gap == 0 ? 1 : 0)
      if isCurrent {
        for y in (row + 1)...(row + Self.height - 1 + below) {
          surface.put(Bars.filling, row: y, column: x - 1, style: .quiet)
        }
      }
      if let counters {
        drawBar(counters, isCurrent: isCurrent, top: top, on: &surface, row: row, column: x)
        drawRuns(counters, glyph: runs?[index], on: &surface, row: row + 12 + below, column: x)
      }
      if ages.contains(count - 1 - index) {
        surface.put(MarkRow.glyph, row: row + 10, column: x + (barWidth - 1) / 2, style: .strong)
      }
      drawDate(index, on: &surface, row: row + 10 + below, column: x)
    }
  }

  /// Where the last bar ends, counted from the labels.
  private static func end(_ hasNames: Bool) -> Int { (hasNames ? room.named : room.short) + 3 }

  /// What the newest mark says, beside the title.
  private func drawMarkText(on surface: inout Surface, row: Int, from column: Int, to end: Int) {
    guard let text = marks.text, end - column >= Self.leastMarkText else { return }
    let shown = TerminalText.fitted(text, width: min(TerminalText.width(text), end - column))
    surface.put(shown, row: row, column: column, style: .plain)
  }

  /// Less than this of a mark says nothing.
  private static let leastMarkText = 12

  /// The runs of a bucket: a count, or a bar where that has no room.
  private func drawRuns(
    _ counters: StatsCounters, glyph: Character?, on surface: inout Surface, row: Int, column: Int
  ) {
    if let glyph {
      surface.put(String(glyph), row: row, column: column, style: .quiet)
    } else {
      surface.put(
        NumberText.count(counters.totalRuns, fitting: barWidth), row: row, endingAt: column + barWidth - 1)
    }
  }

  private func drawLabels(top: Double, on surface: inout Surface, row: Int, end: Int) {
    var labels = [(value: top, text: "\(percent(top))%")]
    let names = hasNames ? ("critical", "warning") : ("", "")
    labels.append((thresholds.critical, named(names.0, thresholds.critical)))
    labels.append((thresholds.warning, named(names.1, thresholds.warning)))
    var taken: Set<Int> = []
    for (value, text) in labels {
      let edge = Double(Self.bars) * (1 - value / top)
      guard abs(edge - edge.rounded()) < 0.01, edge >= -0.01, taken.insert(Int(edge.rounded())).inserted else {
        continue
      }
      surface.put(text, row: row + Int(edge.rounded()), endingAt: end, style: .quiet)
    }
  }

  /// `critical 10`, or the number alone where both have no room.
  private func named(_ name: String, _ ratio: Double) -> String {
    let text = "\(name) \(pad(ratio))"
    return text.utf8.count <= labelWidth + 1 ? text : percent(ratio)
  }

  private func percent(_ ratio: Double) -> String {
    let tenths = Int((ratio * 1000).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : NumberText.decimal(tenths, places: 1)
  }

  private func pad(_ ratio: Double) -> String {
    let text = percent(ratio)
    return text.utf8.count < 2 ? " " + text : text
  }

  private func drawBar(
    _ counters: StatsCounters, isCurrent: Bool, top: Double, on surface: inout Surface, row: Int, column: Int
  ) {
    let floor = row + 1 + Self.bars
    guard let ratio = counters.failureRatio else {
      surface.put(String(Bars.noRuns), row: floor, column: column + min(1, barWidth - 1), style: .quiet)
      return
    }
    let share = min(1, ratio / top) * Double(Self.bars)
    if isCurrent {
      let tone = Style(series.state.tone == .quiet ? .text : series.state.tone)
      surface.put(NumberText.percent(counters), row: row + 1, column: column, style: tone)
      for step in 0..<Int(share.rounded(.up)) { put("░", row: floor - step, on: &surface, column: column, style: tone) }
      return
    }
    let eighths = max(1, Int((share * 8).rounded()))
    for step in 0..<(eighths / 8) { put("█", row: floor - step, on: &surface, column: column, style: .quiet) }
    if eighths % 8 > 0 {
      put(Bars.glyphs[eighths % 8], row: floor - eighths / 8, on: &surface, column: column, style: .quiet)
    }
  }

  private func put(_ glyph: Character, row: Int, on surface: inout Surface, column: Int, style: Style) {
    surface.put(String(repeating: glyph, count: barWidth), row: row, column: column, style: style)
  }

  private func drawDate(_ index: Int, on surface: inout Surface, row: Int, column: Int) {
    let starts = fleet.starts.suffix(count)
    let start = starts[starts.startIndex + index]
    let isFirst = index == 0
    let before = isFirst ? nil : starts[starts.startIndex + index - 1]
    if fleet.window.isWithinDay { return drawTime(start, before: before, on: &surface, row: row, column: column) }
    let date = CivilDate(start)
    if fleet.window == .standard {
      // Where bars stand closer than their labels are wide, only some of them have one.
      guard (count - 1 - index) % ((Self.dateWidth + barWidth + gap - 1) / (barWidth + gap)) == 0 else { return }
      surface.put(date.weekdayName, row: row, column: column, style: .quiet)
      surface.put(String(date.day), row: row + 1, column: column + 1, style: .quiet)
      return
    }
    let isNew = before.map { CivilDate($0).month != date.month } ?? true
    if isNew { surface.put(date.monthName, row: row, column: column + 1, style: .quiet) }
    surface.put(String(date.day), row: row + 1, endingAt: column + barWidth - 1, style: .quiet)
  }

  /// The columns of a weekday, and the blank after it.
  private static let dateWidth = 4
  /// The columns of a time of day, and the blank after it.
  private static let timeWidth = 6

  /// The time of a bucket where there is room for it: at round minutes or hours of the shown zone. Below it the day,
  /// where one begins.
  private func drawTime(_ start: Date, before: Date?, on surface: inout Surface, row: Int, column: Int) {
    let date = zone.civil(start)
    let buckets = (Self.timeWidth + barWidth + gap - 1) / (barWidth + gap)
    let isRound =
      fleet.window.length < 3_600
      ? date.minute % Self.step(buckets, of: [5, 10, 15, 20, 30]) == 0
      : date.hour % Self.step(buckets, of: [2, 3, 4, 6, 12]) == 0
    // The line before the current bucket stays free.
    let end = fleet.currentStart.timeIntervalSince(start) / fleet.window.length
    guard Int(end.rounded()) * (barWidth + gap) >= Self.timeWidth else { return }
    if isRound { surface.put(date.time, row: row, column: column, style: .quiet) }
    guard let before, zone.civil(before).isoDate != date.isoDate else { return }
    surface.put(date.dayAndMonth, row: row + 1, column: column, style: .quiet)
  }

  /// The least of `steps` that leaves so many buckets between two labels.
  private static func step(_ buckets: Int, of steps: [Int]) -> Int { steps.first { $0 >= buckets } ?? steps[0] }
}
