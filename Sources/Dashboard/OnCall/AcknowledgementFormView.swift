import FoundationEssentials
import SlotStats
import TerminalUI

/// The form over the bottom of the screen: whom it is about, the note, how long, and the keys.
struct AcknowledgementFormView {
  let state: DashboardState
  let form: AcknowledgementForm

  /// The rows that it takes where there is room.
  private static let height = 5
  private static let labelWidth = 10
  /// Where the next letter comes.
  private static let caret = "▁"

  func draw(on surface: inout Surface) {
    let columns = surface.size.columns
    let top = max(1, surface.size.rows - Self.height)
    for row in top..<surface.size.rows {
      surface.put(String(repeating: " ", count: columns), row: row, column: 0)
    }
    let name = TerminalText.fitted(form.slotID, width: min(40, TerminalText.width(form.slotID)))
    let what = state.newest?.slot(form.slotID, in: state.window).map { ", \($0.series.state.rawValue)" } ?? ""
    let title = " acknowledge \(name)\(what), by \(state.options.acknowledger ?? "")"
    surface.put(
      TerminalText.fitted(title, width: columns), row: top, column: 0, style: Style(.text, strong: true, reverse: true),
      width: columns)
    draw("note", row: top + 1, on: &surface)
    let room = max(1, columns - Self.labelWidth - 4)
    var note = form.note
    while TerminalText.width(note) > room { note.removeFirst() }
    surface.put(note + Self.caret, row: top + 1, column: Self.labelWidth, style: .strong)
    draw("how long", row: top + 2, on: &surface)
    drawTimes(on: &surface, row: top + 2)
    if let notice = state.notice {
      surface.put(TerminalText.fitted(notice.text, width: columns - 2), row: top + 3, column: 1)
    }
    let hints = [
      KeyHint(keys: "Enter", text: "save", weight: 3), KeyHint(keys: "Tab", text: "how long", weight: 2),
      KeyHint(keys: "Esc", text: "cancel", weight: 4),
    ]
    StatusLine(state: state).drawHints(hints, on: &surface, row: top + 4)
  }

  private func draw(_ label: String, row: Int, on surface: inout Surface) {
    surface.put(label, row: row, column: 1, style: .quiet)
  }

  /// The chosen one is in angle brackets, so that it is told without colours too; on narrow screens it stands alone.
  private func drawTimes(on surface: inout Surface, row: Int) {
    let times = AcknowledgementForm.times.map(\.label)
    let all = times.enumerated().map { $0 == form.choice ? "‹\($1)›" : " \($1) " }
    let width = all.reduce(0) { $0 + TerminalText.width($1) }
    if Self.labelWidth + width >= surface.size.columns {
      surface.put("‹\(times[form.choice])›", row: row, column: Self.labelWidth - 1, style: .strong)
      return
    }
    var column = Self.labelWidth - 1
    for (place, text) in all.enumerated() {
      column += surface.put(text, row: row, column: column, style: place == form.choice ? .strong : .quiet)
    }
  }
}
