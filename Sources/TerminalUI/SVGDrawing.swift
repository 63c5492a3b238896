/// A surface drawn as an SVG document.
struct SVGDrawing {
  /// What is drawn.
  let surface: Surface
  /// The background it is drawn for.
  let theme: Theme

  /// The whole document.
  var document: String { "<svg xmlns=\"http://www.w3.org/2000/svg\"/>" }
}
