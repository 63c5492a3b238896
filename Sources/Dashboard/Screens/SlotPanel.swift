import SlotStats
import TerminalUI

/// The slot under the cursor, beside the table on the widest screens.
struct SlotPanel {
  let state: DashboardState
  let slot: JudgedSlot

  func draw(on surface: inout Surface, row: Int, column: Int, bottom: Int) {
    guard let shown = state.shown else { return }
    let width = surface.size.columns - column - 1
    var y = row
    for (text, style) in [(slot.title, Style.strong), (state.subtitle(slot), .quiet)] where y < bottom {
      surface.put(TerminalText.fitted(text, width: width), row: y, column: column, style: style)
      y += 1
    }
    y += 1
    guard y + 1 < bottom else { return }
    let words = PeriodWords(shown[state.window], now: state.now.wall, zone: state.zone)
    _ = Headline.drawVerdict(
      slot.series, words: words, bounds: slot.series.boundsText, on: &surface, row: y, column: column - 3)
    if let usual = slot.series.usualText { surface.put(usual, row: y + 1, column: column) }
    y += 3
    for window in state.window.pair where shown.has(window) {
      guard let series = shown.slot(slot.id, in: window)?.series else { continue }
      let table = BucketTable(series: series, fleet: shown[window], columns: .panel, zone: state.zone)
      table.draw(
        on: &surface, row: y, column: column,
        limit: min(bottom - y, window == state.window.pair.last ? bottom - y : BucketTable.compactHeight))
      y += min(table.height, BucketTable.compactHeight) + 1
    }
  }
}

extension JudgedSlot {
  /// The id, and the name where that says more.
  var title: String { SlotTitle.hasName(slot) ? "\(slot.id) \(slot.name)" : slot.id }

}

extension DashboardState {
  /// `gpt-image-1.5, active`, and `as of 14:31` where it is older than the rest.
  func subtitle(_ slot: JudgedSlot) -> String {
    let parts = [slot.slot.providerID, slot.slot.isActive ? "active" : "off", freshnessText(slot.id)]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}

extension JudgedSeries {
  /// `, surely over 36%` for a marked series, `, surely under 9%` for one that is ok; else nothing.
  var boundsText: String {
    guard let interval else { return "" }
    switch state {
    case .critical, .warning: return ", surely over \(Int(interval.low * 100 + 1e-9))%"
    case .ok: return ", surely under \(max(1, Int((interval.high * 100 - 1e-9).rounded(.up))))%"
    case .stalled: return ", " + NumberText.open(open, of: judged.ingestCount)
    case .few, .missing, .idle, .off, .unread: return ""
    }
  }

  /// `usual 5.1% (17/335)`; `nil` where nothing is usual.
  var usualText: String? {
    guard usual != nil else { return nil }
    let counts = "\(NumberText.count(rest.shownFailures))/\(NumberText.count(rest.totalRuns))"
    return "usual \(NumberText.percent(rest))% (\(counts))"
  }
}
