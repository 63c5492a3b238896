import Foundation
import SlotStats
import TerminalUI
import Testing

@testable import Dashboard

/// What is pasted, what is told by the terminal, and what a held screen must still say.
@Suite struct PasteAndPauseTests {
  private func panel(columns: Int = 120, rows: Int = 40) throws -> DashboardSession {
    .showing(try Fixture.panel(), columns: columns, rows: rows)
  }

  // MARK: Paste

  @Test(arguments: ["", "Enter", "?", "Space"])
  func pastedTextIsNoKey(keys: String) throws {
    var session = try panel()
    try session.press(keys)
    let before = session.state
    session.send(.pasted("q\u{3}wG\r"))
    var after = session.state
    #expect(after.notice?.text.contains("pasted is left out") == true)
    after.notice = before.notice
    #expect(after == before)
  }

  @Test func pastedTextGoesIntoTheFilterAsOneCleanLine() throws {
    var session = try panel()
    try session.press("/")
    session.send(.pasted("slot-\n011\u{1B}[A"))
    #expect(session.state.field?.purpose == .filter)
    #expect(session.state.filter == "slot- 011\u{FFFD}[A")
    session.send(.key(.control("u")))
    session.send(.pasted("slot-011\n"))
    #expect(session.ids == ["slot-011"])
    session.send(.key(.control("u")))
    session.send(.pasted(String(repeating: "x", count: 5_000)))
    #expect(session.state.filter.count <= 128)
  }

  @Test func whatTheTerminalTellsStandsUntilAKeyIsPressed() throws {
    var session = try panel(columns: 80, rows: 24)
    session.send(.noted("drawing in ASCII"))
    session.tick(after: 60)
    #expect(session.status.contains("drawing in ASCII"))
    try session.press("j")
    #expect(!session.status.contains("drawing in ASCII"))
  }

  // MARK: Held

  @Test func aNewCriticalSlotIsAnnouncedWhileTheScreenIsHeld() throws {
    var fleet = MadeFleet(["calm": [.made(1, of: 60)], "bad": [.made(50, of: 60)], "c": [.made(0, of: 60)]])
    var session = DashboardSession.showing(fleet.reading, columns: 80, rows: 24)
    try session.press("Space")
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(!session.status.contains("critical now"))
    fleet.rows[0].days[0] = .made(40, of: 99)
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(session.status.contains("calm is critical now; Space shows it"))
    fleet.rows[2].days[0] = .made(40, of: 99)
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(session.status.contains("and 1 more are critical now"))
    #expect(session.header.contains("PAUSED"))
    try session.press("Space")
    #expect(!session.status.contains("critical now"))
  }

  @Test func thatAllSlotsTogetherBecameCriticalIsAnnouncedToo() throws {
    var fleet = MadeFleet((1...10).map { .init(slot: Slot(id: "slot-\($0)"), days: [.made(0, of: 6)]) })
    var session = DashboardSession.showing(fleet.reading, columns: 80, rows: 24)
    try session.press("Space")
    for row in fleet.rows.indices { fleet.rows[row].days[0] = .made(3, of: 6) }
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(session.status.contains("all slots together are critical now; Space shows it"))
    try session.press("Space")
    #expect(!session.status.contains("critical now"))
  }

  // MARK: Days

  @Test func whatIsNotOfTodayIsToldWithItsDay() throws {
    var session = try panel()
    try session.press("Space")
    session.tick(after: 86_400)
    session.fail()
    #expect(session.header.contains("PAUSED  19 Nov 14:32:05"))
    #expect(session.status.contains("503 from /api/stats/global, showing 19 Nov 14:32:05"))
  }

  // MARK: Causes

  @Test(arguments: [80, 120])
  func aCauseKeepsTheCountsOfMarksBesideIt(columns: Int) throws {
    var session = try panel(columns: columns, rows: 24)
    session.tick(after: 5)
    session.fail()
    #expect(session.status.contains("503 from /api/stats/global, showing 14:32:05"))
    #expect(session.status.contains("!! 3  ! 4"))
  }

  @Test func aLongCauseIsCutBeforeTheCounts() throws {
    var session = try panel(columns: 80, rows: 24)
    session.tick(after: 5)
    session.fail(String(repeating: "cause ", count: 30))
    #expect(session.status.contains("…") && session.status.contains("!! 3  ! 4"))
    #expect(session.status.hasSuffix("of 15"))
    var narrow = try panel(columns: 40, rows: 24)
    narrow.tick(after: 5)
    narrow.fail(String(repeating: "cause ", count: 30))
    #expect(narrow.status.contains("cause"))
  }

  // MARK: Old data

  @Test func dataThatStillMovesOnHasNotStopped() {
    var fleet = MadeFleet(["a": [.made(1, of: 60)]])
    fleet.at -= 7200
    var session = DashboardSession(columns: 120, rows: 40, at: MadeFleet.instant)
    session.tick()
    session.read(fleet.reading)
    #expect(session.header.contains("source has stopped"))
    fleet.at += 5
    fleet.version += 1
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(session.header.contains("late, or a wrong clock") && session.header.contains("STALE"))
    session.tick(after: 400)
    session.readUnchanged()
    #expect(session.header.contains("source has stopped"))
  }

  @Test func aSourceThatIsAskedWithoutAnythingNewHasNotStopped() {
    var fleet = MadeFleet(["a": [.made(1, of: 60)]])
    fleet.at -= 7200
    var session = DashboardSession(columns: 120, rows: 40, at: MadeFleet.instant)
    session.tick()
    session.read(fleet.reading)
    fleet.at += 5
    session.tick(after: 5)
    session.send(.readEnded(.unchanged(Fleet(fleet.reading, thresholds: .standard))))
    #expect(session.header.contains("late, or a wrong clock"))
  }

  @Test(arguments: [80, 120])
  func aClockThatIsKnownToBeBehindIsCalledWrongAtOnce(columns: Int) {
    var fleet = MadeFleet(["a": [.made(1, of: 60)]])
    fleet.at -= 7200
    var reading = fleet.reading
    reading.clockLead = -7200
    var session = DashboardSession(columns: columns, rows: 40, at: MadeFleet.instant)
    session.tick()
    session.read(reading)
    #expect(session.header.contains("STALE  data 2 h old, the source's clock is wrong"), "\(session.header)")
  }

  // MARK: The untouched cursor

  @Test(arguments: ["g", "Home"])
  func atTheTopTheCursorIsAsIfUntouched(key: String) throws {
    var session = try panel(columns: 80, rows: 24)
    try session.press("j j \(key) s")
    #expect(session.state.cursorRow == 0 && session.state.top == 0)
    #expect(session.state.cursor == session.ids.first)
    try session.press("Enter \(key) Esc")
    #expect(session.state.screen == .overview)
  }
}
