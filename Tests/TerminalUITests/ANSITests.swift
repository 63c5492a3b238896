import Testing

@testable import TerminalUI

@Suite struct ANSITests {
  private var surface: Surface {
    var surface = Surface(size: Size(columns: 12, rows: 2))
    surface.put("!!", row: 0, column: 0, style: Style(.critical, strong: true))
    surface.put(" a", row: 0, column: 2)
    surface.put("字", row: 1, column: 0, style: .quiet)
    return surface
  }

  @Test func setsEachRunAndResetsAtTheEnd() {
    let ansi = surface.ansi(palette: Palette(theme: .dark, depth: .many))
    #expect(ansi == "\u{1B}[0;1;31m!!\u{1B}[0m a\n\u{1B}[0;38;5;245m字\u{1B}[0m\n")
  }

  @Test func isTheTextOnceTheEscapesAreRemoved() {
    let ansi = surface.ansi(palette: Palette(theme: .light, depth: .sixteen))
    #expect(ansi.replacing(/\u{1B}\[[0-9;]*m/, with: "") == "!! a\n字\n")
  }

  @Test func keepsTrailingBlanksThatCanBeSeen() {
    var surface = Surface(size: Size(columns: 3, rows: 1))
    surface.restyle(row: 0, columns: 0..<3) { $0.reverse = true }
    #expect(surface.ansi(palette: Palette(theme: .mono, depth: .mono)) == "\u{1B}[0;7m   \u{1B}[0m\n")
  }
}
