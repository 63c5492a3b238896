import Foundation
import SlotStats
import TerminalUI
import Testing

@testable import Dashboard

/// When the source is read, and what the header says of it.
@Suite struct ReadingTests {
  private var fleet: MadeFleet { MadeFleet(["a": [.made(1, of: 50)]]) }

  /// A dashboard with one reading, taken at once.
  private func live(interval: Int = 5) -> DashboardSession {
    .showing(fleet.reading, options: DashboardOptions(sourceLabel: "x", interval: interval))
  }

  // MARK: When

  @Test func readsAtOnceAndNeverTwoAtATime() {
    var session = DashboardSession()
    #expect(session.tick() == [.read(isFresh: false)])
    #expect(session.tick(after: 1) == [])
    #expect(session.tick(after: 1000) == [])
    #expect(session.send(.resized(Size(columns: 80, rows: 24))) == [])
  }

  @Test func readsAgainAnIntervalAfterTheStartOfTheLastOne() {
    var session = DashboardSession()
    session.tick()
    session.wait(3)
    #expect(session.read(fleet.reading) == [])
    #expect(session.tick(after: 1.75) == [])
    #expect(session.tick(after: 0.25) == [.read(isFresh: false)])
  }

  @Test func readsAtOnceAfterOneThatTookLongerThanTheInterval() {
    var session = DashboardSession()
    session.tick()
    session.wait(7)
    #expect(session.read(fleet.reading) == [.read(isFresh: false)])
  }

  @Test func readsFreshOnDemand() throws {
    var session = live()
    #expect(try session.press("r") == [.read(isFresh: true)])
  }

  @Test func aReadAskedForDuringAReadFollowsItOnce() throws {
    var session = DashboardSession()
    session.tick()
    #expect(try session.press("r r r") == [])
    #expect(session.status.contains("a read is under way"))
    #expect(session.read(fleet.reading) == [.read(isFresh: true)])
    #expect(session.readUnchanged() == [])
    #expect(session.tick(after: 5) == [.read(isFresh: false)])
  }

  @Test func aFailedReadIsTriedAgainAfterTheInterval() {
    var session = live()
    session.tick(after: 5)
    #expect(session.fail() == [])
    #expect(session.tick(after: 4.9) == [])
    #expect(session.tick(after: 0.1) == [.read(isFresh: false)])
  }

  @Test func idlesUntilTheNextReadOrTheNextSecondOfTheAge() {
    var session = live()
    #expect(session.state.idleTime == .seconds(1))
    session.tick(after: 4.75)
    #expect(session.state.idleTime == .seconds(0.25))
    session.tick(after: 0.25)
    // A read is under way: only the age goes on.
    #expect(session.state.idleTime == .seconds(1))
  }

  // MARK: The interval

  @Test func stepsTheIntervalAndSaysSoAtTheEnds() throws {
    var session = live()
    for interval in [10, 15, 30, 60, 120, 300] {
      try session.press("+")
      #expect(session.state.schedule.interval == interval)
    }
    try session.press("+")
    #expect(session.state.schedule.interval == 300)
    #expect(session.status.contains("the longest interval is 300 s"))
    for interval in [120, 60, 30, 15, 10, 5, 2, 1] {
      try session.press("-")
      #expect(session.state.schedule.interval == interval)
    }
    try session.press("-")
    #expect(session.status.contains("the shortest interval is 1 s"))
  }

  @Test func stepsFromAnIntervalBetweenTheSteps() throws {
    var session = live(interval: 7)
    try session.press("+")
    #expect(session.state.schedule.interval == 10)
    session = live(interval: 7)
    try session.press("-")
    #expect(session.state.schedule.interval == 5)
  }

  @Test func aShorterIntervalReadsAtOnceIfThatIsDue() throws {
    var session = live(interval: 60)
    #expect(session.tick(after: 29) == [])
    #expect(try session.press("-") == [])
    #expect(try session.press("-") == [.read(isFresh: false)])
  }

  @Test func aChangedIntervalCountsOnlyAfterTheNextRead() throws {
    var session = live(interval: 5)
    session.tick(after: 5)
    session.wait(5)
    session.send(.tick)
    #expect(session.header.contains("LATE"))
    try session.press("+ + + + + +")
    #expect(session.state.schedule.interval == 300)
    #expect(session.header.contains("LATE"))
    session.read(fleet.reading)
    #expect(session.header.contains("LIVE"))
    session.tick(after: 60)
    #expect(session.header.contains("LIVE"))
    try session.press("- - - - - - - -")
    #expect(session.state.schedule.interval == 1)
    session.tick(after: 10)
    #expect(session.header.contains("LIVE"))
  }

  // MARK: The trust word

  @Test func waitsBeforeTheFirstResultHoweverLong() {
    var session = DashboardSession()
    session.tick()
    #expect(session.header.contains("WAIT  reading"))
    session.tick(after: 1000)
    #expect(session.header.contains("WAIT"))
  }

  @Test func isLostWhereTheFirstReadFailsAndGoesOnByItself() {
    var session = DashboardSession()
    session.tick()
    session.fail("cannot open \"x\"")
    #expect(session.header.contains("LOST  nothing read yet, trying again in 5 s"))
    #expect(session.lines[1].contains("cannot open \"x\""))
    #expect(session.tick(after: 5) == [.read(isFresh: false)])
    session.read(fleet.reading)
    #expect(session.header.contains("LIVE"))
  }

  @Test func isLostWithTheCauseAndTheLastValuesUntilAReadSucceeds() {
    var session = live()
    let table = session.lines[20...34]
    session.tick(after: 5)
    session.fail()
    session.tick(after: 1)
    #expect(session.header.contains("LOST  data 11 s old, trying again in 4 s"))
    #expect(session.status.contains("503 from /api/stats/global, showing 14:32:05"))
    #expect(session.lines[20...34] == table)
    session.tick(after: 4)
    #expect(session.header.contains("LOST  data 15 s old"))
    session.readUnchanged()
    #expect(session.header.contains("LIVE"))
    #expect(!session.status.contains("503"))
  }

  @Test func theTrustWordStandsStillWhileTheSourceIsTriedAgain() {
    var session = live()
    session.tick(after: 5)
    session.fail()
    var places: Set<Int> = []
    for _ in 0..<40 {
      let effects = session.tick(after: 1)
      places.insert(cell(of: "LOST", in: session.header))
      if !effects.isEmpty { session.fail() }
      places.insert(cell(of: "LOST", in: session.header))
    }
    #expect(places.count == 1 && !places.contains(-1))
  }

  @Test func isLateAfterTwoIntervalsAndStaleAfterThreeButNotBeforeTenAndThirtySeconds() {
    var session = live()
    func word(after seconds: Double) -> String {
      session.tick(after: seconds)
      return session.state.trust.word.rawValue
    }
    #expect(word(after: 9.9) == "live")
    #expect(word(after: 0.1) == "late")
    #expect(session.header.contains("LATE  data 15 s old, 2 reads missed"))
    #expect(word(after: 19.9) == "late")
    #expect(word(after: 0.1) == "stale")
    #expect(session.header.contains("STALE  data 35 s old, 6 reads missed"))
    session.readUnchanged()
    #expect(session.header.contains("LIVE"))
  }

  @Test func isStaleOnceTheDataIsOldHoweverWellItIsRead() {
    var session = live()
    session.setWallClock(session.moment.wall.addingTimeInterval(295))
    session.readUnchanged()
    #expect(session.header.contains("LIVE  data 5 min old"))
    session.setWallClock(session.moment.wall.addingTimeInterval(61))
    session.readUnchanged()
    #expect(session.header.contains("STALE  data 6 min old, source has stopped"))
  }

  @Test func isStaleWhereTheDataIsFromTheFuture() {
    var session = live()
    session.setWallClock(MadeFleet.instant.addingTimeInterval(-60))
    session.send(.tick)
    #expect(session.header.contains("LIVE  data 0 s old"))
    session.setWallClock(MadeFleet.instant.addingTimeInterval(-200))
    session.send(.tick)
    #expect(session.header.contains("STALE  data 3 min ahead, the source's clock is wrong"))
  }

  @Test func takesTheAgeThatIsStaleFromThePersonThenTheSource() {
    var reading = fleet.reading
    reading.refreshInterval = 10
    var session = DashboardSession.showing(reading)
    session.setWallClock(MadeFleet.instant.addingTimeInterval(21))
    session.send(.tick)
    #expect(session.header.contains("STALE"))
    session = .showing(reading, options: DashboardOptions(sourceLabel: "x", staleAfter: 60))
    session.setWallClock(MadeFleet.instant.addingTimeInterval(21))
    session.send(.tick)
    #expect(session.header.contains("LIVE"))
  }

  @Test func saysWhenASourceThatKnowsItsEventsGotTheLastOne() {
    var reading = fleet.reading
    reading.newestEventAt = MadeFleet.instant.addingTimeInterval(-2)
    var session = DashboardSession.showing(reading, options: DashboardOptions(sourceLabel: "x", staleAfter: 60))
    #expect(session.header.contains("LIVE  last event 7 s ago, read every 5 s"))
    session.setWallClock(MadeFleet.instant.addingTimeInterval(59))
    reading.generatedAt = MadeFleet.instant.addingTimeInterval(59)
    session.tick(after: 5)
    session.read(reading)
    #expect(session.header.contains("STALE  last event 66 s ago, read every 5 s"))
    session.tick(after: 5)
    session.fail("503")
    #expect(session.header.contains("LOST  data 10 s old, trying again"))
  }

  // MARK: Pause

  @Test func holdsTheNumbersWhileReadingAndJudgingGoOn() throws {
    var session = live()
    try session.press("Space")
    let frame = session.lines.dropFirst().dropLast()
    #expect(session.header.contains("LIVE PAUSED  14:32:05, 0 newer readings"))
    #expect(session.tick(after: 5) == [.read(isFresh: false)])
    var next = fleet
    next.rows[0].days[0] = .made(40, of: 99)
    next.at += 5
    session.read(next.reading)
    #expect(session.header.contains("LIVE PAUSED  14:32:05, 1 newer reading"))
    #expect(session.lines.dropFirst().dropLast(2) == frame.dropLast())
    #expect(session.status.contains("is critical now; Space shows it"))
    session.tick(after: 5)
    session.readUnchanged()
    #expect(session.header.contains("2 newer readings"))
    try session.press("Space")
    #expect(!session.header.contains("PAUSED"))
    #expect(session.lines[1].contains("40.4% failed today (40/99)"))
  }

  @Test func theTrustWordGoesOnWhilePaused() throws {
    var session = live()
    try session.press("Space")
    session.tick(after: 5)
    session.fail()
    #expect(session.header.contains("LOST PAUSED"))
    session.tick(after: 5)
    session.readUnchanged()
    #expect(session.header.contains("LIVE PAUSED"))
    session.tick(after: 5)
    session.tick(after: 10)
    #expect(session.header.contains("LATE PAUSED"))
  }

  @Test func whatCameInTheLastMinutesIsHeldToo() throws {
    var session = live()
    var next = fleet
    next.rows[0].days[0] = .made(4, of: 60)
    session.tick(after: 5)
    session.read(next.reading)
    #expect(session.lines[2].contains("since 14:32 30.0% (3/10)"))
    try session.press("Space")
    session.tick(after: 1000)
    #expect(session.lines[2].contains("since 14:32 30.0% (3/10)"))
  }

  @Test func thereIsNothingToHoldBeforeTheFirstReading() throws {
    var session = DashboardSession()
    try session.press("Space")
    #expect(!session.state.isPaused)
    #expect(session.status.contains("there is nothing to hold yet"))
  }

  /// Where `word` begins in `line`; -1 if it is not there.
  private func cell(of word: String, in line: String) -> Int {
    line.range(of: word).map { line.distance(from: line.startIndex, to: $0.lowerBound) } ?? -1
  }
}

extension ReadingTests {
  @Test func equalClockFacesMeanEqualFrames() throws {
    var state = try Fixture.dashboard(Fixture.panel(), columns: 120, rows: 40)
    let fleet = try #require(state.newest)
    var frames: [ClockFace: Surface] = [:]
    for second in 0..<900 {
      let moment = Moment(
        wall: Fixture.pictureNow.addingTimeInterval(Double(second)), uptime: .seconds(second))
      for effect in state.reduce(.tick, at: moment) where effect == .read(isFresh: false) {
        let outcome: ReadOutcome = (300..<310).contains(second) ? .failed(cause: "gone") : .unchanged(fleet)
        _ = state.reduce(.readEnded(outcome), at: moment)
      }
      let frame = state.view()
      #expect(frames[state.clockFace] ?? frame == frame, "after \(second) s")
      frames[state.clockFace] = frame
    }
    // Far fewer than seconds: once the age is told in minutes, nothing turns in most of them.
    #expect(frames.count < 200)
  }
}
