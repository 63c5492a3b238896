/// Neighbouring cells of a row that are drawn in one go.
struct SVGRun {
  /// What a run shows.
  enum Content: Equatable {
    /// Nothing but its background.
    case blank
    /// A bar of 1...8 eighths.
    case bar(Int)
    /// A bar still filling.
    case shade
    /// The dashed upright line.
    case dashes
    /// A word, or a single character that may come from another font.
    case text(String)
  }

  /// The first cell.
  let column: Int
  /// How many cells.
  private(set) var columns: Int
  /// How it looks.
  let style: Style
  /// What it shows.
  private(set) var content: Content

  /// The runs of a row, from left to right, without gaps.
  static func runs(of cells: ArraySlice<Cell>) -> [SVGRun] {
    var runs: [SVGRun] = []
    for (column, cell) in cells.enumerated() where cell.width > 0 {
      let run = SVGRun(column: column, columns: Int(cell.width), style: cell.style, content: content(of: cell))
      if runs.isEmpty || !runs[runs.count - 1].join(run, joinable: isOrdinary(cell)) { runs.append(run) }
    }
    return runs
  }

  /// Takes in the next run if both look as one; false if not.
  private mutating func join(_ next: SVGRun, joinable: Bool) -> Bool {
    guard style == next.style else { return false }
    switch (content, next.content) {
    case (.text(let one), .text(let other)) where joinable && isJoinable:
      content = .text(one + other)
    case (.blank, .blank), (.shade, .shade): break
    case (.bar(let one), .bar(let other)) where one == other: break
    default: return false
    }
    columns += next.columns
    return true
  }

  /// Whether the text so far is of characters that every monospaced font has.
  private var isJoinable: Bool {
    guard case .text(let text) = content, let last = text.unicodeScalars.last else { return false }
    return last.value < 0x530
  }

  private static func isOrdinary(_ cell: Cell) -> Bool { cell.width == 1 && cell.scalar.value < 0x530 }

  private static func content(of cell: Cell) -> Content {
    switch cell.scalar {
    case _ where cell.isBlank: return .blank
    case "▁"..."█": return .bar(Int(cell.scalar.value) - 0x2580)
    case "░": return .shade
    case "┆": return .dashes
    default:
      var text = ""
      cell.write(to: &text)
      return .text(text)
    }
  }
}
