import FoundationEssentials
import SlotStats
import SlotStatsTesting
import TerminalUI
import Testing

@testable import Dashboard

/// Marks, what failures say, and what is known of a slot.
@Suite struct SideNotesTests {
  private static let options: DashboardOptions = {
    var options = DashboardOptions(sourceLabel: "panel.snapshot.json")
    options.keepsMarks = true
    options.tellsMessages = true
    options.runbookRules = [
      AlertRule(name: "provider down", when: .critical, runbook: "https://wiki.example/provider"),
      AlertRule(name: "of all", when: .critical, scope: .all, runbook: "https://wiki.example/all"),
    ]
    return options
  }()

  /// The picture's fleet, its worst slot with runbook and link, and with minutes where asked for.
  private static func reading(withMinutes: Bool = false) throws -> FleetReading {
    var reading = try Fixture.panel()
    if let place = reading.slots.firstIndex(where: { $0.id == "slot-011" }) {
      reading.slots[place].runbook = "https://wiki.example/receipts"
      reading.slots[place].link = "https://grafana.example/d/slot-011?" + String(repeating: "panel=7&", count: 14)
    }
    guard withMinutes else { return reading }
    let current = StatsWindow.minute.bucketStart(containing: reading.generatedAt)
    let minutes = (0..<60).reversed().map { age in
      StatsMetric(
        .minute, start: StatsWindow.minute.start(current, advancedBy: -age),
        counters: .made(age < 12 ? 3 : age % 9 == 0 ? 1 : 0, of: age % 7 == 3 ? 0 : 5))
    }
    let series = StatsAggregation(window: .minute, metrics: minutes)
    reading.series[.minute] = FleetReading.Series(
      global: series, bySlot: Dictionary(uniqueKeysWithValues: reading.slots.map { ($0.id, series) }))
    return reading
  }

  private func session(_ columns: Int = 80, _ rows: Int = 24, withMinutes: Bool = false) throws -> DashboardSession {
    let reading = try Self.reading(withMinutes: withMinutes)
    return .showing(reading, columns: columns, rows: rows, options: Self.options)
  }

  private static func marks(_ at: Date) -> [Mark] {
    [
      Mark(id: 1, at: at - 40 * 86_400, text: "long ago"), Mark(id: 2, at: at - 5 * 86_400, text: "api 1.3"),
      Mark(id: 3, at: at - 900, text: "api 1.4\u{1B}[31m"), Mark(id: 4, at: at + 86_400, text: "ahead"),
    ]
  }

  private static let messages = FailureMessages(
    patterns: [
      FailureMessages.Pattern(text: "502 from api.meridian.example", count: 17, newest: Fixture.pictureNow),
      FailureMessages.Pattern(text: "timed out after <n> s", count: 2, newest: Fixture.pictureNow),
      FailureMessages.Pattern(text: "a\u{202E}b\u{7}", count: 1, newest: Fixture.pictureNow),
    ], examined: 20, since: nil)

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func marksStandBelowBarsAndChart(_ columns: Int, _ rows: Int) throws {
    var session = try session(columns, rows)
    let before = session.lines
    session.send(.marksRead(Self.marks(session.state.now.wall)))
    #expect(Golden.check(session.lines, named: "marks-\(columns)x\(rows)") == nil)
    session.send(.marksRead([]))
    #expect(session.lines == before)
  }

  @Test func aMarkIsALetterInASCII() throws {
    var session = try session(120, 30)
    session.send(.marksRead(Self.marks(session.state.now.wall)))
    let lines = session.state.view().inASCII().lines
    #expect(lines.dropLast().last?.contains("M 14:17 api 1.4") == true)
    #expect(!lines.joined().contains("ahead"))
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func aSlotBeginsWithItsMinutesAndWhatItsFailuresSay(_ columns: Int, _ rows: Int) throws {
    var session = try session(columns, rows, withMinutes: true)
    session.send(.marksRead(Self.marks(session.state.now.wall)))
    let asked1 = try session.press("Enter")
    #expect(asked1 == [.readMessages(of: "slot-011")])
    session.send(.messagesRead("slot-011", .told(Self.messages)))
    #expect(Golden.check(session.lines, named: "notes-slot-\(columns)x\(rows)") == nil)
  }

  @Test func tellsWhatIsKnownOfASlot() throws {
    var session = try session()
    try session.press("Enter")
    session.send(.messagesRead("slot-011", .told(Self.messages)))
    try session.press("o")
    #expect(Golden.check(session.lines, named: "about-80x24") == nil)
    let links = session.state.view().links
    #expect(Set(links.map(\.url)).count == 3)
    #expect(links.count > 3)
    try session.press("o")
    #expect(session.state.overlay == nil && session.state.screen == .slot)
  }

  @Test func saysHowToAddWhatIsNotKnown() throws {
    var options = Self.options
    options.runbookRules = []
    var session = DashboardSession.showing(try Fixture.panel(), columns: 80, rows: 24, options: options)
    try session.press("j o")
    let text = session.lines.joined(separator: "\n")
    #expect(text.contains("nothing is known"))
    #expect(text.contains("slotwatch slot set slot-"))
    #expect(session.state.view().links.isEmpty)
  }

  @Test func messagesAreReadWhileASlotIsOpenAlone() throws {
    var session = try session()
    let asked2 = session.tick(after: 5)
    #expect(asked2.contains { if case .readMessages = $0 { true } else { false } } == false)
    let asked3 = try session.press("Enter")
    #expect(asked3 == [.readMessages(of: "slot-011")])
    let asked4 = session.tick(after: 60)
    #expect(asked4.contains(.readMessages(of: "slot-011")) == false)
    session.send(.messagesRead("slot-011", .failed))
    #expect(session.state.messages(of: "slot-011") == nil)
    // What comes of a slot that was left is not shown.
    try session.press("Right")
    session.send(.messagesRead("slot-011", .told(Self.messages)))
    #expect(session.state.notes.told == nil)
    session.send(.messagesRead(try #require(session.state.cursor), .keepsNone))
    let asked5 = try session.press("Right")
    #expect(asked5.isEmpty)
  }

  @Test func marksAreReadAtOnceAndThenNowAndAgain() throws {
    var session = DashboardSession(columns: 80, rows: 24, options: Self.options)
    session.tick()
    let asked6 = session.read(try Fixture.panel())
    #expect(asked6.contains(.readMarks))
    let asked7 = session.tick(after: 60)
    #expect(asked7.contains(.readMarks) == false)
    let asked8 = session.send(.marksRead(nil))
    #expect(asked8.contains(.readMarks))
  }

  @Test func aMarkIsTypedAndKept() throws {
    var session = try session()
    session.send(.marksRead([]))
    try session.press("M text:api")
    session.send(.pasted(" 1.4\n\u{1B}"))
    #expect(session.status.contains("mark now: api 1.4"))
    let effects = try session.press("Enter")
    #expect(effects.contains { if case .mark(let text) = $0 { text.hasPrefix("api 1.4") } else { false } })
    let asked9 = session.send(.markEnded("marked: api 1.4"))
    #expect(asked9.contains(.readMarks))
    #expect(session.status.contains("marked: api 1.4"))
    try session.press("M Space Enter")
    #expect(session.status.contains("nothing is marked"))
    try session.press("M text:x Esc")
    #expect(session.state.field == nil && session.state.filter.isEmpty)
    session.send(.key(.character("M")))
    session.send(.pasted(String(repeating: "x", count: 128)))
    session.send(.pasted(String(repeating: "x", count: 128)))
    #expect(session.state.field?.text.count == Mark.maxTextLength)
  }

  @Test func withoutAPlaceNothingIsMarked() throws {
    var session = DashboardSession.showing(try Fixture.panel(), columns: 80, rows: 24)
    try session.press("M")
    #expect(session.status.contains("there is no place for marks"))
  }
}
