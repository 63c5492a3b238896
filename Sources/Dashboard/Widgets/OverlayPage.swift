import SlotStats
import TerminalUI

/// A page of lines that lies over the screen: a title with its keys above, lines that scroll below it.
struct OverlayPage {
  /// A piece of a line.
  struct Piece {
    /// The column at which it stands.
    let column: Int
    let text: String
    var style: Style = .plain
    /// Whether it ends at ``column`` instead.
    var isTrailing = false
  }

  let title: String
  /// What is said of its keys, the most important first; those that have no room are left out.
  let hints: [String]
  let lines: [[Piece]]
  let state: DashboardState
  /// Whether it is of the reading that is held, where one is.
  var isOfHeld = true

  /// The first row of the lines.
  private static let bodyRow = 1
  /// Blanks between two hints.
  private static let gap = 3

  /// How many lines there is room for. The last row is kept for what is said to a key.
  private var room: Int { max(1, state.size.rows - Self.bodyRow - 1) }

  /// How far the lines can be scrolled.
  var scrollLimit: Int { max(0, lines.count - room) }

  /// Draws it.
  func draw(on surface: inout Surface) {
    var column = 1 + surface.put(title, row: 0, column: 1, style: .strong) + Self.gap
    column += surface.putTrust(of: state, isOfHeld: isOfHeld, row: 0, column: column) + Self.gap
    drawHints(on: &surface, from: column)
    let first = min(state.scroll, scrollLimit)
    for (row, line) in lines.dropFirst(first).prefix(room).enumerated() {
      for piece in line {
        let column = piece.isTrailing ? piece.column - TerminalText.width(piece.text) : piece.column
        surface.put(piece.text, row: Self.bodyRow + row, column: max(0, column), style: piece.style)
      }
    }
    let said =
      state.notice?.text
      ?? (scrollLimit > 0 ? "lines \(first + 1)–\(min(first + room, lines.count)) of \(lines.count), j k scroll" : "")
    let style: Style = state.notice == nil ? .quiet : .strong
    surface.put(
      TerminalText.fitted(said, width: max(0, state.size.columns - 1)), row: state.size.rows - 1, column: 1,
      style: style)
  }

  private func drawHints(on surface: inout Surface, from start: Int) {
    var kept = ["Esc closes"] + hints
    func width(_ texts: [String]) -> Int {
      texts.reduce(0) { $0 + TerminalText.width($1) } + Self.gap * max(0, texts.count - 1)
    }
    while kept.count > 1, start + width(kept) > state.size.columns - 1 { kept.removeLast() }
    let text = (kept.dropFirst() + kept.prefix(1)).joined(separator: String(repeating: " ", count: Self.gap))
    surface.put(text, row: 0, column: max(start, state.size.columns - 1 - TerminalText.width(text)), style: .quiet)
  }
}

extension Surface {
  /// Whether what is shown can be believed, for a page that covers the first line: the trust word, or of when it is, and
  /// that it is held; returns the columns that takes.
  mutating func putTrust(of state: DashboardState, isOfHeld: Bool = true, row: Int, column: Int) -> Int {
    let isPast = state.pastTitle != nil
    let word = state.pastTitle ?? state.trust.word.rawValue.uppercased()
    let isLive = !isPast && state.trust.word == .live
    let columns = put(word, row: row, column: column, style: isLive ? .live : Style(.text, strong: true, reverse: true))
    guard isOfHeld, state.isPaused, !isPast else { return columns }
    return columns + 1
      + put("PAUSED", row: row, column: column + columns + 1, style: Style(.text, reverse: true))
  }
}
