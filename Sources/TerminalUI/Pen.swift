/// Draws text into one row of cells.
struct Pen {
  /// The whole row.
  let row: UnsafeMutableBufferPointer<Cell>
  /// Where the next character goes; may lie left of the row.
  private(set) var column: Int
  /// The first column that must stay as it is; at most the row's length.
  let end: Int
  private let style: Style
  /// The cell that a combining mark joins.
  private var base: Int?

  /// A pen at `column` that draws up to `end`.
  init(row: UnsafeMutableBufferPointer<Cell>, column: Int, end: Int, style: Style) {
    self.row = row
    self.column = column
    self.end = end
    self.style = style
  }

  /// Draws the UTF-8 text `bytes` until it ends or the next character does not fit.
  mutating func draw(_ bytes: UnsafeBufferPointer<UInt8>) {
    var reader = ScalarReader(bytes)
    while let value = reader.next() {
      let (scalar, columns) = TerminalText.drawn(value)
      guard let scalar else { continue }
      if columns == 0 {
        if let base { row[base].combine(scalar) }
      } else if column >= end {
        return
      } else {
        put(scalar, columns: columns)
      }
    }
  }

  @inline(__always)
  private mutating func put(_ scalar: Unicode.Scalar, columns: Int) {
    if columns == 1 {
      base = place(Cell(scalar, style: style), at: column)
      column += 1
    } else {
      putWide(scalar)
    }
  }

  /// Puts a wide character, or a blank for its half where the other half has no room.
  private mutating func putWide(_ scalar: Unicode.Scalar) {
    if column >= 0 && column + 1 < end {
      base = place(Cell(scalar, width: 2, style: style), at: column)
      // The cell after the right half must not be the orphan of another wide character.
      place(Cell(" ", width: 1, style: style), at: column + 1)
      row[column + 1] = Cell(" ", width: 0, style: style)
      column += 2
    } else {
      base = nil
      place(Cell(" ", style: style), at: column)
      column += 1
      guard column < end else { return }
      place(Cell(" ", style: style), at: column)
      column += 1
    }
  }

  /// Writes one cell, blanks the other half of what it cuts, and says where; nil outside of the row.
  @discardableResult
  @inline(__always)
  private func place(_ cell: Cell, at column: Int) -> Int? {
    guard column >= 0, column < end else { return nil }
    let old = row[column]
    if old.width != 1 { separate(old, at: column) }
    row[column] = cell
    return column
  }

  /// Blanks the other half of the wide character of which `old` is one.
  private func separate(_ old: Cell, at column: Int) {
    let other = old.width == 2 ? column + 1 : column - 1
    guard row.indices.contains(other) else { return }
    row[other] = Cell(" ", style: row[other].style)
  }
}
