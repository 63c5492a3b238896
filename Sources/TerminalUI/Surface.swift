/// A drawing of cells: what a screen should show, whoever shows it.
package struct Surface: Hashable, Sendable {
  /// Its extent; never changes.
  package let size: Size
  /// The cells row after row.
  private(set) var cells: [Cell]
  /// What of it leads somewhere; none overlap.
  package internal(set) var links: [SurfaceLink] = []

  /// An empty surface.
  package init(size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.rows * size.columns)
  }

  /// The cell at `row` and `column`, counted from 0; a blank outside of the surface.
  package subscript(row: Int, column: Int) -> Cell {
    guard holds(row), column >= 0, column < size.columns else { return .blank }
    return cells[row * size.columns + column]
  }

  /// Draws `text` at `row` and `column` and says how many columns it took.
  ///
  /// Clipped at the surface's edges and at `width` columns (unlimited when nil). A wide character that would be cut in half
  /// becomes a blank, and so does the other half of one that is half overwritten. Whatever must not reach a terminal is
  /// neutralised here again, as `TerminalText.neutralised` does.
  /// - Returns: the columns from `column` to the end of what was drawn, those left of the surface included.
  @discardableResult
  package mutating func put(
    _ text: some StringProtocol, row: Int, column: Int, style: Style = .plain, width: Int? = nil
  ) -> Int {
    put(String(text), row: row, column: column, style: style, width: width)
  }

  /// Draws `text` at `row` and `column` and says how many columns it took.
  @discardableResult
  package mutating func put(
    _ text: String, row: Int, column: Int, style: Style = .plain, width: Int? = nil
  ) -> Int {
    guard holds(row) else { return min(TerminalText.width(text), max(width ?? .max, 0)) }
    let end = width.map { min(column.addingClamped($0), size.columns) } ?? size.columns
    guard end > column else { return 0 }
    let columns = size.columns
    var text = text
    return cells.withUnsafeMutableBufferPointer { cells in
      var pen = Pen(
        row: UnsafeMutableBufferPointer(rebasing: cells[row * columns..<(row + 1) * columns]),
        column: column, end: end, style: style)
      text.withUTF8 { pen.draw($0) }
      return pen.column - column
    }
  }

  /// Changes the style of the cells of `row` within `columns`; what lies outside of the surface is left alone.
  package mutating func restyle(row: Int, columns: Range<Int>, _ change: (inout Style) -> Void) {
    guard holds(row) else { return }
    let columns = columns.clamped(to: 0..<size.columns)
    for column in columns {
      change(&cells[row * size.columns + column].style)
    }
  }

  /// Draws rows of `other`, which has the same columns, from `row` on; what lies outside of either is left alone.
  package mutating func put(_ other: Surface, rows: Range<Int>, row: Int) {
    guard other.size.columns == size.columns else { return }
    for source in rows.clamped(to: 0..<other.size.rows) {
      let target = row + source - rows.lowerBound
      guard holds(target) else { continue }
      let columns = size.columns
      cells.replaceSubrange(target * columns..<(target + 1) * columns, with: other.rowCells(source))
      for link in other.links where link.row == source { self.link(link.url, row: target, columns: link.columns) }
    }
  }

  /// The text of `row` without trailing blanks; empty outside of the surface.
  package func line(_ row: Int) -> String {
    guard holds(row) else { return "" }
    var text = ""
    let cells = rowCells(row)
    let end = cells.lastIndex { !$0.isBlank || $0.width == 0 } ?? cells.startIndex - 1
    for cell in cells[cells.startIndex..<end + 1] { cell.write(to: &text) }
    return text
  }

  /// The text of all rows, each without trailing blanks.
  package var lines: [String] { (0..<size.rows).map(line) }

  /// The cells of a row, which must be one of the surface's.
  package func rowCells(_ row: Int) -> ArraySlice<Cell> {
    cells[row * size.columns..<(row + 1) * size.columns]
  }

  /// Replaces every cell by what `change` makes of it; the caller keeps wide characters whole.
  mutating func mapCells(_ change: (Cell) -> Cell) {
    for index in cells.indices { cells[index] = change(cells[index]) }
  }

  private func holds(_ row: Int) -> Bool { row >= 0 && row < size.rows }
}

extension Int {
  /// The sum, held at the largest or least value instead of trapping.
  func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
