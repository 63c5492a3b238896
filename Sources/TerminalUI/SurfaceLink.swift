/// Cells of a surface that lead somewhere: a terminal that can makes them a hyperlink, which nobody follows but a person.
package struct SurfaceLink: Hashable, Sendable {
  /// The row of the cells.
  package let row: Int
  /// Their columns; whole characters, on the surface.
  package let columns: Range<Int>
  /// Where they lead: an address that ``isSafe(_:)``.
  package let url: String

  /// The longest address that is linked, in bytes.
  private static let maxLength = 2_048
  private static let schemes = ["http://", "https://", "mailto:"]

  /// Whether an address may be handed to a terminal: `http`, `https` or `mailto`, in printable ASCII without blanks.
  package static func isSafe(_ url: String) -> Bool {
    guard url.utf8.count <= maxLength, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return false }
    let start = url.prefix(8).lowercased()
    return schemes.contains { start.hasPrefix($0) && url.utf8.count > $0.utf8.count }
  }

  /// What makes the cells that follow a link. Parts of one address are one link, wherever they stand.
  package var opening: String {
    var hash: UInt32 = 2_166_136_261
    for byte in url.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return "\u{1B}]8;id=\(String(hash, radix: 36));\(url)\u{1B}\\"
  }

  /// What ends a link.
  package static let closing = "\u{1B}]8;;\u{1B}\\"

  /// Whether a terminal of this type knows hyperlinks, or passes them over in silence.
  package static func areKnown(byTerminal type: String) -> Bool {
    types.contains { type.hasPrefix($0) }
  }

  private static let types = [
    "xterm", "tmux", "alacritty", "foot", "kitty", "wezterm", "ghostty", "contour", "konsole", "vte", "iterm", "gnome",
    "mintty",
  ]
}

extension Surface {
  /// Makes cells of a row lead to `url`; nothing happens where that is no address that is safe to link.
  package mutating func link(_ url: String, row: Int, columns: Range<Int>) {
    let columns = columns.clamped(to: 0..<size.columns)
    guard row >= 0, row < size.rows, !columns.isEmpty, SurfaceLink.isSafe(url) else { return }
    links.append(SurfaceLink(row: row, columns: columns, url: url))
  }

  /// The link that a cell belongs to.
  func link(row: Int, column: Int) -> SurfaceLink? {
    links.first { $0.row == row && $0.columns.contains(column) }
  }
}

extension Surface {
  /// What a terminal is to be sent after this surface was drawn over `before`, so that its links are links: the same
  /// characters once more, in place. Empty where the links are the same and stand in rows that were not drawn anew.
  package func linkSequence(after before: Surface?, palette: Palette) -> String {
    guard !links.isEmpty || before?.links.isEmpty == false else { return "" }
    let old = before?.size == size ? before : nil
    func isNew(_ row: Int) -> Bool { old.map { $0.rowCells(row) != rowCells(row) } ?? true }
    let kept = old?.links ?? []
    // Cells that led somewhere and do not any more may hold the same characters.
    let ended = kept.filter { !links.contains($0) }
    let begun = links.filter { !kept.contains($0) || isNew($0.row) }
    guard !ended.isEmpty || !begun.isEmpty else { return "" }
    var text = "\u{1B}7"
    for link in ended where link.row < size.rows { text += cellSequence(link, palette: palette) }
    for link in begun {
      text += link.opening + cellSequence(link, palette: palette) + SurfaceLink.closing
    }
    return text + "\u{1B}8"
  }

  private func cellSequence(_ link: SurfaceLink, palette: Palette) -> String {
    var text = "\u{1B}[\(link.row + 1);\(link.columns.lowerBound + 1)H"
    var current: Rendition?
    for column in link.columns.clamped(to: 0..<size.columns) {
      let cell = self[link.row, column]
      let rendition = palette.rendition(of: cell.style)
      if rendition != current { text += rendition.escape }
      current = rendition
      cell.write(to: &text)
    }
    return text
  }
}
