import FoundationEssentials
import SlotStats
import TerminalUI

/// The charts and the kinds above the table; in the same cells on the overview and on the slot screen.
struct TopBlocks {
  let state: DashboardState
  let shown: Fleet
  let series: JudgedSeries
  let words: PeriodWords
  /// The slot whose series it is; `nil` for all slots together.
  let id: Slot.ID?

  /// The widths from which a block is there.
  private static let widths = (kinds: 120, weeks: 166, providers: 199)
  /// Where the blocks begin.
  private static let columns = (chart: 1, weeks: 72, kindsBesideDays: 74, kindsBesideWeeks: 119, providers: 168)

  /// The rows below the heading of the providers.
  private static let providerRows = 5

  init(_ state: DashboardState, shown: Fleet, series: JudgedSeries, id: Slot.ID?) {
    self.state = state
    self.shown = shown
    self.series = series
    self.id = id
    words = PeriodWords(shown[state.window], now: state.now.wall, zone: state.zone)
  }

  /// The windows of the charts: on the page of a slot the last minutes come first where the source has them, and what was
  /// chosen second.
  private var windows: [StatsWindow] {
    guard id != nil, shown.has(.minute) else { return [state.window] + state.window.pair }
    return [.minute, state.window == .minute ? .hour : state.window]
  }

  func draw(on surface: inout Surface, row: Int) {
    let width = surface.size.columns
    if width >= Self.widths.weeks {
      let pair = id != nil && shown.has(.minute) ? windows : state.window.pair
      drawChart(pair[0], on: &surface, row: row, column: Self.columns.chart, hasNames: true)
      drawChart(pair[1], on: &surface, row: row, column: Self.columns.weeks, hasNames: false)
      drawKinds(on: &surface, row: row, column: Self.columns.kindsBesideWeeks, labelWidth: 14)
    } else {
      drawChart(windows[0], on: &surface, row: row, column: Self.columns.chart, hasNames: true)
      if width >= Self.widths.kinds {
        drawKinds(on: &surface, row: row, column: Self.columns.kindsBesideDays, labelWidth: 15)
      }
    }
  }

  private func drawChart(_ window: StatsWindow, on surface: inout Surface, row: Int, column: Int, hasNames: Bool) {
    guard shown.has(window) || window == state.window else { return }
    let fleet = shown[window]
    guard let series = id.map({ shown.slot($0, in: window)?.series }) ?? fleet.global else { return }
    let thresholds = id.map { fleet.rules[slot: $0] } ?? fleet.thresholds
    RatioChart(series, in: fleet, by: thresholds, zone: state.zone, hasNames: hasNames, marks: state.marksSoFar)
      .draw(on: &surface, row: row, column: column)
  }

  private func drawKinds(on surface: inout Surface, row: Int, column: Int, labelWidth: Int) {
    KindsBlock(series: series, words: words, labelWidth: labelWidth).draw(on: &surface, row: row, column: column)
  }

  /// On the widest screens: the providers, and who fails more than usual.
  func drawFleet(on surface: inout Surface, row: Int) {
    guard surface.size.columns >= Self.widths.providers else { return }
    let column = Self.columns.providers
    let ends = (name: column + 13, ratio: column + 19, runs: column + 24, usual: column + 30)
    // Sums of some of the slots are no sums: the providers wait for the last slot.
    guard shown.reading.gaps.unknownCount(in: state.window) == 0 else {
      surface.put("by provider, once all are read", row: row, column: column, style: .quiet)
      drawExcesses(on: &surface, row: row + 6, column: column)
      return
    }
    surface.put("by provider", row: row, column: column, style: .quiet)
    surface.put("fail%", row: row, endingAt: ends.ratio, style: .quiet)
    surface.put("runs", row: row, endingAt: ends.runs, style: .quiet)
    surface.put("usual", row: row, endingAt: ends.usual, style: .quiet)
    let providers = shown.providers(state.window)
    let listed = providers.count <= Self.providerRows ? providers.count : Self.providerRows - 1
    if providers.count > listed {
      let more = "\(NumberText.count(providers.count - listed)) more"
      surface.put(more, row: row + Self.providerRows, column: column, style: .quiet)
    }
    for (index, provider) in providers.prefix(listed).enumerated() {
      let y = row + 1 + index
      let series = provider.series
      let style = series.state.isMarked ? Style(series.state.tone, strong: true) : .plain
      surface.put(series.state.rowMark, row: y, column: column - 3, style: style)
      surface.put(
        TerminalText.fitted(provider.id.isEmpty ? "none named" : provider.id, width: 14), row: y, column: column)
      surface.put(NumberText.percent(series.judged), row: y, endingAt: ends.ratio, style: style)
      if series.trend == .above { surface.put("↑", row: y, column: ends.ratio + 1, style: style) }
      if series.trend == .below { surface.put("↓", row: y, column: ends.ratio + 1, style: style) }
      surface.put(NumberText.count(series.judged.totalRuns, fitting: 3), row: y, endingAt: ends.runs)
      if series.usual != nil {
        surface.put(NumberText.percent(series.rest), row: y, endingAt: ends.usual, style: .quiet)
      }
    }
    drawExcesses(on: &surface, row: row + 6, column: column)
  }

  private func drawExcesses(on surface: inout Surface, row: Int, column: Int) {
    let excesses = (state.figures ?? shown.figures(state.window)).contributors.excesses.prefix(5)
    guard !excesses.isEmpty else { return }
    surface.put("failures over usual", row: row, column: column, style: .quiet)
    for (index, excess) in excesses.enumerated() {
      let y = row + 1 + index
      let count = "+" + NumberText.count(excess.failures)
      let width = min(9, 13 - count.utf8.count)
      surface.put(TerminalText.fitted(excess.id, width: width), row: y, column: column)
      surface.put(count, row: y, endingAt: column + 13)
      let kind = excess.kind?.label ?? ""
      surface.put(kind, row: y, column: column + 16, style: .quiet)
    }
  }
}
