import FoundationEssentials
import SlotStats
import TerminalUI

/// The glyphs of a bar, lowest first; index 0 is nothing.
enum Bars {
  static let glyphs: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  /// The line between finished buckets and the one that is still filling.
  static let filling = "┆"
  /// Reported, and no runs.
  static let noRuns: Character = "·"

  /// The step of a failure ratio on the one fixed scale: `min(8, ⌊ratio ÷ warning⌋ + 1)`.
  static func level(_ ratio: Double, thresholds: Thresholds) -> Int {
    Int(min(7, ratio / thresholds.warning + 1e-9)) + 1
  }

  /// The failure ratio by bucket, aligned to `fleet`'s shown buckets: a glyph for each, and how it should look.
  static func ratios(_ series: JudgedSeries, in fleet: JudgedFleet) -> [(glyph: Character, style: Style)] {
    aligned(series, in: fleet).enumerated().map { index, counters in
      guard let counters else { return (" ", .quiet) }
      guard let ratio = counters.failureRatio else { return (noRuns, .quiet) }
      let glyph = glyphs[level(ratio, thresholds: fleet.thresholds)]
      return (glyph, index == fleet.starts.count - 1 ? currentStyle(series) : .quiet)
    }
  }

  /// The runs by bucket, from 0 to the largest finished bucket.
  static func runs(_ series: JudgedSeries, in fleet: JudgedFleet) -> [Character] {
    let values = aligned(series, in: fleet).map { $0?.totalRuns }
    let top = values.dropLast().compactMap(\.self).max() ?? 0
    return values.map { runs in
      guard let runs else { return " " }
      if runs == 0 { return noRuns }
      return glyphs[top == 0 ? 8 : max(1, min(8, Int((Double(runs) / Double(top) * 8).rounded())))]
    }
  }

  /// The series' counters for each shown bucket; `nil` where the source does not report it.
  static func aligned(_ series: JudgedSeries, in fleet: JudgedFleet) -> [StatsCounters?] {
    var row = [StatsCounters?](repeating: nil, count: fleet.starts.count)
    for metric in series.metrics {
      let age = Int((fleet.currentStart.timeIntervalSince(metric.periodStart) / fleet.window.length).rounded())
      if (0..<row.count).contains(age) { row[row.count - 1 - age] = metric.counters }
    }
    return row
  }

  /// The one bar right of the line takes the row's colour; under 20 runs it is as quiet as the finished ones.
  private static func currentStyle(_ series: JudgedSeries) -> Style {
    guard (series.current?.totalRuns ?? 0) >= Thresholds.minUsualRuns else { return .quiet }
    return Style(series.state.tone)
  }
}

extension SlotState {
  /// The colour role of what this state marks.
  var tone: Tone {
    switch self {
    case .critical: .critical
    case .warning, .stalled, .quiet: .warning
    case .ok, .over: .text
    case .few, .missing, .idle, .off, .unread: .quiet
    }
  }
}

extension Surface {
  /// Draws `text` so that it ends at `end`, that column included. Nothing is drawn where that lies outside of the
  /// surface, and what would lose its beginning loses its end to `…`: half a number is another number.
  mutating func put(_ text: String, row: Int, endingAt end: Int, style: Style = .plain) {
    guard end < size.columns else { return }
    let width = TerminalText.width(text)
    let shown = width <= end + 1 ? text : TerminalText.fitted(text, width: end + 1)
    put(shown, row: row, column: max(0, end + 1 - width), style: style)
  }

  /// Draws `text` from `column` on, cut with `…` where it would not end on the surface.
  /// - Returns: the columns that it took.
  mutating func put(whole text: String, row: Int, column: Int, style: Style = .plain) -> Int {
    let room = size.columns - column
    let shown = TerminalText.width(text) <= room ? text : TerminalText.fitted(text, width: max(0, room))
    return put(shown, row: row, column: column, style: style)
  }

  /// Draws the `newest` bars of `series`, the line before the current bucket included.
  mutating func putRatios(_ series: JudgedSeries, in fleet: JudgedFleet, row: Int, column: Int, newest: Int) {
    let bars = Bars.ratios(series, in: fleet).suffix(newest)
    for (index, bar) in bars.enumerated() {
      let isCurrent = index == bars.count - 1
      if isCurrent { put(Bars.filling, row: row, column: column + index, style: .quiet) }
      guard bar.glyph != " " else { continue }
      put(String(bar.glyph), row: row, column: column + index + (isCurrent ? 1 : 0), style: bar.style)
    }
  }
}
