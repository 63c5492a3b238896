import Testing
import TerminalUI

@testable import slotwatch_serve

@Suite struct ProgressLineTests {
  @Test(arguments: [1, 2, 20, 80])
  func staysOneLineOnATerminalOfAnyWidth(columns: Int) {
    let line = ProgressLine.over(String(repeating: "events 字", count: 30), columns: columns)
    #expect(line.hasPrefix(ProgressLine.clear))
    #expect(TerminalText.width(line.dropFirst(ProgressLine.clear.count)) <= max(1, columns - 1))
  }

  @Test func isWholeWhereItFits() {
    #expect(ProgressLine.over("12 events", columns: 80) == "\r\u{1B}[K12 events")
    #expect(ProgressLine.over("12 events", columns: nil) == "\r\u{1B}[K12 events")
  }
}
