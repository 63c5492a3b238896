extension Surface {
  /// The drawing as text with colour escapes: a line for each row, attributes put back at its end; what leads
  /// somewhere is a hyperlink.
  ///
  /// Trailing blanks that have neither a background nor reverse are left out.
  package func ansi(palette: Palette) -> String {
    var text = ""
    for row in 0..<size.rows { appendRow(row, palette: palette, to: &text) }
    return text
  }

  private func appendRow(_ row: Int, palette: Palette, to text: inout String) {
    let cells = rowCells(row)
    let end = cells.lastIndex { !$0.isBlank || $0.width == 0 || palette.rendition(of: $0.style).paintsBlanks }
    var current = Rendition()
    let links = links.filter { $0.row == row }
    if let end {
      for (index, cell) in zip(cells.indices, cells[...end]) where cell.width > 0 {
        let column = index - cells.startIndex
        if links.contains(where: { $0.columns.upperBound == column }) { text += SurfaceLink.closing }
        if let link = links.first(where: { $0.columns.lowerBound == column }) { text += link.opening }
        let rendition = palette.rendition(of: cell.style)
        if rendition != current {
          text += rendition.escape
          current = rendition
        }
        cell.write(to: &text)
      }
    }
    if links.contains(where: { $0.columns.upperBound > (end ?? cells.startIndex - 1) - cells.startIndex }) {
      text += SurfaceLink.closing
    }
    if current != Rendition() { text += Rendition().escape }
    text += "\n"
  }
}

extension Rendition {
  /// Whether a blank in this rendition can be seen.
  var paintsBlanks: Bool { background != nil || reverse }

  /// The Select Graphic Rendition sequence that sets exactly this, whatever was set before.
  var escape: String {
    var codes = ["0"]
    if bold { codes.append("1") }
    if dim { codes.append("2") }
    if reverse { codes.append("7") }
    if let foreground { codes.append(foreground < 8 ? "\(30 + foreground)" : "38;5;\(foreground)") }
    if let background { codes.append(background < 8 ? "\(40 + background)" : "48;5;\(background)") }
    return "\u{1B}[" + codes.joined(separator: ";") + "m"
  }
}
