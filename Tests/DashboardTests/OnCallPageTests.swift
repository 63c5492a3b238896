import Foundation
import SlotStats
import SlotStatsTesting
import TerminalUI
import Testing

@testable import Dashboard

/// What lies over the screen on call: what changed, and the handover.
@Suite struct OnCallPageTests {
  private static let sizes = [(80, 24), (120, 40), (200, 60)]

  private func session(_ past: WrittenPast? = nil, columns: Int = 120, rows: Int = 40) -> DashboardSession {
    DashboardSession.showing(
      past?.reading() ?? WrittenPast.drillReading, columns: columns, rows: rows,
      options: DashboardOptions(sourceLabel: "prod"))
  }

  private func body(_ session: DashboardSession) -> String { session.lines.dropFirst().joined(separator: "\n") }

  // MARK: What changed

  @Test(arguments: sizes) func whatChangedIsDrawnSo(columns: Int, rows: Int) throws {
    var session = session(columns: columns, rows: rows)
    try session.press("x")
    #expect(Golden.check(session.lines, named: "changed-\(columns)x\(rows)") == nil)
  }

  @Test func leftAndRightChangeTheWhileAndEscCloses() throws {
    var session = session()
    try session.press("x")
    #expect(body(session).contains("15 min to 21:01 UTC"))
    try session.press("Right")
    #expect(body(session).contains("60 min to 21:01 UTC"))
    try session.press("Right")
    #expect(body(session).contains("24 h to 21:01 UTC"))
    try session.press("Right")
    #expect(session.state.notice?.text == "this source has 15 min, 60 min, 24 h")
    try session.press("Left Left")
    #expect(body(session).contains("15 min to"))
    try session.press("Esc")
    #expect(session.state.overlay == nil && session.state.changed.shown == nil)
    try session.press("x x")
    #expect(session.state.overlay == nil)
  }

  @Test func aReadingIsComparedOnceAndTheNextOneAnew() throws {
    var session = session()
    try session.press("x")
    let before = session.state.changed.shown
    session.tick(after: 1)
    #expect(session.state.changed.shown == before)
    var past = WrittenPast.drill
    past.slots = past.slots.map { ($0.slot, WrittenPast.usual()) }
    var reading = past.reading()
    reading.version = 2
    session.read(reading)
    #expect(session.state.changed.shown != before && body(session).contains("nothing failed surely more than usual"))
  }

  @Test func aSourceOfDaysSaysThatNothingIsKnownOfTheLastHours() throws {
    var past = WrittenPast.drill
    past.windows = [.day]
    var session = session(past)
    try session.press("x")
    #expect(body(session).contains("no minutes and no hours"))
    past.windows = [.hour, .day]
    session = self.session(past)
    try session.press("x")
    #expect(body(session).contains("24 h to 21:01 UTC"))
  }

  @Test func namesAreHarmlessThere() throws {
    var past = WrittenPast.drill
    past.slots[3].slot = Slot(id: "slot-004", name: "a\u{1B}[31m\u{202E}b", providerID: "p\u{07}")
    for (columns, rows) in Self.sizes {
      var session = session(past, columns: columns, rows: rows)
      try session.press("x")
      #expect(!session.lines.joined().unicodeScalars.contains { "\u{1B}\u{202E}\u{07}".unicodeScalars.contains($0) })
    }
  }

  @Test(arguments: [(1, 1), (20, 5), (40, 12), (60, 18), (79, 24)]) func fitsAnyScreen(columns: Int, rows: Int) throws {
    var session = session(columns: columns, rows: rows)
    try session.press("x")
    #expect(session.lines.count == rows)
    try session.press("Esc E j G")
    #expect(session.lines.count == rows)
  }

  // MARK: Handover

  @Test(arguments: sizes) func theHandoverIsDrawnSo(columns: Int, rows: Int) async throws {
    var session = session(columns: columns, rows: rows)
    let effects = try session.press("E")
    #expect(
      effects == [.makeHandover(HandoverQuestion(reading: try #require(session.state.newest?.reading), isPast: false))])
    #expect(body(session).contains("reading what the source keeps"))
    session.send(.handoverEnded(.made(HandoverSheet(try await WrittenPast.drillHandover.value))))
    #expect(Golden.check(session.lines, named: "handover-\(columns)x\(rows)") == nil)
  }

  @Test func itsTextIsCopiedAndWritten() async throws {
    var session = session()
    try session.press("E")
    #expect(try session.press("c") == [])
    #expect(session.state.notice?.text == "there is no text yet")
    let sheet = HandoverSheet(try await WrittenPast.drillHandover.value)
    session.send(.handoverEnded(.made(sheet)))
    #expect(try session.press("c") == [.copy(sheet.text)])
    #expect(try session.press("w") == [.save(sheet.text)])
    #expect(session.state.window == .day && session.state.overlay == .handover)
    #expect(sheet.text.contains("provider errors") && sheet.text.hasSuffix("cause; what was retried\n"))
    session.send(.noted("written into x.txt in this folder"))
    #expect(session.lines.last?.contains("written into x.txt") == true)
    try session.press("Esc")
    #expect(session.state.overlay == nil)
    #expect(try session.press("c") == [])
  }

  @Test func whatCannotBeMadeIsSaidAndWhatComesTooLateIsLeftOut() throws {
    var session = session()
    try session.press("E")
    session.send(.handoverEnded(.failed("disk I/O error")))
    #expect(body(session).contains("It cannot be made: disk I/O error"))
    try session.press("Esc")
    session.send(.handoverEnded(.failed("late")))
    #expect(session.state.overlay == nil)
    try session.press("E")
    #expect(body(session).contains("reading what the source keeps"))
  }

  @Test func oneIsMadeAtATimeAndTheLastThatWasAskedForIsShown() async throws {
    var session = session()
    #expect(try session.press("E").count == 1)
    #expect(try session.press("Esc E Esc E") == [])
    let old = HandoverSheet(try await WrittenPast(slots: []).handover(source: "of before"))
    let next = session.send(.handoverEnded(.made(old)))
    #expect(next.count == 1 && !body(session).contains("of before"))
    session.send(.handoverEnded(.made(HandoverSheet(try await WrittenPast.drillHandover.value))))
    #expect(body(session).contains("prod"))
  }

  @Test func aHeldScreenIsSaidAndHandsOverTheNewestReading() throws {
    var session = session()
    try session.press("Space")
    var newer = WrittenPast.drillReading
    newer.version = 2
    session.read(newer)
    try session.press("x")
    #expect(session.header.contains("LIVE PAUSED"))
    let effects = try session.press("Esc E")
    #expect(effects == [.makeHandover(HandoverQuestion(reading: newer, isPast: false))])
    #expect(!session.header.contains("PAUSED"))
  }

  @Test func nothingIsHandedOverBeforeTheFirstReading() throws {
    var session = DashboardSession()
    session.tick()
    #expect(try session.press("E") == [] && session.state.overlay == nil)
    #expect(try session.press("x") == [] && session.state.overlay == nil)
  }
}
