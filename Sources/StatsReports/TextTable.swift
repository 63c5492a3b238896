import TerminalUI

/// Rows of cells in columns that are as wide as their widest cell, measured as a terminal draws them.
struct TextTable {
  /// One column.
  struct Column {
    /// What stands above it.
    var title: String
    /// Whether cells stand at the right end, as numbers do.
    var isTrailing = true
    /// Beyond this a cell is cut with `…`.
    var maxWidth = Int.max
    /// The blanks before it.
    var gap = 2
    /// Whether the column is there even if all its cells are empty.
    var isKept = true
  }

  private let columns: [Column]
  private(set) var rows: [[String]]

  /// A table with its heading. A row has a cell for each column; the empty row is a blank line.
  init(_ columns: [Column], rows: [[String]]) {
    self.columns = columns
    self.rows = [columns.map(\.title)] + rows
  }

  /// Passes on the lines, each without trailing blanks.
  func forEachLine(_ body: (String) throws -> Void) rethrows {
    let widths = self.widths()
    for row in rows { try body(line(row, widths)) }
  }

  private func widths() -> [Int] {
    var widths = [Int](repeating: 0, count: columns.count)
    var isEmpty = columns.map { !$0.isKept }
    for (number, row) in rows.enumerated() {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], min(TerminalText.width(cell), columns[index].maxWidth))
        if number > 0, !cell.isEmpty { isEmpty[index] = false }
      }
    }
    return zip(widths, isEmpty).map { $1 ? 0 : $0 }
  }

  private func line(_ row: [String], _ widths: [Int]) -> String {
    var line = ""
    for (index, cell) in row.enumerated() where widths[index] > 0 {
      line += String(repeating: " ", count: columns[index].gap)
      line += TerminalText.fitted(cell, width: widths[index], trailing: columns[index].isTrailing)
    }
    while line.utf8.last == 0x20 { line.unicodeScalars.removeLast() }
    return line
  }
}
