import CNcurses
import Glibc
import TerminalUI
import Testing

@testable import NcursesTerminal

/// Draws into a screen of ncurses that has no terminal and reads its cells back.
@MainActor @Suite(.serialized) struct BlitterTests {
  private static let isOpen: Bool = {
    guard cn_use_locale_named("C.UTF-8") != 0 else { return false }
    let descriptors = (open("/dev/null", O_RDWR), open("/dev/null", O_RDWR))
    guard cn_open("xterm-256color", descriptors.0, descriptors.1) != nil else { return false }
    _ = cn_start_colours()
    return true
  }()

  /// The rows of the window after drawing `surface` into it.
  private func blit(_ surface: Surface, columns: Int) throws -> [String] {
    try #require(Self.isOpen)
    let window = try #require(cn_screen())
    werase(window)
    var blitter = Blitter(palette: Palette(theme: .dark, depth: .many))
    return (0..<surface.size.rows).map { row in
      blitter.put(surface, row: row, into: window, columns: columns)
      return text(window, row: row, columns: columns)
    }
  }

  private func text(_ window: UnsafeMutablePointer<WINDOW>, row: Int, columns: Int) -> String {
    var characters = [wchar_t](repeating: 0, count: 512)
    mvwinnwstr(window, Int32(row), 0, &characters, Int32(columns))
    var text = String.UnicodeScalarView()
    for character in characters.prefix(while: { $0 != 0 }) {
      if let scalar = Unicode.Scalar(UInt32(bitPattern: character)) { text.append(scalar) }
    }
    return String(text)
  }

  private func surface(_ rows: [String], columns: Int) -> Surface {
    var surface = Surface(size: Size(columns: columns, rows: rows.count))
    for (row, text) in rows.enumerated() { surface.put(text, row: row, column: 0) }
    return surface
  }

  @Test func drawsEveryCellWhereTheSurfaceHasIt() throws {
    let rows = ["slot-001 Пленка 字幕 e\u{301}", "▁▂▃▄▅▆▇█┆░↑", "👩👧 |"]
    let drawn = try blit(surface(rows, columns: 30), columns: 30)
    #expect(drawn.map { $0.trimmingSuffix(while: { $0 == " " }) } == rows)
  }

  @Test func clipsAndPadsToTheScreen() throws {
    #expect(try blit(surface(["abcdef"], columns: 6), columns: 4) == ["abcd"])
    #expect(try blit(surface(["ab"], columns: 2), columns: 4) == ["ab  "])
    #expect(try blit(surface(["abc字"], columns: 5), columns: 4) == ["abc?"])
  }

  @Test func blanksWhatStoodThereBefore() throws {
    _ = try blit(surface(["字幕字幕"], columns: 8), columns: 8)
    #expect(try blit(surface(["a"], columns: 8), columns: 8) == ["a       "])
  }

  @Test func givesStylesTheirAttributesAndPairs() throws {
    var surface = Surface(size: Size(columns: 4, rows: 1))
    surface.put("a", row: 0, column: 0, style: Style(.critical, strong: true))
    surface.put("b", row: 0, column: 1)
    surface.put("c", row: 0, column: 2, style: Style(reverse: true))
    _ = try blit(surface, columns: 4)
    let window = try #require(cn_screen())
    var foreground: Int16 = 0
    var background: Int16 = 0
    let critical = mvwinch(window, 0, 0)
    pair_content(Int16(cn_pair(critical)), &foreground, &background)
    #expect(foreground == 1 && background == -1)
    #expect(critical & chtype(cn_attributes(Int32(cn_bold.rawValue))) != 0)
    #expect(cn_pair(mvwinch(window, 0, 1)) == 0)
    #expect(mvwinch(window, 0, 2) & chtype(cn_attributes(Int32(cn_reverse.rawValue))) != 0)
  }
}

extension String {
  /// The text without the characters at its end that `isDropped` names.
  fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, isDropped(last) { text.removeLast() }
    return text
  }
}
