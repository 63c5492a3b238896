import FoundationEssentials
import SlotStats
import TerminalUI

/// The two lines at the bottom: what is in which state, or what must be said instead; and the keys.
struct StatusLine {
  let state: DashboardState

  func draw(on surface: inout Surface, row: Int) {
    let columns = surface.size.columns
    let end = columns >= 120 ? columns - 2 : columns - 1
    let right = rightText(columns: columns)
    surface.put(right, row: row, endingAt: end, style: .quiet)
    let room = end - TerminalText.width(right) - 2
    if let field = state.field {
      drawTyped(field, on: &surface, row: row, room: room - 1)
    } else if let message {
      let least = state.schedule.failure == nil ? TerminalText.width(message) + 1 : Self.leastCause
      let left = state.notice == nil ? room - drawMarks(on: &surface, row: row, room: room, beside: least) : room
      surface.put(TerminalText.fitted(message, width: max(0, left - 1)), row: row, column: 1, style: messageStyle)
    } else {
      drawCounts(on: &surface, row: row, room: room)
    }
  }

  /// The line of the keys that may be pressed here.
  func drawHints(_ hints: [KeyHint], on surface: inout Surface, row: Int) {
    let columns = surface.size.columns
    let isPastList = state.isPast && state.screen == .overview && state.field == nil
    let shown = isPastList ? [KeyHint.leavePast] + hints : hints
    let line = KeyHint.line(shown, width: columns - 1, gap: columns >= 120 ? 3 : 2)
    surface.put(line, row: row, column: 1, style: .quiet)
  }

  /// What is typed: its end where there is no room for all of it, since there the next letter comes.
  func drawTyped(_ field: TextField, on surface: inout Surface, row: Int, room: Int) {
    var text = field.text
    let prompt = field.prompt
    while TerminalText.width(text) > max(1, room - 2 - prompt.utf8.count) { text.removeFirst() }
    let start = text.utf8.count == field.text.utf8.count ? prompt : prompt + "…"
    let column = 1 + surface.put(start + text + Self.caret, row: row, column: 1, style: .strong)
    guard let notice = state.notice, column + 2 + notice.text.utf8.count <= room else { return }
    surface.put(notice.text, row: row, column: column + 2, style: .quiet)
  }

  /// Where the next letter comes; a character that has a likeness in ASCII.
  private static let caret = "▁"

  /// What is more important than the counts: why a key did nothing, why the source gave nothing.
  var message: String? {
    if let notice = state.notice { return notice.text }
    if let trouble = state.troubleOfNow { return trouble }
    if state.isPast { return state.shown?.reading.notice }
    if let worsened { return worsened }
    if let failure = state.schedule.failure {
      guard let fleet = state.newest else { return failure }
      return "\(failure), showing \(state.instantText(fleet.generatedAt))"
    }
    return state.onCall.troubles.first ?? state.onCall.bookFailure ?? state.shown?.reading.notice
  }

  /// The look of ``message``: a key that is pressed again for the same answer turns it.
  var messageStyle: Style { Style(.text, strong: state.notice?.isTurned != true) }

  /// Who is critical in the newest reading and not in the one that is held: `slot-011 is critical now; Space shows it`.
  /// All slots together may be, though none of them is.
  private var worsened: String? {
    guard let held = state.held?.fleet, let newest = state.newest, newest.has(state.window) else { return nil }
    let new = newest[state.window].slots.lazy.filter { slot in
      slot.series.state == .critical && state.acknowledgement(slot.id) == nil
        && held.slot(slot.id, in: state.window)?.series.state != .critical
    }
    guard let first = new.first else {
      let (before, now) = (held[state.window].global.state, newest[state.window].global.state)
      return now == .critical && before != .critical ? "all slots together are critical now; Space shows it" : nil
    }
    let others = new.count - 1
    let more = others > 0 ? " and \(NumberText.count(others)) more are" : " is"
    return "\(Headline.short(first.id))\(more) critical now; Space shows it"
  }

  /// The states that are counted even beside a cause.
  private static let counted: [SlotState] = [.critical, .warning, .stalled, .quiet, .missing]
  /// The least columns that a cause keeps.
  private static let leastCause = 24

  /// How many rows have which mark, in few columns, at the end of `room`, where `least` columns are left; returns the
  /// columns that takes.
  private func drawMarks(on surface: inout Surface, row: Int, room: Int, beside least: Int) -> Int {
    guard let figures = state.figures else { return 0 }
    let marks = Self.counted.compactMap { state in
      figures.counts[state].map { (state: state, count: NumberText.count($0, fitting: 4)) }
    }
    let width = marks.reduce(-2) { sum, mark in sum + TerminalText.width(mark.state.mark) + mark.count.utf8.count + 3 }
    guard !marks.isEmpty, room - width - 3 >= least else { return 0 }
    var column = room - width
    for (state, count) in marks {
      column += 1 + surface.put(state.mark, row: row, column: column, style: Style(state.tone, strong: true))
      column += 2 + surface.put(count, row: row, column: column, style: .quiet)
    }
    return width + 2
  }

  private static let order: [SlotState] = [
    .critical, .warning, .stalled, .quiet, .over, .few, .missing, .idle, .off, .unread,
  ]

  private func drawCounts(on surface: inout Surface, row: Int, room: Int) {
    guard let figures = state.figures else { return }
    var column = 1
    let acknowledged = state.standing?.rows.count ?? 0
    for state in Self.order {
      // What is known stands behind what should be looked at, before what need not.
      if state == .few, acknowledged > 0 {
        let text = "\(Acknowledgement.mark) \(NumberText.count(acknowledged)) acknowledged"
        guard column + TerminalText.width(text) <= room else { return }
        column += surface.put(text, row: row, column: column, style: .quiet) + 2
      }
      guard let count = figures.counts[state] else { continue }
      let mark = state.mark
      let text = "\(mark) \(state.counted(count))"
      guard column + TerminalText.width(text) <= room else { return }
      surface.put(text, row: row, column: column, style: .quiet)
      surface.put(mark, row: row, column: column, style: Style(state.tone, strong: state.isMarked))
      column += TerminalText.width(text) + 2
    }
    let slots = figures.severities.count
    if column == 1 {
      let text = slots == 0 ? "no slots" : "\(NumberText.count(slots)) ok"
      column += surface.put(text, row: row, column: 1, style: .quiet) + 2
    }
    drawMark(on: &surface, row: row, column: column, room: room)
  }

  /// What the newest mark in the shown range says, where no chart above has room for it.
  private func drawMark(on surface: inout Surface, row: Int, column: Int, room: Int) {
    guard OverviewLayout(state).chart == nil, let fleet = state.fleet, let text = state.marks(in: fleet).text,
      room - column >= Self.leastMark
    else { return }
    surface.put(
      TerminalText.fitted(text, width: min(TerminalText.width(text), room - column)), row: row, column: column)
  }

  /// Less than this of a mark says nothing.
  private static let leastMark = 14

  // MARK: What is hidden, and which rows these are

  /// Hidden trouble first and the rows last; what stands between goes where the line is short, then the rows.
  private func rightText(columns: Int) -> String {
    var parts = rightParts(columns: columns)
    func text() -> String { parts.joined(separator: "   ") }
    while parts.count > 1, TerminalText.width(text()) > columns - 2 {
      parts.remove(at: parts.count > 2 ? parts.count - 2 : 1)
    }
    return text()
  }

  private func rightParts(columns: Int) -> [String] {
    guard let figures = state.figures else { return [] }
    var parts: [String] = []
    if let hidden = hiddenTrouble(figures) { parts.append(hidden) }
    if !state.filter.isEmpty, state.field?.purpose != .filter {
      parts.append("/" + TerminalText.fitted(state.filter, width: min(16, TerminalText.width(state.filter))))
    }
    if state.showsOnlyMarked { parts.append("! only") }
    if columns >= 120 { parts.append(state.sort.label) }
    let page = state.rowCount(from: state.top)
    let last = min(state.rows.count, state.top + page)
    if state.rows.isEmpty {
      parts.append("0 of \(NumberText.count(figures.severities.count))")
    } else {
      let first = NumberText.count(state.top + 1)
      parts.append("\(first)–\(NumberText.count(last)) of \(NumberText.count(state.rows.count))")
    }
    return parts
  }

  /// Marked rows that nobody sees: scrolled away, or filtered out.
  private func hiddenTrouble(_ figures: FleetFigures) -> String? {
    let page = state.rowCount(from: state.top)
    let above = Trouble(state.rows.prefix(state.top), in: figures)
    let below = Trouble(state.rows.dropFirst(state.top + page), in: figures)
    let listed = Trouble(state.rows, in: figures)
    let all = Trouble(figures.severities.indices, in: figures)
    let parts = [(all - listed, "filtered out"), (above, "above"), (below, "below")].compactMap { trouble, place in
      trouble.text.map { "\($0) \(place)" }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

/// How many rows of some are critical, and how many are a warning.
private struct Trouble {
  var critical = 0
  var warning = 0

  init(_ rows: some Sequence<Int>, in figures: FleetFigures) {
    for row in rows {
      switch figures.severities[row] {
      case 2: critical += 1
      case 1: warning += 1
      default: break
      }
    }
  }

  static func - (left: Trouble, right: Trouble) -> Trouble {
    var rest = left
    rest.critical -= right.critical
    rest.warning -= right.warning
    return rest
  }

  /// The worst of them in words; `nil` for none.
  var text: String? {
    if critical > 0 { return "\(NumberText.count(critical)) critical" }
    return warning > 0 ? "\(NumberText.count(warning)) warning" : nil
  }
}
