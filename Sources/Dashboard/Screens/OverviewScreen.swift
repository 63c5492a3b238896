import FoundationEssentials
import SlotStats
import TerminalUI

/// Which lines the overview has on a screen of some size, and where.
struct OverviewLayout {
  /// The rows of the lines that not every screen has.
  var verdict: Int?
  var bucket: Int?
  var chart: Int?
  var heading: Int?
  var global: Int?
  var globalOther: Int?
  /// The first slot's row, and how many there is room for.
  var firstRow: Int
  var rowCount: Int
  var status: Int?
  var hints: Int?

  /// The heights from which a line is there, the least important last.
  private static let heights = (
    verdict: 2, heading: 5, status: 6, global: 7, hints: 8, bucket: 10, globalOther: 12, blank: 16, chart: 36
  )

  init(_ state: DashboardState) { self.init(state.size, chartHeight: state.chartHeight) }

  /// The lines of a screen of this size; the charts have so many rows, one more where marks stand in them.
  init(_ size: Size, chartHeight: Int = RatioChart.height) {
    let rows = size.rows
    var next = 1
    func take(from height: Int, _ count: Int = 1) -> Int? {
      guard rows >= height else { return nil }
      defer { next += count }
      return next
    }
    verdict = take(from: Self.heights.verdict)
    bucket = take(from: Self.heights.bucket)
    let hasChart = rows >= Self.heights.chart && size.columns >= 70
    if hasChart {
      chart = next + 1
      next += chartHeight + 2
    }
    heading = take(from: Self.heights.heading)
    global = take(from: Self.heights.global)
    globalOther = take(from: Self.heights.globalOther)
    if rows >= Self.heights.blank { next += 1 }
    firstRow = next
    var bottom = rows
    if rows >= Self.heights.hints {
      bottom -= 1
      hints = bottom
    }
    if rows >= Self.heights.status {
      bottom -= 1
      status = bottom
    }
    if hasChart { bottom -= 1 }
    rowCount = max(0, bottom - firstRow)
  }
}

/// The first screen: all slots together, then each slot, worst first.
struct OverviewScreen {
  let state: DashboardState
  let layout: OverviewLayout

  init(_ state: DashboardState) {
    self.state = state
    layout = OverviewLayout(state)
  }

  func draw(on surface: inout Surface) {
    if let shown = state.shown, let table = SlotsTable(state) {
      let headline = Headline(state, shown: shown)
      if let row = layout.verdict { headline.draw(on: &surface, row: row) }
      if let row = layout.bucket { headline.drawBucket(on: &surface, row: row, hasChart: layout.chart != nil) }
      if let row = layout.chart {
        let blocks = TopBlocks(state, shown: shown, series: table.fleet.global, id: nil)
        blocks.draw(on: &surface, row: row)
        blocks.drawFleet(on: &surface, row: row)
      }
      drawTable(table, on: &surface)
    } else {
      drawWaiting(on: &surface)
    }
    let status = StatusLine(state: state)
    if let row = layout.status { status.draw(on: &surface, row: row) }
    if let row = layout.hints {
      let words = state.fleet.map { PeriodWords($0, now: state.now.wall, zone: state.zone) }
      let hints =
        state.field?.hints
        ?? KeyHint.overview(
          scope: state.scope, period: words, windows: state.windows, isPaused: state.isPaused,
          isLocalTime: state.isLocalTime)
      status.drawHints(hints, on: &surface, row: row)
    }
  }

  private func drawTable(_ table: SlotsTable, on surface: inout Surface) {
    if let row = layout.heading { table.drawHeading(on: &surface, row: row) }
    if let row = layout.global { table.drawGlobal(on: &surface, row: row) }
    if let row = layout.globalOther { table.drawGlobalOther(on: &surface, row: row) }
    for (index, line) in state.lines(from: state.top).enumerated() {
      let row = layout.firstRow + index
      switch line {
      case .slot(let place): table.draw(table.fleet.slots[place], on: &surface, row: row)
      case .provider(let provider, let listed): table.draw(provider, listed: listed, on: &surface, row: row)
      }
    }
    if state.rows.isEmpty, layout.rowCount > 0 {
      let text = table.fleet.slots.isEmpty ? "the source has no slots" : "no row fits the filter; Esc clears it"
      surface.put(text, row: layout.firstRow, column: 3, style: .quiet)
    }
    if table.layout.hasPanel, let slot = state.cursorSlot, let row = layout.heading {
      let bottom = (layout.status ?? surface.size.rows) - 1
      SlotPanel(state: state, slot: slot).draw(on: &surface, row: row, column: table.layout.end + 6, bottom: bottom)
    }
  }

  private func drawWaiting(on surface: inout Surface) {
    guard let row = layout.verdict else { return }
    let text = state.schedule.failure ?? state.waitingText
    surface.put(TerminalText.fitted(text, width: max(0, surface.size.columns - 5)), row: row, column: 4, style: .strong)
  }
}

extension DashboardState {
  /// What the first reading waits for, and how long already.
  var waitingText: String {
    let text = "reading \(options.sourceLabel)"
    let seconds = schedule.startedAt.map { (now.uptime - $0).seconds } ?? 0
    return seconds < 1 ? text : "\(text), no answer for \(AgeText.text(seconds: seconds))"
  }
}
