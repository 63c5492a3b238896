#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats

import TerminalUI

/// The failure ratio by bucket as a chart of eight rows, with dates and runs below.
struct RatioChart {
  let series: JudgedSeries
  let fleet: JudgedFleet
  /// By what the series was judged.
  let thresholds: Thresholds
  /// The columns of one bar.
  let barWidth: Int
  /// Whether the labels have room for the thresholds' names.
  let hasNames: Bool

  static let height = 13
  private static let bars = 8

  init(_ series: JudgedSeries, in fleet: JudgedFleet, by thresholds: Thresholds, hasNames: Bool) {
    self.thresholds = thresholds
    self.series = series
    self.fleet = fleet
    self.hasNames = hasNames
    barWidth = fleet.window == .day ? 3 : 4
  }

  /// The columns of the labels left of the bars.
  private var labelWidth: Int { hasNames ? 10 : 3 }

  /// The columns of the whole chart.
  var width: Int { labelWidth + 3 + fleet.starts.count * (barWidth + 1) }

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
    surface.put("failure ratio by \(fleet.window.rawValue)", row: row, column: column, style: .quiet)
    let top = top
    let left = column + labelWidth + 3
    drawLabels(top: top, on: &surface, row: row + 2, end: column + labelWidth - 1)
    surface.put("runs", row: row + 12, endingAt: column + labelWidth - (hasNames ? 1 : 0), style: .quiet)
    for (index, counters) in Bars.aligned(series, in: fleet).enumerated() {
      let x = left + index * (barWidth + 1)
      let isCurrent = index == fleet.starts.count - 1
      if isCurrent {
        for y in (row + 1)...(row + Self.height - 1) { surface.put(Bars.filling, row: y, column: x - 1, style: .quiet) }
      }
      if let counters { drawBar(counters, isCurrent: isCurrent, top: top, on: &surface, row: row, column: x) }
      drawDate(index, on: &surface, row: row + 10, column: x)
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
    let runs = NumberText.count(counters.totalRuns, fitting: barWidth)
    surface.put(runs, row: row + 12, endingAt: column + barWidth - 1)
    guard let ratio = counters.failureRatio else {
      surface.put(String(Bars.noRuns), row: floor, column: column + 1, style: .quiet)
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
    let date = CivilDate(fleet.starts[index])
    switch fleet.window {
    case .day:
      surface.put(date.weekdayName, row: row, column: column, style: .quiet)
      surface.put(String(date.day), row: row + 1, column: column + 1, style: .quiet)
    case .week:
      let isNew = index == 0 || CivilDate(fleet.starts[index - 1]).month != date.month
      if isNew { surface.put(date.monthName, row: row, column: column + 1, style: .quiet) }
      surface.put(String(date.day), row: row + 1, endingAt: column + barWidth - 1, style: .quiet)
    }
  }
}
