extension Surface {
  /// The drawing as a self-contained SVG picture.
  package func svg(theme: Theme) -> String { SVGDrawing(surface: self, theme: theme).document }
}
