/// A surface drawn as an SVG document.
///
/// Every word stands at the position of its first cell, so that columns stay aligned whatever font the viewer has; bars are
/// drawn as rectangles on whole pixels. A cell is 8 × 16 units, two units for a step of a bar.
struct SVGDrawing {
  private static let cellWidth = 8
  private static let cellHeight = 16
  private static let baseline = 12
  private static let margin = 18
  private static let titleHeight = 30

  /// What is drawn.
  private let surface: Surface
  private let colours: SVGColours

  /// A drawing of `surface` for the background of `theme`.
  init(surface: Surface, theme: Theme) {
    self.surface = surface
    colours = .colours(of: theme)
  }

  /// The whole document; ends with a newline.
  var document: String {
    let width = surface.size.columns * Self.cellWidth + 2 * Self.margin
    let height = surface.size.rows * Self.cellHeight + Self.titleHeight + Self.margin
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)">
      <style>\(styleSheet)</style>
      <rect x="0.5" y="0.5" width="\(width - 1)" height="\(height - 1)" rx="9" fill="\(colours.background)" \
      stroke="\(colours.edge)"/>
      <g fill="\(colours.edge)"><circle cx="20" cy="16" r="5"/><circle cx="37" cy="16" r="5"/>\
      <circle cx="54" cy="16" r="5"/></g>
      <g transform="translate(\(Self.margin) \(Self.titleHeight))">

      """
    for row in 0..<surface.size.rows { appendRow(row, to: &text) }
    return text + "</g>\n</svg>\n"
  }

  private var styleSheet: String {
    let tones = Tone.allCases.map { ".t\($0.rawValue){fill:\(colours.colour(of: $0))}" }.joined()
    return "text{font:13.3px 'JetBrains Mono','SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}"
      + "rect{shape-rendering:crispEdges}\(tones).s{font-weight:700}.b{fill:\(colours.background)}"
      + ".h{fill:\(colours.cursor)}"
  }

  private func appendRow(_ row: Int, to text: inout String) {
    let runs = SVGRun.runs(of: surface.rowCells(row))
    for run in runs where run.style.highlight || run.style.reverse {
      let kind = run.style.reverse ? "t\(run.style.tone.rawValue)" : "h"
      text += rectangle(run, row: row, top: 0, height: Self.cellHeight, kind: kind) + "\n"
    }
    for run in runs {
      switch run.content {
      case .blank: break
      case .bar(let level):
        let height = level * 2
        text += rectangle(run, row: row, top: Self.cellHeight - height, height: height, kind: ink(run.style)) + "\n"
      case .shade:
        let box = rectangle(run, row: row, top: 0, height: Self.cellHeight, kind: ink(run.style))
        text += "<g opacity=\".45\">\(box)</g>\n"
      case .dashes:
        for top in [1, 7, 13] { text += dash(run, row: row, top: top) }
        text += "\n"
      case .text(let word): text += element(word, run: run, row: row) + "\n"
      }
    }
  }

  private func rectangle(_ run: SVGRun, row: Int, top: Int, height: Int, kind: String) -> String {
    "<rect class=\"\(kind)\" x=\"\(run.column * Self.cellWidth)\" y=\"\(row * Self.cellHeight + top)\""
      + " width=\"\(run.columns * Self.cellWidth)\" height=\"\(height)\"/>"
  }

  private func dash(_ run: SVGRun, row: Int, top: Int) -> String {
    let x = run.column * Self.cellWidth + Self.cellWidth / 2
    return
      "<rect class=\"\(ink(run.style))\" x=\"\(x)\" y=\"\(row * Self.cellHeight + top)\" width=\"1\" height=\"3\"/>"
  }

  private func element(_ word: String, run: SVGRun, row: Int) -> String {
    let strong = run.style.strong ? " s" : ""
    return "<text class=\"\(ink(run.style))\(strong)\" x=\"\(run.column * Self.cellWidth)\""
      + " y=\"\(row * Self.cellHeight + Self.baseline)\" textLength=\"\(run.columns * Self.cellWidth)\""
      + " lengthAdjust=\"spacingAndGlyphs\">\(MarkupText.escaped(word))</text>"
  }

  /// The class of what is drawn in `style`: the background's colour where reversed.
  private func ink(_ style: Style) -> String { style.reverse ? "b" : "t\(style.tone.rawValue)" }
}
