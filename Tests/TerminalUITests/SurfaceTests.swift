import Testing

@testable import TerminalUI

@Suite struct SurfaceTests {
  /// A surface of one row per line of the drawing given, filled with dots.
  private func dots(_ columns: Int, _ rows: Int = 1) -> Surface {
    var surface = Surface(size: Size(columns: columns, rows: rows))
    for row in 0..<rows { surface.put(String(repeating: ".", count: columns), row: row, column: 0) }
    return surface
  }

  private func drawn(_ text: String, column: Int, width: Int? = nil, columns: Int = 10) -> String {
    var surface = dots(columns)
    surface.put(text, row: 0, column: column, width: width)
    return surface.line(0)
  }

  @Test func drawsTextWhereItIsPut() {
    #expect(drawn("abc", column: 2) == "..abc.....")
  }

  @Test func clipsAtBothEdges() {
    #expect(drawn("abcdef", column: 7) == ".......abc")
    #expect(drawn("abcdef", column: -4) == "ef........")
    #expect(drawn("abc", column: -3) == "..........")
    #expect(drawn("abc", column: 10) == "..........")
    #expect(drawn("abc", column: .max) == "..........")
    #expect(drawn("abc", column: -1_000_000) == "..........")
  }

  @Test func clipsAtTheWidth() {
    #expect(drawn("abcdef", column: 2, width: 3) == "..abc.....")
    #expect(drawn("abcdef", column: 2, width: 0) == "..........")
    #expect(drawn("abcdef", column: -2, width: 4) == "cd........")
    #expect(drawn("abcdef", column: 2, width: .max) == "..abcdef..")
  }

  @Test func ignoresRowsOutside() {
    var surface = dots(4, 2)
    surface.put("abc", row: -1, column: 0)
    surface.put("abc", row: 2, column: 0)
    #expect(surface.lines == ["....", "...."])
    #expect(surface.line(5) == "")
    #expect(surface[9, 9] == .blank)
  }

  @Test func saysHowManyColumnsItTook() {
    var surface = dots(20)
    #expect(surface.put("abc", row: 0, column: 0) == 3)
    #expect(surface.put("字幕", row: 0, column: 0) == 4)
    #expect(surface.put("e\u{301}", row: 0, column: 0) == 1)
    #expect(surface.put("abcdef", row: 0, column: 0, width: 4) == 4)
    #expect(surface.put("abc", row: 7, column: 0) == 3)
    #expect(surface.put("", row: 0, column: 0) == 0)
  }

  @Test func drawsWideCharactersInTwoCells() {
    #expect(drawn("a字b", column: 1) == ".a字b.....")
    var surface = dots(4)
    surface.put("字", row: 0, column: 1)
    #expect(surface[0, 1].width == 2)
    #expect(surface[0, 2].width == 0)
  }

  @Test func blanksAWideCharacterCutInHalf() {
    #expect(drawn("a字", column: 8) == "........a")
    #expect(drawn("字b", column: -1) == " b........")
    #expect(drawn("字幕", column: 0, width: 3) == "字 .......")
  }

  @Test func blanksTheOtherHalfOfWhatIsOverwritten() {
    var surface = dots(8)
    surface.put("字幕", row: 0, column: 2)
    surface.put("x", row: 0, column: 3)
    #expect(surface.line(0) == ".. x幕..")
    surface.put("y", row: 0, column: 4)
    #expect(surface.line(0) == ".. xy ..")
  }

  @Test func blanksBothOrphansUnderAWideCharacter() {
    var surface = dots(8)
    surface.put("字幕", row: 0, column: 1)
    surface.put("中", row: 0, column: 2)
    #expect(surface.line(0) == ". 中 ...")
    #expect((0..<8).map { surface[0, $0].width } == [1, 1, 2, 0, 1, 1, 1, 1])
  }

  @Test func overwritesAWideCharacterByAnother() {
    var surface = dots(4)
    surface.put("字", row: 0, column: 1)
    surface.put("中", row: 0, column: 1)
    #expect(surface.line(0) == ".中.")
  }

  @Test func keepsTwoCombiningMarks() {
    var surface = dots(4)
    surface.put("e\u{301}\u{302}\u{303}x", row: 0, column: 0)
    #expect(Array(surface.line(0).unicodeScalars.prefix(4)) == ["e", "\u{301}", "\u{302}", "x"])
  }

  @Test func leavesOutAMarkWithNothingBeforeIt() {
    #expect(drawn("\u{301}ab", column: 0) == "ab........")
    #expect(drawn("e\u{301}b", column: -1) == "b.........")
  }

  @Test func keepsAMarkOnTheLastCell() {
    #expect(drawn("e\u{301}", column: 9) == ".........e\u{301}")
  }

  @Test func neutralisesWhatNobodyElseDid() {
    #expect(drawn("a\u{1B}[2Jb", column: 0) == "a\u{FFFD}[2Jb....")
    #expect(drawn("a\nb\tc", column: 0) == "a b c.....")
  }

  @Test func restylesOnlyCellsThatExist() {
    var surface = dots(3)
    surface.restyle(row: 0, columns: -5..<99) { $0.highlight = true }
    surface.restyle(row: 4, columns: 0..<1) { $0.reverse = true }
    #expect((0..<3).allSatisfy { surface[0, $0].style.highlight })
  }

  @Test func trimsTrailingBlanks() {
    var surface = Surface(size: Size(columns: 10, rows: 3))
    surface.put("  a b  ", row: 1, column: 0)
    #expect(surface.lines == ["", "  a b", ""])
  }

  @Test func holdsNothingWithoutCells() {
    var surface = Surface(size: Size(columns: 0, rows: -3))
    surface.put("字", row: 0, column: 0)
    #expect(surface.lines == [])
  }

  @Test func packsACellIntoSixteenBytes() {
    #expect(MemoryLayout<Cell>.stride == 16)
    #expect(MemoryLayout<Style>.size == 1)
  }
}
