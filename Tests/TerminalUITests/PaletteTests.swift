import Testing

@testable import TerminalUI

@Suite struct PaletteTests {
  private func look(_ style: Style, _ theme: Theme, _ depth: ColourDepth) -> Rendition {
    Palette(theme: theme, depth: depth).rendition(of: style)
  }

  @Test func drawsQuietGreyWith256ColoursElseDim() {
    #expect(look(.quiet, .dark, .many) == Rendition(foreground: 245))
    #expect(look(.quiet, .light, .many) == Rendition(foreground: 243))
    for depth in [ColourDepth.eight, .sixteen, .mono] {
      #expect(look(.quiet, .dark, depth) == Rendition(dim: true))
      #expect(look(.quiet, .light, depth) == Rendition(dim: true))
    }
  }

  @Test func drawsHuesForMarks() {
    for depth in [ColourDepth.eight, .sixteen, .many] {
      for theme in [Theme.dark, .light] {
        #expect(look(.critical, theme, depth) == Rendition(foreground: 1))
        #expect(look(.live, theme, depth) == Rendition(foreground: 2))
      }
      #expect(look(.warning, .dark, depth) == Rendition(foreground: 3))
    }
    #expect(look(.warning, .light, .many) == Rendition(foreground: 130))
    #expect(look(.warning, .light, .sixteen) == Rendition(bold: true))
  }

  @Test func givesTheCursorABackgroundOnlyFrom256Colours() {
    let cursor = Style(.text, strong: true, highlight: true)
    #expect(look(cursor, .dark, .many) == Rendition(background: 236, bold: true))
    #expect(look(cursor, .light, .many) == Rendition(background: 254, bold: true))
    #expect(look(cursor, .dark, .sixteen) == Rendition(bold: true))
  }

  @Test func usesNoColourWhereThereIsNone() {
    for style in Style.all {
      for look in [look(style, .mono, .many), look(style, .dark, .mono)] {
        #expect(look.foreground == nil && look.background == nil)
      }
    }
    #expect(look(Style(.text, reverse: true), .mono, .mono) == Rendition(reverse: true))
  }

  @Test(arguments: [
    (0, ColourDepth.mono), (2, .mono), (8, .eight), (16, .sixteen), (88, .sixteen), (256, .many), (1 << 24, .many),
  ])
  func knowsDepthsByColours(_ colours: Int, _ depth: ColourDepth) {
    #expect(ColourDepth(colours: colours) == depth)
  }

  @Test func takesTheBackgroundFromTheTerminalsWord() {
    #expect(ThemeChoice.auto.theme(colorFGBG: "0;15") == .light)
    #expect(ThemeChoice.auto.theme(colorFGBG: "0;default;7") == .light)
    #expect(ThemeChoice.auto.theme(colorFGBG: "15;0") == .dark)
    for unknown in [nil, "", "15;default", "x"] { #expect(ThemeChoice.auto.theme(colorFGBG: unknown) == .either) }
    #expect(ThemeChoice.light.theme(colorFGBG: "15;0") == .light)
    #expect(ThemeChoice.mono.theme(colorFGBG: "0;15") == .mono)
  }

  @Test func believesAnAnswerMoreThanTheEnvironment() {
    let (black, white) = (RGBColour(x11: "#000"), RGBColour(x11: "rgb:ffff/ffff/ffff"))
    #expect(ThemeChoice.auto.theme(background: white, colorFGBG: "15;0") == .light)
    #expect(ThemeChoice.auto.theme(background: black, colorFGBG: nil) == .dark)
    #expect(ThemeChoice.dark.theme(background: white, colorFGBG: nil) == .dark)
  }

  @Test func fillsNothingAndAvoidsYellowOnAnUnknownBackground() {
    for depth in ColourDepth.allCases {
      for style in Style.all {
        let look = look(style, .either, depth)
        #expect(look.background == nil && ![3, 11].contains(look.foreground))
      }
    }
    #expect(look(.warning, .either, .many).foreground != look(.critical, .either, .many).foreground)
  }

  @Test func packsEveryStyleIntoItsOwnIndex() {
    #expect(Set(Style.all.map(\.index)).count == Style.all.count)
    #expect(Style.all.allSatisfy { (0..<64).contains($0.index) })
  }
}
