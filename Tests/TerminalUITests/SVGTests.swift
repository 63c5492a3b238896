import Foundation
import FoundationXML
import Testing

@testable import TerminalUI

@Suite struct SVGTests {
  private func svg(_ text: String, style: Style = .plain, theme: Theme = .dark) -> String {
    var surface = Surface(size: Size(columns: 40, rows: 2))
    surface.put(text, row: 1, column: 3, style: style)
    return surface.svg(theme: theme)
  }

  @Test(arguments: Theme.allCases)
  func isWellFormed(_ theme: Theme) {
    let document = svg("a<b & \"c\" 字幕 e\u{301} ▁▂█░┆ \u{1B}[0m", style: Style(.critical, reverse: true), theme: theme)
    let parser = XMLParser(data: Data(document.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  @Test func placesEveryWordAtItsCell() {
    let document = svg("ab  cd")
    #expect(document.contains(#"x="24" y="28" textLength="16" lengthAdjust="spacingAndGlyphs">ab</text>"#))
    #expect(document.contains(#"x="56" y="28" textLength="16" lengthAdjust="spacingAndGlyphs">cd</text>"#))
  }

  @Test func placesCharactersOfOtherFontsAlone() {
    let document = svg("a字b↑")
    for piece in [#"x="24""#, #"x="32""#, #"x="48""#, #"x="56""#] { #expect(document.contains(piece)) }
  }

  @Test func drawsBarsAsRectangles() {
    let document = svg("▂▂")
    #expect(document.contains(#"<rect class="t0" x="24" y="28" width="16" height="4"/>"#))
    #expect(!document.contains("▂"))
  }

  @Test func drawsReverseAndCursorAsBackgrounds() {
    #expect(svg("ab", style: Style(.live, reverse: true)).contains(#"<rect class="t4" x="24" y="16""#))
    #expect(svg("ab", style: Style(highlight: true)).contains(#"<rect class="h" x="24" y="16""#))
  }
}
