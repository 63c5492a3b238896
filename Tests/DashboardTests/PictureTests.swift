import SlotStatsTesting
import TerminalUI
import Testing

@testable import Dashboard

/// The target pictures, cell by cell, and pictures of more situations.
@Suite struct PictureTests {
  struct Picture: Sendable, CustomTestStringConvertible {
    var name: String
    var columns: Int
    var rows: Int
    var keys = ""

    var testDescription: String { name }
  }

  @Test(arguments: [
    Picture(name: "overview-80x24", columns: 80, rows: 24),
    Picture(name: "overview-120x40", columns: 120, rows: 40),
    Picture(name: "overview-200x60", columns: 200, rows: 60),
    Picture(name: "overview-60x20", columns: 60, rows: 20),
    Picture(name: "overview-40x10", columns: 40, rows: 10),
    Picture(name: "week-120x40", columns: 120, rows: 40, keys: "w"),
    Picture(name: "range-120x40", columns: 120, rows: 40, keys: "v"),
    Picture(name: "filter-80x24", columns: 80, rows: 24, keys: "/ text:gemini"),
    Picture(name: "slot-80x24", columns: 80, rows: 24, keys: "Enter"),
    Picture(name: "slot-120x40", columns: 120, rows: 40, keys: "Enter"),
    Picture(name: "slot-200x60", columns: 200, rows: 60, keys: "Enter"),
    Picture(name: "help-80x24", columns: 80, rows: 24, keys: "?"),
  ])
  func showsThePicture(_ picture: Picture) throws {
    let state = try Fixture.dashboard(
      Fixture.panel(), columns: picture.columns, rows: picture.rows, keys: picture.keys)
    #expect(Golden.check(state.view().lines, named: picture.name) == nil)
  }

  @Test func showsTheLastValuesAndTheCauseWhereTheSourceIsLost() throws {
    var session = DashboardSession.showing(try Fixture.panel(), columns: 80, rows: 24)
    session.tick(after: 43)
    session.fail()
    session.tick(after: 1)
    #expect(Golden.check(session.lines, named: "lost-80x24") == nil)
  }

  @Test func showsWhatIsHeldAndHowMuchNewerThereIs() throws {
    var session = DashboardSession.showing(try Fixture.panel())
    try session.press("Space")
    for _ in 0..<6 {
      session.tick(after: 5)
      session.readUnchanged()
    }
    #expect(Golden.check(session.lines, named: "paused-120x40") == nil)
  }

  @Test func showsThePictureInASCII() throws {
    let state = try Fixture.dashboard(Fixture.panel(), columns: 80, rows: 24)
    #expect(Golden.check(state.view().inASCII().lines, named: "ascii-80x24") == nil)
  }
}
