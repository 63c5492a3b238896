import Foundation
import SlotStats
import SlotStatsTesting
import TerminalUI
import Testing

@testable import Dashboard

/// What keys do: filter, sort, scope, cursor, screens.
@Suite struct KeyTests {
  private func panel(columns: Int = 120, rows: Int = 40) throws -> DashboardSession {
    .showing(try Fixture.panel(), columns: columns, rows: rows)
  }

  // MARK: Leaving

  @Test func qGoesBackAndQuitsAtTheTop() throws {
    var session = try panel()
    #expect(try session.press("Enter q") == [])
    #expect(session.state.screen == .overview)
    #expect(try session.press("q") == [.quit])
  }

  @Test(arguments: ["", "Enter", "?", "/", "/ text:abc", "Space"])
  func ctrlCQuitsFromAnywhere(keys: String) throws {
    var session = try panel()
    try session.press(keys)
    #expect(try session.press("Ctrl-C") == [.quit])
  }

  @Test(arguments: ["", "Enter", "?", "/ text:abc"])
  func ctrlLDrawsAgainFromAnywhere(keys: String) throws {
    var session = try panel()
    try session.press(keys)
    let lines = session.lines
    #expect(try session.press("Ctrl-L") == [.redraw])
    #expect(session.lines == lines)
  }

  @Test func escapeClosesOneThingAtATimeAndNeverQuits() throws {
    var session = try panel()
    try session.press("/ text:slot-01 Enter ! Enter ?")
    #expect(session.state.overlay == .help)
    try session.press("Esc")
    #expect(session.state.overlay == nil && session.state.screen == .slot)
    try session.press("Esc")
    #expect(session.state.screen == .overview && session.state.filter == "slot-01")
    try session.press("Esc")
    #expect(session.state.filter.isEmpty && !session.state.showsOnlyMarked && session.ids.count == 15)
    #expect(try session.press("Esc") == [])
    #expect(session.status.contains("q quits"))
  }

  // MARK: Filter

  @Test func filtersWhileTypingByIdNameAndProviderInAnyCase() throws {
    var session = try panel()
    try session.press("/ text:SLOT-011")
    #expect(session.ids == ["slot-011"])
    #expect(session.status.contains("/SLOT-011"))
    #expect(session.lines.last?.contains("Esc clear") == true)
    try session.press("Esc / text:ПЛЕНКА")
    #expect(session.ids == ["slot-011"])
    try session.press("Esc / text:turbotext")
    #expect(session.ids == ["slot-007", "slot-004", "slot-014"])
    try session.press("Esc / text:nothing-like-it")
    #expect(session.ids.isEmpty)
    #expect(session.lines.contains { $0.contains("no row fits the filter; Esc clears it") })
  }

  @Test func takesBackLettersAndLeavesTheFilterAtItsBeginning() throws {
    var session = try panel()
    try session.press("/ text:slot-0119 Backspace")
    #expect(session.state.filter == "slot-011")
    try session.press("Backspace Backspace Backspace Backspace Backspace Backspace Backspace Backspace")
    #expect(session.state.filter.isEmpty && session.state.field?.purpose == .filter)
    try session.press("Backspace")
    #expect(session.state.field == nil)
    #expect(session.ids.count == 15)
  }

  @Test func enterKeepsTheFilterAndEscapeClearsIt() throws {
    var session = try panel()
    try session.press("/ text:gemini Enter")
    #expect(session.state.field == nil && session.state.filter == "gemini")
    #expect(session.status.contains("/gemini"))
    try session.press("Esc")
    #expect(session.state.filter.isEmpty)
    try session.press("/ text:gemini Esc")
    #expect(session.state.filter.isEmpty && session.state.field == nil && session.ids.count == 15)
  }

  @Test func arrowsLeaveTypingAndMove() throws {
    var session = try panel()
    try session.press("/ text:turbotext Down")
    #expect(session.state.field == nil && session.state.filter == "turbotext")
    #expect(session.state.cursor == "slot-004")
  }

  @Test func lettersOfOtherKeysAreTextWhileTyping() throws {
    var session = try panel()
    #expect(try session.press("/ q w ? ! Space r") == [])
    #expect(session.state.filter == "qw?! r")
    #expect(session.state.window == .day)
  }

  @Test func otherKeysSayWhatTypingIsWhileTyping() throws {
    var session = try panel()
    try session.press("/ text:abc Left")
    #expect(session.status.contains("/abc"))
    #expect(session.status.contains("type text; Enter keeps it, Esc clears it"))
  }

  @Test func aLongFilterShowsItsEndWhereTheNextLetterComes() throws {
    var session = try panel(columns: 80, rows: 24)
    try session.press("/ text:" + String(repeating: "ab", count: 100))
    let before = session.status
    #expect(before.hasPrefix(" /…"))
    try session.press("x")
    #expect(session.status != before)
    #expect(session.status.contains("abx"))
  }

  @Test func onlyMarkedRowsAndBack() throws {
    var session = try panel()
    try session.press("!")
    #expect(
      session.ids == ["slot-011", "slot-007", "slot-004", "slot-006", "slot-009", "slot-001", "slot-003"])
    #expect(session.status.contains("! only"))
    try session.press("!")
    #expect(session.ids.count == 15)
  }

  @Test func saysWhereNoRowIsMarked() throws {
    var session = DashboardSession.showing(MadeFleet(["a": [.made(0, of: 50)]]).reading)
    try session.press("!")
    #expect(session.ids.isEmpty)
    #expect(session.status.contains("no row is marked; ! shows all rows"))
  }

  // MARK: Sort and scope

  @Test func sortsByTheNextAndPreviousColumnAndTurnsAround() throws {
    var session = try panel()
    let worst = session.ids
    try session.press("s")
    #expect(session.status.contains("by failed"))
    #expect(session.ids.first == "slot-011")
    try session.press("S")
    #expect(session.ids == worst)
    try session.press("S S")
    #expect(session.status.contains("by id"))
    #expect(session.ids == worst.sorted())
    try session.press("I")
    #expect(session.status.contains("by id, turned"))
    #expect(session.ids == worst.sorted().reversed())
  }

  @Test func sortingGoesAroundAllColumns() throws {
    var session = try panel(columns: 80, rows: 24)
    let worst = session.ids
    // Title, fail%, runs, usual, timeouts, provider errors, worker errors, cancelled, new trouble.
    for step in 1...9 {
      try session.press("s")
      #expect((session.state.sort == .worstFirst) == (step == 9))
    }
    #expect(session.ids == worst)
  }

  @Test func sortsByTheNumbersOfTheScope() throws {
    var session = DashboardSession.showing(
      MadeFleet(["a": [.made(0, of: 60), .made(0, of: 20)], "b": [.made(0, of: 30), .made(0, of: 90)]]).reading)
    try session.press("s s")
    #expect(session.ids == ["a", "b"])
    try session.press("v")
    #expect(session.ids == ["b", "a"])
    try session.press("v")
    #expect(session.ids == ["a", "b"])
  }

  @Test func scopeChangesNumbersAndNeverMarksOrOrder() throws {
    var session = try panel()
    let (ids, before) = (session.ids, marks(session))
    try session.press("v")
    #expect(session.ids == ids)
    #expect(marks(session) == before)
    #expect(session.lines[18].contains("day, 14 days"))
    #expect(session.lines[18].contains("today"))
    #expect(session.lines.last { $0.contains("slot-011") }?.contains("  9.0 ") == true)
  }

  /// The marks by the slots' ids.
  private func marks(_ session: DashboardSession) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: session.lines.filter { $0.contains("slot-0") && $0.contains("┆") }
        .map { (String($0.dropFirst(3).prefix(8)), String($0.prefix(2))) })
  }

  // MARK: The cursor

  @Test func anUntouchedCursorStaysOnTheFirstRow() {
    var fleet = MadeFleet(["a": [.made(20, of: 50)], "b": [.made(10, of: 50)]])
    var session = DashboardSession.showing(fleet.reading)
    #expect(session.state.cursor == "a")
    fleet.rows[1].days[0] = .made(40, of: 50)
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(session.ids == ["b", "a"])
    #expect(session.state.cursor == "b")
  }

  @Test func aMovedCursorStaysOnItsSlotOverReadingSortFilterAndResize() throws {
    var numbers = SeededGenerator(state: 2)
    var fleet = MadeFleet.random(60, using: &numbers)
    var session = DashboardSession.showing(fleet.reading, columns: 80, rows: 24)
    try session.press("PgDn j j")
    let slot = try #require(session.state.cursor)
    for step in 0..<30 {
      switch step % 6 {
      case 0:
        fleet = fleet.later(by: 5, using: &numbers)
        session.tick(after: 5)
        session.read(fleet.reading)
      case 1: try session.press("s")
      case 2: try session.press("I")
      case 3: session.send(.resized(Size(columns: 80 + step, rows: 12 + step)))
      case 4: try session.press(step % 4 == 0 ? "w" : "d")
      default: try session.press("v")
      }
      #expect(session.state.cursor == slot)
      #expect(session.lines.contains { $0.dropFirst(2).hasPrefix("›" + slot) }, "after step \(step)")
    }
    try session.press("Enter")
    #expect(session.lines[1].contains("‹ " + slot))
  }

  @Test func aFilteredOutSlotGetsTheCursorBack() throws {
    var session = try panel()
    try session.press("j j")
    let slot = session.state.cursor
    try session.press("/ text:slot-011")
    #expect(session.state.cursor == "slot-011")
    try session.press("Esc")
    #expect(session.state.cursor == slot)
  }

  @Test func movesByRowsPagesAndToTheEndsAndSaysWhereItCannot() throws {
    var numbers = SeededGenerator(state: 4)
    var session = DashboardSession.showing(
      MadeFleet.random(100, using: &numbers).reading, columns: 80, rows: 24)
    let ids = session.ids
    let page = OverviewLayout(session.state).rowCount
    try session.press("j")
    #expect(session.state.cursor == ids[1])
    try session.press("PgDn")
    #expect(session.state.cursor == ids[1 + page])
    try session.press("PgUp k")
    #expect(session.state.cursor == ids[0])
    try session.press("k")
    #expect(session.status.contains("this is the first row"))
    try session.press("G")
    #expect(session.state.cursor == ids.last)
    #expect(session.status.contains("of 100"))
    try session.press("PgDn")
    #expect(session.status.contains("this is the last row"))
    try session.press("g")
    #expect(session.state.cursor == ids[0])
  }

  @Test func keepsTheOrderForTwoSecondsAfterAMovement() throws {
    var fleet = MadeFleet(["a": [.made(20, of: 50)], "b": [.made(15, of: 50)], "c": [.made(10, of: 50)]])
    var session = DashboardSession.showing(fleet.reading)
    session.tick(after: 4)
    try session.press("j")
    fleet.rows[2].days[0] = .made(45, of: 50)
    session.tick(after: 1)
    session.read(fleet.reading)
    #expect(session.ids == ["a", "b", "c"])
    #expect(session.lines.contains { $0.contains("90.0") })
    session.tick(after: 0.9)
    #expect(session.ids == ["a", "b", "c"])
    session.tick(after: 0.1)
    #expect(session.ids == ["c", "a", "b"])
    #expect(session.state.cursor == "b")
  }

  @Test func aMovementLongAgoHoldsNoOrder() throws {
    var fleet = MadeFleet(["a": [.made(20, of: 50)], "b": [.made(15, of: 50)]])
    var session = DashboardSession.showing(fleet.reading)
    try session.press("j")
    fleet.rows[1].days[0] = .made(45, of: 50)
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(session.ids == ["b", "a"])
  }

  @Test func aSlotThatComesDuringTheHoldStandsLast() throws {
    var fleet = MadeFleet(["a": [.made(20, of: 50)], "b": [.made(15, of: 50)]])
    var session = DashboardSession.showing(fleet.reading)
    session.tick(after: 5)
    try session.press("j")
    fleet.rows.append(.init(slot: Slot(id: "new"), days: [.made(50, of: 50)]))
    session.read(fleet.reading)
    #expect(session.ids == ["a", "b", "new"])
    session.tick(after: 2)
    #expect(session.ids == ["new", "a", "b"])
  }

  @Test func aSlotThatVanishesLeavesTheCursorOnTheFirstRowUntilItIsBack() throws {
    let fleet = MadeFleet(["a": [.made(20, of: 50)], "b": [.made(15, of: 50)]])
    var without = fleet
    without.rows.removeLast()
    var session = DashboardSession.showing(fleet.reading)
    try session.press("j Enter")
    session.tick(after: 5)
    session.read(without.reading)
    #expect(session.lines[1].contains(" is not in the newest reading"))
    try session.press("Esc")
    #expect(session.state.cursor == "a")
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(session.state.cursor == "b")
  }

  // MARK: The slot screen

  @Test func opensTheSlotUnderTheCursorAndGoesToOthersInTheOrderOfTheList() throws {
    var session = try panel()
    let ids = session.ids
    try session.press("j Enter")
    #expect(session.lines[1].contains(ids[1]) && session.lines[1].contains("2 of 15, worst first"))
    try session.press("Right")
    #expect(session.lines[1].contains(ids[2]))
    try session.press("Left Left")
    #expect(session.lines[1].contains(ids[0]))
    try session.press("Left")
    #expect(session.lines[1].contains(ids[0]) && session.status.contains("this is the first slot"))
    try session.press("G Right")
    #expect(session.status.contains("this is the last slot"))
    try session.press("Esc")
    #expect(session.state.cursor == ids.last)
  }

  @Test func saysThatAnUnlistedSlotIsNotInTheList() throws {
    var fleet = MadeFleet(["a": [.made(40, of: 50)], "b": [.made(30, of: 50)], "c": [.made(20, of: 50)]])
    var session = DashboardSession.showing(fleet.reading)
    try session.press("! j Enter")
    #expect(session.lines[1].contains("2 of 3, worst first"))
    fleet.rows[1].days[0] = .made(0, of: 500)
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(session.lines[1].contains("‹ b") && session.lines[1].contains("not among the 2 listed, worst first"))
    try session.press("Right")
    #expect(session.lines[1].contains("‹ a"))
  }

  @Test(arguments: ["", "j j j", "G", "PgDn s I", "/ text:slot-00 Enter j", "! j", "v j j", "w G", "Space j"])
  func enterThenEscapeGivesTheSameFrame(keys: String) throws {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60), (60, 12)] {
      var session = try panel(columns: columns, rows: rows)
      try session.press(keys)
      // A notice of the last key is not part of what is kept.
      session.tick(after: 5)
      session.readUnchanged()
      let frame = session.state.view()
      try session.press("Enter Esc")
      #expect(session.state.view() == frame, "\(columns)x\(rows)")
    }
  }

  @Test func keysOfTheListSayOnTheSlotScreenThatTheyAreNotForIt() throws {
    for key in ["/", "!", "s", "S", "I", "v"] {
      var session = try panel()
      try session.press("Enter")
      let state = session.state
      try session.press(key)
      #expect(session.status.contains("Esc goes back"), "\(key)")
      #expect(session.state.sort == state.sort && session.state.scope == state.scope)
    }
  }

  // MARK: Notices

  @Test func aNoticeLeavesWithTheNextKeyOrAfterAWhile() throws {
    var session = try panel()
    try session.press("z")
    #expect(session.status.contains("no such key here; ? shows the keys"))
    try session.press("j")
    #expect(!session.status.contains("no such key"))
    try session.press("z")
    session.tick(after: 4)
    #expect(session.status.contains("no such key"))
    session.tick(after: 1)
    #expect(session.status.contains("3 critical"))
  }

  // MARK: Every key is answered

  private static let situations = [
    "", "j j", "G", "Enter", "Enter G", "?", "Enter ?", "/", "/ text:ab", "/ text:slot-00 Enter", "!", "w", "v", "s",
    "I", "u", "Space", "Enter Space", "r", "+ + + + + + + +", "- - - -", "/ text:none Enter", "/ text:none Enter Enter",
  ]

  @Test(arguments: situations)
  func everyKeyChangesTheFrameOrTheEffectsOrSaysWhyNot(situation: String) throws {
    let keys = KeyTable.entries.flatMap(\.bindings).map(\.key) + [KeyTable.helpKey, KeyTable.quitKey, .character("x")]
    let zone = ZoneLabels([.init(from: .distantPast, offset: 3600, name: "CET")])
    for source in Source.allCases {
      var session = try self.session(source, columns: 80, rows: 24, zone: zone)
      try session.press(situation)
      session.tick(after: 0.5)
      let before = session.state.view()
      for key in keys {
        var pressed = session
        let effects = pressed.send(.key(key))
        // A frame is drawn only where nothing else answers.
        let isAnswered = !effects.isEmpty || pressed.state.notice != nil || pressed.state.view() != before
        #expect(isAnswered, "\(key) after \"\(situation)\", \(source)")
      }
    }
  }

  private enum Source: CaseIterable { case live, reading, waiting, lost, empty }

  private func session(_ source: Source, columns: Int, rows: Int, zone: ZoneLabels) throws -> DashboardSession {
    let options = DashboardOptions(sourceLabel: "x", localZone: zone)
    if source == .waiting {
      var session = DashboardSession(columns: columns, rows: rows, options: options)
      session.tick()
      return session
    }
    let reading = source == .empty ? MadeFleet([]).reading : try Fixture.panel()
    var session = DashboardSession.showing(reading, columns: columns, rows: rows, options: options)
    if source == .reading || source == .lost { session.tick(after: 5) }
    if source == .lost { session.fail() }
    return session
  }

  @Test func keysAreAnsweredWhileTheSourceHangs() throws {
    var session = try panel()
    session.tick(after: 5)
    session.tick(after: 600)
    try session.press("j")
    #expect(session.state.cursor == session.ids[1])
    try session.press("w")
    #expect(session.lines[4].contains("failure ratio by week"))
    #expect(try session.press("q") == [.quit])
  }

  // MARK: No key changes a mark

  @Test func noKeyChangesAMarkOrBettersTheTrustWord() throws {
    let zone = ZoneLabels([.init(from: .distantPast, offset: 3600, name: "CET")])
    var numbers = SeededGenerator(state: 55)
    for source in [Source.live, .reading, .lost] {
      var session = try self.session(source, columns: 80, rows: 30, zone: zone)
      session.tick(after: 11)
      let states = session.state.fleet?.slots.map(\.series.state)
      let word = session.state.trust.word
      let keys = KeyTable.entries.flatMap(\.bindings).map(\.key).filter {
        $0 != .character("w") && $0 != .character("q")
      }
      for _ in 0..<300 {
        guard let key = keys.randomElement(using: &numbers) else { return }
        session.send(.key(key))
        #expect(session.state.fleet?.slots.map(\.series.state) == states)
        #expect(session.state.trust.word == word)
        guard session.state.screen == .overview, session.state.overlay == nil, let fleet = session.state.fleet else {
          continue
        }
        for line in session.lines.dropFirst(7) {
          guard let slot = fleet.slots.first(where: { line.dropFirst(3).hasPrefix($0.id + " ") }) else { continue }
          #expect(line.prefix(2) == slot.series.state.rowMark, "\(key): \(line)")
        }
      }
    }
  }
}
