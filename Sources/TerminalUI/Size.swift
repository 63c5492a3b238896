/// How many cells a screen or a drawing has.
package struct Size: Hashable, Sendable {
  /// Cells in a row; 0 or more.
  package var columns: Int
  /// Rows of cells; 0 or more.
  package var rows: Int

  /// A size of `columns` × `rows` cells; negative figures become 0.
  package init(columns: Int, rows: Int) {
    self.columns = max(columns, 0)
    self.rows = max(rows, 0)
  }
}
