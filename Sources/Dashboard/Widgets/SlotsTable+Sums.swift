import SlotStats
import TerminalUI

/// The rows of the table that stand for several slots.
extension SlotsTable {
  /// The listed slots together: `these 6 slots`.
  func draw(_ subtotal: Subtotal, on surface: inout Surface, row: Int) {
    let name = subtotal.count == 1 ? "this 1 slot" : "these \(NumberText.count(subtotal.count)) slots"
    drawSum(subtotal.series, named: name, on: &surface, row: row)
  }

  /// All slots of a provider together: `gemini, 6 slots`, where some of them are not listed `6 of 9 slots`.
  func draw(_ provider: JudgedProvider, listed: Int, on surface: inout Surface, row: Int) {
    let count = fleet.slots.count { ($0.slot.providerID ?? "") == provider.id }
    let slots = "\(listed == count ? "" : "\(NumberText.count(listed)) of ")\(NumberText.count(count)) slots"
    let name = provider.id.isEmpty ? "none named" : provider.id
    let width = layout[.title]?.width ?? 0
    let whole = "\(name), \(slots)"
    drawSum(provider.series, named: TerminalText.width(whole) <= width ? whole : name, on: &surface, row: row)
    surface.restyle(row: row, columns: 0..<layout.end) { $0.strong = true }
  }

  private func drawSum(_ series: JudgedSeries, named name: String, on surface: inout Surface, row: Int) {
    let style = Style(series.state.tone, strong: series.state.isMarked)
    surface.put(series.state.rowMark, row: row, column: 0, style: style)
    if let span = layout[.title] {
      surface.put(TerminalText.fitted(name, width: span.width), row: row, column: span.start)
    }
    draw(series, scope: state.scope, on: &surface, row: row)
    if let span = layout[.bars] {
      surface.putRatios(series, in: fleet, row: row, column: span.start, newest: span.width - 1)
    }
  }
}
