import Foundation
import SlotStats
import SlotStatsTesting
import TerminalUI
import Testing

@testable import Dashboard

/// What is acknowledged, and which rules look at which slot, on the screen.
@Suite struct OnCallTests {
  private static let sizes = [(80, 24), (120, 40), (200, 60)]

  private func row(_ id: Slot.ID, _ session: DashboardSession) -> String? {
    session.lines.first { $0.dropFirst(3).hasPrefix(id) }
  }

  // MARK: Acknowledged

  @Test func readsWhatIsAcknowledgedBesideEachReading() throws {
    var session = DashboardSession(options: OnCallFixture.options())
    #expect(session.tick().contains(.onCall(.readAcknowledgements)))
    session.read(try Fixture.panel())
    #expect(!session.tick(after: 5).contains(.onCall(.readAcknowledgements)), "one at a time")
    #expect(session.send(.onCall(.acknowledged(AcknowledgementBook()))) == [.onCall(.readAcknowledgements)])
    session.send(.onCall(.acknowledged(AcknowledgementBook())))
    session.readUnchanged()
    #expect(session.tick(after: 5).contains(.onCall(.readAcknowledgements)))
    var without = DashboardSession()
    #expect(!without.tick().contains(.onCall(.readAcknowledgements)))
  }

  @Test func anAcknowledgedRowLeavesTheCountsAndStandsLast() throws {
    var session = try OnCallFixture.session(columns: 120, rows: 40)
    #expect(session.ids.first == "slot-011")
    let before = try #require(row("slot-011", session))
    session.send(.onCall(.acknowledged(OnCallFixture.book(OnCallFixture.entry("slot-011", in: session)))))
    #expect(session.ids.last == "slot-011")
    let after = try #require(row("slot-011", session))
    #expect(after.hasPrefix(" a"))
    #expect(before.hasPrefix("!!"))
    #expect(session.status.contains("a 1 acknowledged"))
    #expect(!session.status.contains("1 critical"))
  }

  @Test func itComesBackWhenItsTimeIsOver() throws {
    var session = try OnCallFixture.session()
    let entry = OnCallFixture.entry("slot-011", in: session, until: .at(OnCallFixture.now + 60))
    session.send(.onCall(.acknowledged(OnCallFixture.book(entry))))
    #expect(session.ids.last == "slot-011")
    let face = session.state.clockFace
    session.tick(after: 60)
    #expect(session.ids.first == "slot-011")
    #expect(session.state.clockFace != face)
  }

  @Test func itComesBackWhenItIsTakenBack() throws {
    var session = try OnCallFixture.session()
    session.send(.onCall(.acknowledged(OnCallFixture.book(OnCallFixture.entry("slot-011", in: session)))))
    try session.press("G")
    #expect(try session.press("U") == [.onCall(.withdraw("slot-011"))])
    session.send(.onCall(.changeEnded("slot-011 is acknowledged no longer", AcknowledgementBook())))
    #expect(session.ids.first == "slot-011")
    #expect(session.status.contains("slot-011 is acknowledged no longer"))
  }

  @Test(arguments: sizes) func picturesOfAnAcknowledgedRow(columns: Int, rows: Int) throws {
    var session = try OnCallFixture.session(columns: columns, rows: rows)
    session.send(.onCall(.acknowledged(OnCallFixture.book(OnCallFixture.entry("slot-011", in: session)))))
    #expect(Golden.check(session.lines, named: "acknowledged-\(columns)x\(rows)") == nil)
    try session.press("G Enter")
    #expect(Golden.check(session.lines, named: "acknowledged-slot-\(columns)x\(rows)") == nil)
  }

  @Test func whatWasSeenIsNotedOnce() throws {
    var session = try OnCallFixture.session()
    let well = OnCallFixture.entry("slot-010", in: session, until: .recovery)
    let state = session.state.newest?.slot("slot-010", in: .day)?.series.state
    #expect(state == .ok)
    let seen = AcknowledgementSighting(of: "slot-010", madeAt: well.at, seen: .recovered)
    #expect(session.send(.onCall(.acknowledged(OnCallFixture.book(well)))).contains(.onCall(.note([seen]))))
    #expect(!session.tick(after: 1).contains(.onCall(.note([seen]))))
    // What could not be kept is noted again, what was kept is not.
    #expect(session.send(.onCall(.noted([]))).contains(.onCall(.note([seen]))))
    session.send(.onCall(.noted([seen])))
    #expect(!session.tick(after: 1).contains(.onCall(.note([seen]))))
  }

  @Test func anotherWindowProvesNoRecovery() throws {
    var session = try OnCallFixture.session()
    var entry = OnCallFixture.entry("slot-010", in: session)
    entry.window = .week
    let effects = session.send(.onCall(.acknowledged(OnCallFixture.book(entry))))
    #expect(!effects.contains { if case .onCall(.note) = $0 { true } else { false } })
  }

  @Test func whatCannotBeReadIsSaidAndForgetsNothing() throws {
    var session = try OnCallFixture.session(columns: 120, rows: 40)
    session.send(.onCall(.acknowledged(OnCallFixture.book(OnCallFixture.entry("slot-011", in: session)))))
    session.send(.onCall(.acknowledgementsFailed("Permission denied")))
    #expect(session.status.contains("acknowledgements not read: Permission denied"))
    #expect(session.ids.last == "slot-011")
  }

  @Test func namesFromOutsideAreHarmless() throws {
    var session = try OnCallFixture.session(columns: 200, rows: 60)
    var entry = OnCallFixture.entry(
      "slot-011", in: session, note: "\u{1B}[2Jboo\u{202E}" + String(repeating: "x", count: 480))
    entry.by = "an\u{7}n"
    session.send(.onCall(.acknowledged(OnCallFixture.book(entry))))
    try session.press("G")
    for keys in ["", "Enter"] {
      try session.press(keys)
      #expect(!session.lines.joined().unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    }
  }

  // MARK: The form

  @Test(arguments: sizes) func picturesOfTheForm(columns: Int, rows: Int) throws {
    var session = try OnCallFixture.session(columns: columns, rows: rows)
    try session.press("A text:known Space text:#231 Tab")
    #expect(Golden.check(session.lines, named: "form-\(columns)x\(rows)") == nil)
  }

  @Test func savesWhatWasTyped() throws {
    var session = try OnCallFixture.session()
    let effects = try session.press("A text:#231 Enter")
    guard case .onCall(.acknowledge(let entry)) = effects.first else {
      Issue.record("nothing was acknowledged: \(effects)")
      return
    }
    #expect(entry == OnCallFixture.entry("slot-011", in: session))
    #expect(session.state.form == nil)
  }

  @Test(arguments: [("Left", 14_400.0), ("Left Left", 3_600), ("Tab", 86_400), ("Right Down", 604_800)])
  func takesTheChosenTime(keys: String, seconds: Double) throws {
    var session = try OnCallFixture.session()
    let effects = try session.press("A text:x \(keys) Enter")
    guard case .onCall(.acknowledge(let entry)) = effects.first else {
      Issue.record("nothing was acknowledged")
      return
    }
    #expect(entry.until == .at(OnCallFixture.now + seconds))
  }

  @Test func untilItRecovers() throws {
    var session = try OnCallFixture.session()
    let effects = try session.press("A text:x Left Left Left Enter")
    guard case .onCall(.acknowledge(let entry)) = effects.first else {
      Issue.record("nothing was acknowledged")
      return
    }
    #expect(entry.until == .recovery)
  }

  @Test func escapeLeavesTheFormAndNothingElse() throws {
    var session = try OnCallFixture.session()
    #expect(try session.press("A text:q! Esc") == [])
    #expect(session.state.form == nil && session.status.contains("nothing was acknowledged"))
    #expect(session.state.screen == .overview)
  }

  @Test func aNoteIsNeeded() throws {
    var session = try OnCallFixture.session()
    #expect(try session.press("A Space Enter") == [])
    #expect(session.state.form != nil)
    #expect(session.lines.contains { $0.contains("write why") })
  }

  @Test func takesPastedTextAsOneLineUpToItsLimit() throws {
    var session = try OnCallFixture.session()
    try session.press("A")
    session.send(.pasted("one\ntwo\u{1B}[A" + String(repeating: "z", count: 900)))
    let note = try #require(session.state.form?.note)
    #expect(note.hasPrefix("one two"))
    #expect(note.unicodeScalars.count <= Acknowledgement.maxNoteLength)
    #expect(!note.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test func saysWhyThereIsNothingToAcknowledge() throws {
    var session = try OnCallFixture.session()
    try session.press("/ text:slot-010 Enter A")
    #expect(session.state.form == nil)
    #expect(session.status.contains("slot-010 is ok: nothing"))
    try session.press("U")
    #expect(session.status.contains("slot-010 is not acknowledged"))
    var without = DashboardSession.showing(try Fixture.panel(), columns: 80, rows: 24)
    try without.press("A")
    #expect(without.status.contains("there is no place for acknowledgements"))
  }

  // MARK: Rules

  @Test(arguments: sizes) func picturesOfRules(columns: Int, rows: Int) throws {
    var session = try OnCallFixture.session(columns: columns, rows: rows)
    session.send(
      .onCall(
        .alerts(
          [
            OnCallFixture.alert(.slot("slot-011"), isFiring: false),
            OnCallFixture.alert(.slot("slot-007"), isFiring: true, minutes: 12, when: .warning),
            OnCallFixture.alert(.slot("slot-001"), named: "quiet night", isFiring: true, minutes: 30, when: .quiet),
          ], troubles: [])))
    #expect(Golden.check(session.lines, named: "rules-\(columns)x\(rows)") == nil)
    try session.press("j Enter")
    #expect(Golden.check(session.lines, named: "rules-slot-\(columns)x\(rows)") == nil)
  }

  @Test func aRuleThatIsCalledAsTheStateSaysNothingMore() throws {
    var session = try OnCallFixture.session(columns: 120, rows: 40)
    let before = session.lines
    session.send(
      .onCall(.alerts([OnCallFixture.alert(.slot("slot-011"), named: "critical", isFiring: true)], troubles: [])))
    #expect(session.lines == before)
  }

  @Test func aFailingSinkIsSaid() throws {
    var session = try OnCallFixture.session(columns: 120, rows: 40)
    session.send(.onCall(.alerts([], troubles: ["hook failed 3×: exit 1"])))
    #expect(session.status.contains("hook failed 3×: exit 1"))
    session.send(.onCall(.alerts([], troubles: [])))
    #expect(!session.status.contains("hook failed"))
  }

  // MARK: Calling somebody

  private func firing(_ id: Slot.ID, _ channels: [AlertChannel]) -> ActiveAlert {
    OnCallFixture.alert(.slot(id), isFiring: true, channels: channels)
  }

  @Test func callsOnceForARuleThatNamesTheChannel() throws {
    var session = try OnCallFixture.session()
    let alerts = [firing("slot-011", [.bell, .desktop]), firing("slot-002", [.hook])]
    let effects = session.send(.onCall(.alerts(alerts, troubles: [])))
    #expect(effects.contains(.onCall(.ring)))
    #expect(
      effects.contains { effect in
        if case .onCall(.notify(_, let text)) = effect { text.hasPrefix("slot-011 critical: ") } else { false }
      })
    #expect(effects.count == 2)
    #expect(session.send(.onCall(.alerts(alerts, troubles: ["hook failed"]))) == [])
    #expect(session.send(.onCall(.alerts([], troubles: []))) == [])
    #expect(session.send(.onCall(.alerts(alerts, troubles: []))).contains(.onCall(.ring)), "it fired anew")
  }

  @Test func aPendingRuleCallsNobody() throws {
    var session = try OnCallFixture.session()
    let alert = OnCallFixture.alert(.slot("slot-011"), isFiring: false, channels: [.bell])
    #expect(session.send(.onCall(.alerts([alert], troubles: []))) == [])
  }

  @Test func whatIsAcknowledgedCallsNobodyUntilItNoLongerIs() throws {
    var session = try OnCallFixture.session()
    let entry = OnCallFixture.entry("slot-011", in: session)
    session.send(.onCall(.acknowledged(OnCallFixture.book(entry))))
    #expect(session.send(.onCall(.alerts([firing("slot-011", [.bell])], troubles: []))) == [])
    #expect(session.send(.onCall(.acknowledged(AcknowledgementBook()))) == [.onCall(.ring)])
  }

  @Test func nobodyIsCalledBeforeItIsKnownWhatIsAcknowledged() throws {
    var session = DashboardSession.showing(try Fixture.panel(), options: OnCallFixture.options())
    let alerts = [firing("slot-011", [.bell])]
    #expect(!session.send(.onCall(.alerts(alerts, troubles: []))).contains(.onCall(.ring)))
    #expect(session.send(.onCall(.acknowledged(AcknowledgementBook()))).contains(.onCall(.ring)))
  }

  @Test func manyAlertsAreOneNotification() throws {
    var session = try OnCallFixture.session()
    let alerts = (1...9).map { firing("slot-00\($0)", [.desktop]) }
    let effects = session.send(.onCall(.alerts(alerts, troubles: [])))
    #expect(effects.count == 1)
  }

  // MARK: Order

  @Test func newTroubleStandsBeforeWhatFailsAsAlways() throws {
    let days: (Int, Int) -> [StatsCounters?] = { today, before in
      [.made(today, of: 100)] + Array(repeating: .made(before, of: 100), count: 13)
    }
    let fleet = MadeFleet(["chronic": days(80, 80), "new": days(20, 1), "fine": days(0, 0), "known": days(60, 1)])
    var session = DashboardSession.showing(fleet.reading, columns: 120, rows: 40, options: OnCallFixture.options())
    session.send(.onCall(.acknowledged(OnCallFixture.book(OnCallFixture.entry("known", in: session)))))
    #expect(session.ids == ["chronic", "new", "fine", "known"])
    try session.press("S S S S")
    while session.state.sort.key != .new { try session.press("s") }
    #expect(session.ids == ["new", "chronic", "fine", "known"])
    #expect(session.status.contains("new first"))
    session.send(.onCall(.alerts([OnCallFixture.alert(.slot("chronic"), isFiring: true)], troubles: [])))
    #expect(session.ids == ["chronic", "new", "fine", "known"])
  }

  @Test func opensInTheChosenOrder() throws {
    var options = DashboardOptions(sourceLabel: "x")
    options.sort = try #require(RowSort.named.first { $0.key == "id" }?.value)
    let session = DashboardSession.showing(try Fixture.panel(), options: options)
    #expect(session.ids == session.ids.sorted())
  }

  @Test func everyColumnHasANameForTheOption() {
    let columns = RowSort.named.compactMap(\.value.column)
    let sortable = TableColumn.all.map(\.id).filter { $0.isSortable && $0 != .ratio }
    #expect(Set(columns) == Set(sortable))
    #expect(RowSort.named.compactMap { $0.value.column == nil ? nil : $0.key } == columns.map(\.sortLabel))
  }
}
