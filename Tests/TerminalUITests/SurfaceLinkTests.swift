import TerminalUI
import Testing

@Suite struct SurfaceLinkTests {
  private let palette = Palette(theme: .dark, depth: .mono)
  private let url = "https://wiki.example/a"

  private func surface(_ text: String, url: String? = nil) -> Surface {
    var surface = Surface(size: Size(columns: 10, rows: 2))
    let width = surface.put(text, row: 1, column: 2)
    if let url { surface.link(url, row: 1, columns: 2..<2 + width) }
    return surface
  }

  @Test(arguments: [
    "ftp://x", "javascript:alert(1)", "https://", "https://a b", "https://a\u{1B}]8;;x", "https://ä.example",
    "file:///etc",
    "http:/x", "",
  ])
  func onlySafeAddressesAreLinked(_ url: String) {
    #expect(surface("text", url: url).links.isEmpty)
  }

  @Test func linksLieOnTheSurface() {
    var surface = surface("text", url: url)
    surface.link("mailto:a@b.example", row: 1, columns: 8..<99)
    surface.link(url, row: 7, columns: 0..<3)
    surface.link(url, row: 0, columns: 20..<30)
    #expect(surface.links.map(\.columns) == [2..<6, 8..<10])
    var other = Surface(size: Size(columns: 10, rows: 1))
    other.put(surface, rows: 1..<2, row: 0)
    #expect(other.links.map(\.row) == [0, 0])
    #expect(surface != self.surface("text"))
  }

  @Test func whatIsWrittenIsTheSameTextWithinALink() throws {
    let link = try #require(surface("text", url: url).links.first)
    #expect(surface("text", url: url).ansi(palette: palette) == "\n  \(link.opening)text\(SurfaceLink.closing)\n")
    #expect(surface("text").ansi(palette: palette) == "\n  text\n")
    let frame = surface("text", url: url)
    let sequence = "\u{1B}7\(link.opening)\u{1B}[2;3H\u{1B}[0mtext\(SurfaceLink.closing)\u{1B}8"
    #expect(frame.linkSequence(after: nil, palette: palette) == sequence)
    #expect(frame.linkSequence(after: surface("text"), palette: palette) == sequence)
    #expect(frame.linkSequence(after: frame, palette: palette).isEmpty)
    #expect(surface("text").linkSequence(after: surface("else"), palette: palette).isEmpty)
    // Characters that stay where a link ended are written without it.
    #expect(surface("text").linkSequence(after: frame, palette: palette) == "\u{1B}7\u{1B}[2;3H\u{1B}[0mtext\u{1B}8")
  }

  @Test func terminalsThatMayShowItAreLeftAlone() {
    for type in ["dumb", "linux", "screen", "screen-256color", "vt100", "", "ansi"] {
      #expect(!SurfaceLink.areKnown(byTerminal: type))
    }
    for type in ["xterm-256color", "tmux-256color", "foot", "xterm-kitty"] {
      #expect(SurfaceLink.areKnown(byTerminal: type))
    }
  }
}
