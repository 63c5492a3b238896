import Foundation
import SlotStats
import SlotStatsTesting
import TerminalUI
import Testing

@testable import Dashboard

/// Going back in time: keys, what is read for them, and what is shown.
@Suite struct PastTests {
  private static let minute = StatsWindow.minute.bucketStart(containing: MadeFleet.instant)

  /// A dashboard in the present.
  private func session(columns: Int = 80, rows: Int = 24) throws -> DashboardSession {
    DashboardSession.showing(try Fixture.panel(), columns: columns, rows: rows)
  }

  /// The fleet of the pictures as it was so many seconds before.
  private func fleet(_ seconds: Double) throws -> Fleet {
    var reading = try Fixture.panel()
    reading.generatedAt = Self.minute.addingTimeInterval(-seconds)
    return Fleet(reading, thresholds: .standard)
  }

  private func wish(_ effects: [Effect]) -> PastWish? {
    for case .readPast(let wish, _) in effects { return wish }
    return nil
  }

  private func seconds(_ wish: PastWish?) -> Double? { wish.map { MadeFleet.instant.timeIntervalSince($0.instant) } }

  @Test(arguments: [("[", 86_400.0), ("{", 864_000), ("w [", 604_800), ("w {", 6_048_000)])
  func stepsByBucketsOfTheWindow(keys: String, back: Double) throws {
    var session = try session()
    #expect(seconds(wish(try session.press(keys))) == back)
  }

  @Test func stepsThatComeWhileOneIsReadAddUpAndOneReadIsUnderWay() throws {
    var session = try session()
    let first = wish(try session.press("["))
    #expect(seconds(first) == 86_400)
    #expect(wish(try session.press("[ [ { ]")) == nil)
    let next = session.send(.pastRead(.fleet(try fleet(86_400))))
    // One, two more, ten more, and one forth.
    #expect(seconds(wish(next)) == 1_036_800.0)
    #expect(session.header.contains("PAST Wed 18 Nov 14:32"))
    #expect(wish(session.send(.pastRead(.fleet(try fleet(12 * 86_400))))) == nil)
    #expect(session.header.contains("PAST Sat 7 Nov 14:32, 12 days ago"))
  }

  @Test func aStepIsTakenFromWhatIsShown() throws {
    var session = try session()
    try session.press("[")
    session.send(.pastRead(.fleet(try fleet(90_000))))
    let next = wish(try session.press("["))
    #expect(next?.from == Self.minute.addingTimeInterval(-90_000))
    #expect(next?.instant == Self.minute.addingTimeInterval(-90_000 - 86_400))
  }

  @Test func aMarkOfLaterIsNotThere() throws {
    var session = try session(columns: 120, rows: 40)
    session.send(.marksRead([Mark(id: 1, at: MadeFleet.instant - 3_600, text: "api 1.4")]))
    #expect(session.lines.joined().contains("api 1.4"))
    try session.press("[")
    session.send(.pastRead(.fleet(try fleet(7_200))))
    #expect(session.state.isPast && !session.lines.joined().contains("api 1.4"))
  }

  @Test func nothingIsTakenBackThere() throws {
    var session = try session()
    try session.press("[")
    session.send(.pastRead(.fleet(try fleet(86_400))))
    #expect(try session.press("U") == [])
    #expect(session.status.contains("Esc returns to now"))
  }

  @Test func whatIsNoLongerPastIsNow() throws {
    var session = try session()
    try session.press("[")
    session.send(.pastRead(.fleet(try fleet(86_400))))
    try session.press("]")
    session.send(.pastRead(.now))
    #expect(!session.state.isPast)
    #expect(session.header.contains("LIVE"))
    #expect(session.status.contains("this is now"))
  }

  @Test func whatIsNotKeptIsSaidAndChangesNothing() throws {
    var session = try session()
    try session.press("{")
    session.send(.pastRead(.failed(cause: "no data before 2 Nov 14:00 UTC")))
    #expect(session.header.contains("LIVE"))
    #expect(session.status.contains("no data before 2 Nov 14:00 UTC"))
    // Between two steps nothing is said of one that failed.
    try session.press("{ ]")
    #expect(wish(session.send(.pastRead(.failed(cause: "no data")))) != nil)
    #expect(!session.status.contains("no data"))
  }

  @Test func escReturnsToNowBeforeItClearsTheFilter() throws {
    var session = try session()
    try session.press("/ text:gemini Enter [")
    session.send(.pastRead(.fleet(try fleet(86_400))))
    try session.press("Enter Esc")
    #expect(session.state.isPast)
    try session.press("Esc")
    #expect(!session.state.isPast && session.state.filter == "gemini")
    try session.press("Esc")
    #expect(session.state.filter == "")
  }

  @Test func whatIsReadAfterEscIsNotShown() throws {
    var session = try session()
    try session.press("[ [ Esc")
    #expect(wish(session.send(.pastRead(.fleet(try fleet(86_400))))) == nil)
    #expect(!session.state.isPast)
    // A key that comes before that read has ended begins from now.
    #expect(wish(try session.press("[")) != nil)
    try session.press("Esc [")
    let next = session.send(.pastRead(.fleet(try fleet(86_400))))
    #expect(!session.state.isPast && seconds(wish(next)) == 86_400)
  }

  @Test(arguments: [
    ("text:14:00", 1_930.0), ("text:-2h", 7_200), ("text:90m Space text:ago", 5_400),
    ("text:2026-11-18T14:32:05Z", 86_405),
  ])
  func goesToAnInstantThatIsTyped(keys: String, back: Double) throws {
    var session = try session()
    #expect(wish(try session.press("@ \(keys)")) == nil)
    let wish = try #require(wish(try session.press("Enter")))
    #expect(session.moment.wall.timeIntervalSince(wish.instant) == back)
    #expect(wish.isInstant)
  }

  @Test func whatMeansNothingStaysInTheField() throws {
    var session = try session()
    try session.press("@ text:soon Enter")
    #expect(session.state.field?.text == "soon")
    #expect(session.status.contains("give a time such as 03:10"))
    try session.press("Ctrl-L")
    try session.press("Esc @ text:2036-01-01 Enter")
    #expect(session.status.contains("that lies in the future"))
    try session.press("Esc")
    #expect(session.state.field == nil && !session.state.isPast)
  }

  @Test func readingGoesOnAndTroubleOfThePresentIsSaid() throws {
    var session = try session()
    try session.press("[")
    session.send(.pastRead(.fleet(try fleet(86_400))))
    #expect(session.tick(after: 5).contains(.read(isFresh: false)))
    session.fail("no route to host")
    #expect(session.header.contains("PAST Wed 18 Nov 14:32, 24 h ago"))
    #expect(session.status.contains("now LOST: no route to host"))
    try session.press("r")
    session.read(try Fixture.panel())
    #expect(!session.status.contains("LOST"))
    #expect(session.state.isPast)
  }

  @Test func aWindowThatIsNotKeptIsSaid() throws {
    var session = try session()
    try session.press("w [")
    var reading = try Fixture.panel()
    reading.series[.week] = nil
    reading.generatedAt -= 604_800
    session.send(.pastRead(.fleet(Fleet(reading, thresholds: .standard))))
    #expect(session.state.window == .day)
    #expect(session.status.contains("no weeks are kept of then"))
  }

  @Test func opensAtAnInstant() throws {
    let then = Self.minute.addingTimeInterval(-3_600)
    var session = DashboardSession(options: DashboardOptions(sourceLabel: "x", at: then))
    let effects = session.tick()
    #expect(wish(effects)?.instant == then && effects.contains(.read(isFresh: false)))
    session.send(.pastRead(.fleet(try fleet(3_600))))
    #expect(session.header.contains("PAST 13:32, 60 min ago"))
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)], [("past", ""), ("past-slot", "Enter")])
  func showsThePicture(size: (columns: Int, rows: Int), picture: (name: String, keys: String)) throws {
    var session = try session(columns: size.columns, rows: size.rows)
    try session.press("[")
    session.send(.pastRead(.fleet(try fleet(5 * 3_600 + 1_320))))
    try session.press(picture.keys)
    session.tick(after: 2)
    #expect(Golden.check(session.lines, named: "\(picture.name)-\(size.columns)x\(size.rows)") == nil)
    let surface = session.state.view()
    #expect(surface.lines[0].contains("PAST 09:10, 5 h ago"))
  }

  @Test func wearsNoHuesAndIsTurned() throws {
    var session = try session()
    try session.press("[")
    session.send(.pastRead(.fleet(try fleet(3_600))))
    let surface = session.state.view()
    let styles: [Style] = (0..<surface.size.rows).flatMap { row in
      (0..<surface.size.columns).map { surface[row, $0].style }
    }
    #expect(!styles.contains { $0.tone == .critical || $0.tone == .warning })
    let columns = Array(surface.lines[0])
    let start = try #require(columns.indices.first { columns[$0...].starts(with: "PAST 13:32, 60 min ago") })
    #expect((start..<start + 22).allSatisfy { surface[0, $0].style.reverse })
    #expect(!surface[0, start - 1].style.reverse)
  }

  @Test func costsNothingInThePresent() throws {
    let state = try session().state
    #expect(state.seen == state && state.pastLabel == nil && state.pastTrouble == nil)
  }
}
