import Foundation
import SlotStats
import TerminalUI
import Testing

@testable import Dashboard

/// The help and the slot screen at sizes that do not hold them.
@Suite struct ScrollingTests {
  private func panel(columns: Int, rows: Int) throws -> DashboardSession {
    .showing(try Fixture.panel(), columns: columns, rows: rows)
  }

  /// Every line that can be brought to the screen.
  private func allLines(_ session: DashboardSession) throws -> Set<String> {
    var session = session
    var lines = Set(session.lines)
    for _ in 0..<100 {
      try session.press("j")
      lines.formUnion(session.lines)
    }
    return lines
  }

  @Test(arguments: [(80, 24), (80, 10), (60, 24), (45, 12), (40, 10), (30, 12), (80, 4), (200, 60)])
  func allOfTheHelpCanBeRead(columns: Int, rows: Int) throws {
    var session = try panel(columns: columns, rows: rows)
    try session.press("?")
    let lines = try allLines(session)
    for text in [
      "rows: today or whole range", "q at the top quits", "hold the screen", "critical: surely over 10%",
      "received, not finished", "gap: no data", "days start 00:00 UTC",
    ] {
      #expect(lines.contains { $0.contains(text) }, "\(text) at \(columns)×\(rows)")
    }
    for row in session.lines { #expect(TerminalText.width(row) <= columns) }
    #expect(columns >= 78 || session.lines[0].contains("j k scroll"))
  }

  @Test func theHelpTellsWhereDaysStartAsTheLabelsTellTime() throws {
    let zone = ZoneLabels([.init(from: .distantPast, offset: 3 * 3600, name: "MSK")])
    var session = DashboardSession.showing(
      try Fixture.panel(), columns: 80, rows: 60, options: DashboardOptions(sourceLabel: "x", localZone: zone))
    try session.press("?")
    #expect(session.lines.contains { $0.contains("days start 00:00 UTC, weeks on Monday") })
    try session.press("? u ?")
    #expect(session.lines.contains { $0.contains("days start 03:00 MSK, weeks on Monday") })
  }

  @Test func theHelpSaysWhereNothingIsLeftToScroll() throws {
    var session = try panel(columns: 80, rows: 60)
    try session.press("? j")
    #expect(session.lines.contains { $0.contains("this is all of the help") })
    try session.press("Esc j")
    #expect(session.state.cursorRow == 1)
  }

  @Test func theHelpBeginsAtItsTopAgain() throws {
    var session = try panel(columns: 80, rows: 10)
    try session.press("?")
    let first = session.lines
    try session.press("G")
    #expect(session.lines != first)
    try session.press("? ?")
    #expect(session.lines == first)
    try session.press("PgDn g")
    #expect(session.lines == first)
  }

  @Test(arguments: [(80, 24), (80, 10), (60, 16), (120, 24), (30, 12)])
  func allOfASlotCanBeRead(columns: Int, rows: Int) throws {
    var session = try panel(columns: columns, rows: rows)
    try session.press("Enter")
    let lines = try allLines(session)
    for text in ["Thu 19 Nov", "Fri  6 Nov", "14 days", "by week", "28 Sep"] where columns >= 60 || text != "by week" {
      #expect(lines.contains { $0.contains(text) }, "\(text) at \(columns)×\(rows)")
    }
    guard session.state.scrollLimit > 0 else { return }
    let cursor = session.state.cursor
    try session.press("G j j")
    #expect(session.state.cursor == cursor && session.state.screen == .slot)
    try session.press("Right")
    #expect(session.state.cursor != cursor)
  }

  @Test func aSlotThatFitsIsLeftForTheNextOneAsBefore() throws {
    var session = try panel(columns: 120, rows: 40)
    try session.press("Enter")
    #expect(!session.status.contains("lines"))
    let cursor = session.state.cursor
    try session.press("j")
    #expect(session.state.cursor != cursor)
  }

  @Test func aLargerScreenLeavesNothingScrolledAway() throws {
    var session = try panel(columns: 80, rows: 10)
    try session.press("Enter G")
    #expect(session.state.scroll > 0)
    session.send(.resized(Size(columns: 120, rows: 60)))
    #expect(session.state.scroll == 0)
  }
}
