extension Surface {
  /// The same drawing in ASCII alone, every character in the same cells.
  ///
  /// What has no likeness becomes `?`, a wide character `??`; combining marks are left out.
  package func inASCII() -> Surface {
    var surface = self
    var right: Unicode.Scalar = " "
    surface.mapCells { cell in
      if cell.scalar.isASCII && cell.width == 1 && !cell.hasMarks { return cell }
      if cell.width == 0 { return Cell(right, style: cell.style) }
      let likeness = Self.likeness(of: cell.scalar)
      right = likeness
      return Cell(likeness, style: cell.style)
    }
    return surface
  }

  /// The ASCII character that stands for `scalar`.
  private static func likeness(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar.isASCII ? scalar : likenesses[scalar] ?? "?"
  }

  private static let likenesses: [Unicode.Scalar: Unicode.Scalar] = [
    "▁": "_", "▂": ".", "▃": "-", "▄": ":", "▅": "=", "▆": "+", "▇": "*", "█": "#", "░": "%",
    "┆": "|", "│": "|", "─": "-", "↑": "^", "↓": "v", "←": "<", "→": ">", "›": ">", "‹": "<",
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "×": "x", "↺": "r", "·": "o", "…": "~", "▾": "v", "▴": "M",
    "▵": "^",
    "«": "\"", "»": "\"", "“": "\"", "”": "\"", "„": "\"", "‘": "'", "’": "'",
  ]
}
