import SlotStats
import TerminalUI
import Testing

@testable import Dashboard

/// A source that tells by itself when it changed.
@Suite struct ChangeTests {
  private let fleet = MadeFleet(["a": [.made(1, of: 50)]])

  private func live(interval: Int = 5) -> DashboardSession {
    .showing(fleet.reading, options: DashboardOptions(sourceLabel: "x", interval: interval))
  }

  @Test func readsAtOnceWhatChanged() {
    var session = live()
    session.wait(1)
    #expect(session.send(.sourceChanged) == [.readChanged])
    #expect(session.readUnchanged() == [])
  }

  @Test func readsChangesNoOftenerThanTenTimesASecond() {
    var session = live()
    session.wait(1)
    session.send(.sourceChanged)
    session.readUnchanged()
    session.wait(0.03)
    #expect(session.send(.sourceChanged) == [])
    #expect(session.state.idleTime == .milliseconds(70))
    #expect(session.tick(after: 0.05) == [])
    #expect(session.tick(after: 0.02) == [.readChanged])
  }

  @Test func manyChangesAreOneRead() {
    var session = live()
    session.wait(1)
    session.send(.sourceChanged)
    for _ in 0..<20 { #expect(session.send(.sourceChanged) == []) }
    session.wait(0.2)
    #expect(session.readUnchanged() == [.readChanged])
    #expect(session.readUnchanged() == [])
    #expect(session.tick(after: 1) == [])
  }

  @Test func neverReadsTwiceAtATime() {
    var session = live()
    session.tick(after: 5)
    session.wait(1)
    #expect(session.send(.sourceChanged) == [])
    #expect(session.readUnchanged() == [.readChanged])
    #expect(session.tick(after: 10) == [])
  }

  @Test func theIntervalGoesOnWhateverChanges() {
    var session = live()
    session.wait(4)
    session.send(.sourceChanged)
    #expect(session.readUnchanged() == [])
    #expect(session.tick(after: 1) == [.read(isFresh: false)])
  }

  @Test func aReadThatIsDueTakesTheChangeToo() {
    var session = live()
    session.wait(5)
    #expect(session.send(.sourceChanged) == [.read(isFresh: false)])
    #expect(session.readUnchanged() == [])
    #expect(session.tick(after: 1) == [])
  }

  @Test func aChangeDoesNotShortenARest() {
    var session = live()
    session.tick(after: 5)
    session.send(.readEnded(.failed(cause: "503", retryAfter: .seconds(30))))
    session.wait(10)
    #expect(session.send(.sourceChanged) == [])
    #expect(session.tick(after: 19) == [])
    #expect(session.tick(after: 1) == [.read(isFresh: false)])
  }

  @Test func aSourceThatIsThereAgainIsNotLeftAloneAnyMore() {
    var session = live()
    session.tick(after: 5)
    session.send(.readEnded(.failed(cause: "connection refused", retryAfter: .seconds(40))))
    session.wait(3)
    #expect(session.send(.sourceReturned) == [.readChanged])
    session.read(fleet.reading)
    #expect(!session.header.contains("LOST"))
    // Also where it came back while a read was under way that failed.
    session.tick(after: 5)
    session.send(.sourceReturned)
    session.send(.readEnded(.failed(cause: "connection refused", retryAfter: .seconds(40))))
    #expect(session.tick(after: 1) == [.readChanged])
  }

  @Test func aChangeOfALostSourceIsReadAtOnce() {
    var session = live()
    session.tick(after: 5)
    session.fail("there is no such file")
    session.wait(1)
    #expect(session.header.contains("LOST"))
    #expect(session.send(.sourceChanged) == [.readChanged])
    session.read(fleet.reading)
    #expect(!session.header.contains("LOST"))
  }

  @Test func readsOnWhileTheScreenIsHeld() throws {
    var session = live()
    try session.press("Space")
    session.wait(1)
    #expect(session.send(.sourceChanged) == [.readChanged])
    session.readUnchanged()
    #expect(session.header.contains("PAUSED"))
  }
}
