@preconcurrency import CNcurses
import TerminalUI

/// Puts surfaces into the window of ncurses, which finds out by itself what changed.
@MainActor
struct Blitter {
  /// What ncurses is told for a style.
  private struct Look {
    var attributes: attr_t = 0
    var pair: Int16 = 0
  }

  /// By `Style.index`.
  private var looks = [Look](repeating: Look(), count: 64)
  /// One row on its way; kept, so that no frame allocates.
  private var row: [cchar_t] = []

  /// A blitter that prepares the colour pairs its palette needs; the terminal must have been opened.
  init(palette: Palette) {
    var pairs: [[Int16]: Int16] = [[-1, -1]: 0]
    for style in Style.all {
      let rendition = palette.rendition(of: style)
      let colours = [rendition.foreground, rendition.background].map { $0.map(Int16.init) ?? -1 }
      let pair = pairs[colours] ?? Int16(pairs.count)
      if pairs.updateValue(pair, forKey: colours) == nil { init_pair(pair, colours[0], colours[1]) }
      looks[style.index] = Look(attributes: rendition.attributes, pair: pair)
    }
  }

  /// Puts `row` of `surface` into the same row of `window`, blank where the surface is narrower.
  mutating func put(_ surface: Surface, row index: Int, into window: UnsafeMutablePointer<WINDOW>, columns: Int) {
    if row.count < columns { row = Array(repeating: cchar_t(), count: columns) }
    var count = 0
    for column in 0..<columns {
      let cell = surface[index, column]
      // A wide character brings its right half itself.
      guard cell.width > 0 else { continue }
      let columnsLeft = columns - column
      if cell.width <= columnsLeft && columnsGiven(to: cell) == cell.width {
        set(count, cell)
        count += 1
      } else {
        count += setSubstitute(at: count, cell, room: min(Int(cell.width), columnsLeft))
      }
    }
    cn_put(window, Int32(index), row, Int32(count))
  }

  /// The columns by which the C library measures the character; below 0 where it cannot draw it.
  private func columnsGiven(to cell: Cell) -> Int32 {
    cell.scalar.isASCII ? 1 : cn_width(wchar_t(cell.scalar.value))
  }

  /// Sets what does not shift the row where the C library measures otherwise than we do, and says how many cells.
  ///
  /// That is the character and a blank where it thinks it narrower, else question marks.
  private mutating func setSubstitute(at position: Int, _ cell: Cell, room: Int) -> Int {
    let isNarrower = room == 2 && columnsGiven(to: cell) == 1
    set(position, isNarrower ? cell.scalar : "?", cell.style)
    if room == 2 { set(position + 1, isNarrower ? " " : "?", cell.style) }
    return room
  }

  private mutating func set(_ position: Int, _ cell: Cell) {
    let look = looks[cell.style.index]
    cn_set(
      &row[position], wchar_t(cell.scalar.value), wchar_t(cell.firstMark?.value ?? 0),
      wchar_t(cell.secondMark?.value ?? 0), look.attributes, look.pair)
  }

  private mutating func set(_ position: Int, _ scalar: Unicode.Scalar, _ style: Style) {
    let look = looks[style.index]
    cn_set(&row[position], wchar_t(scalar.value), 0, 0, look.attributes, look.pair)
  }
}

extension Rendition {
  /// The attributes as ncurses knows them.
  fileprivate var attributes: attr_t {
    let set = (bold ? cn_bold.rawValue : 0) | (dim ? cn_dim.rawValue : 0) | (reverse ? cn_reverse.rawValue : 0)
    return cn_attributes(Int32(set))
  }
}
