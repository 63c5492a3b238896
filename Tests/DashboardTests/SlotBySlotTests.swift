import Foundation
import SlotStats
import TerminalUI
import Testing

@testable import Dashboard

/// Sources that are read slot by slot: what has not come yet, what is older than the rest, and what is read first.
@Suite struct SlotBySlotTests {
  private static let options = DashboardOptions(sourceLabel: "panel.example", isReadBySlot: true)
  private let fleet = MadeFleet(["a": [.made(20, of: 50)], "b": [.made(1, of: 50)], "c": [.made(30, of: 50)]])

  /// The fleet, of which these slots have not been read and those are older than the rest, by day.
  private func reading(
    unread: Set<Slot.ID> = [], old: [Slot.ID: ReadGaps.Old] = [:], of fleet: MadeFleet? = nil
  ) -> FleetReading {
    var reading = (fleet ?? self.fleet).reading
    reading.gaps = ReadGaps(unread: [.day: unread], old: [.day: old])
    for id in unread { reading.series[.day]?.bySlot[id] = StatsAggregation(window: .day, metrics: []) }
    for (id, old) in old where old.readAt == nil {
      reading.series[.day]?.bySlot[id] = StatsAggregation(window: .day, metrics: [])
    }
    return reading
  }

  private func session(_ reading: FleetReading, columns: Int = 120) -> DashboardSession {
    .showing(reading, columns: columns, options: Self.options)
  }

  private func row(_ id: Slot.ID, _ session: DashboardSession) -> String {
    session.lines.first { $0.contains("›\(id) ") || $0.contains("  \(id) ") || $0.contains("… \(id) ") } ?? ""
  }

  // MARK: What has not come

  @Test func unreadRowsSortLastAndShowNoNumber() {
    let session = session(reading(unread: ["c"]))
    #expect(session.ids == ["a", "b", "c"])
    #expect(row("c", session).hasPrefix(" … c"))
    #expect(row("c", session).contains("not read yet"))
    #expect(!row("c", session).contains("idle"))
    #expect(!row("c", session).contains { $0.isNumber })
  }

  @Test func theHeaderSaysHowManyAreRead() {
    let session = session(reading(unread: ["a", "c"]))
    #expect(session.header.contains("LIVE  data 5 s old, 1 of 3 read"))
    #expect(session.status.contains("… 2 unread"))
  }

  @Test func theHeaderSaysNothingOfItOnceAllAreRead() {
    #expect(session(reading()).header.contains("LIVE  data 5 s old, every 5 s"))
  }

  @Test func aSlotThatCouldNeverBeReadSaysWhy() {
    let session = session(reading(old: ["b": ReadGaps.Old(readAt: nil, cause: "503 from /api/stats/b")]))
    #expect(session.ids.last == "b")
    #expect(row("b", session).contains("not read: 503 from /api/stats"))
  }

  @Test func anUnreadSlotThatIsOpenedSaysSo() throws {
    var session = session(reading(unread: ["c"]))
    try session.press("G Enter")
    #expect(session.lines[1].contains("not read yet"))
    #expect(session.lines[2].contains("not read yet"))
    #expect(!session.lines[2].contains("no runs"))
  }

  @Test func sumsByProviderWaitForTheLastSlot() {
    let session = session(reading(unread: ["c"]), columns: 200)
    #expect(session.lines.contains { $0.contains("by provider, once all are read") })
  }

  @Test func aSlotThatCouldNeverBeReadIsMissingFromEverySum() {
    let session = session(reading(old: ["c": ReadGaps.Old(readAt: nil, cause: "503")]), columns: 200)
    #expect(session.lines.contains { $0.contains("by provider, once all are read") })
    #expect(session.header.contains("2 of 3 read"))
  }

  // MARK: What is older than the rest

  @Test func anOlderRowKeepsItsNumbersAndSaysOfWhen() {
    let readAt = MadeFleet.instant.addingTimeInterval(-90)
    let session = session(reading(old: ["c": ReadGaps.Old(readAt: readAt, cause: "503")]), columns: 80)
    #expect(row("c", session).contains("60.0"))
    #expect(row("c", session).contains("as of 14:30"))
    #expect(!row("a", session).contains("as of"))
  }

  @Test func aRowThatIsOlderThanTodaySaysTheDay() throws {
    let readAt = MadeFleet.instant.addingTimeInterval(-86_400)
    let old = reading(old: ["c": ReadGaps.Old(readAt: readAt, cause: "503")])
    #expect(row("c", session(old, columns: 120)).contains("as of 18 Nov 14:32"))
    #expect(row("c", session(old, columns: 80)).contains("18 Nov"))
  }

  @Test func anOlderRowWearsNoColourAndKeepsItsMark() throws {
    let old = ReadGaps.Old(readAt: MadeFleet.instant.addingTimeInterval(-90))
    let surface = session(reading(old: ["c": old])).state.view()
    let row = try #require(surface.lines.firstIndex { $0.contains("as of") })
    #expect(surface.lines[row].hasPrefix("!!"))
    #expect(surface[row, 0].style.tone == .text)
    #expect(surface[row + 1, 0].style.tone == .critical)
  }

  // MARK: What comes later

  @Test func whatIsGatheredReplacesUnreadRowsAndInventsNoRise() {
    var session = session(reading(unread: ["c"]))
    let before = session.state.newest
    let after = Fleet(reading(), thresholds: .standard)
    session.tick(after: 1)
    session.send(.gathered(after, change: before.map { FleetChange(from: $0, to: after) }))
    #expect(row("c", session).contains("60.0"))
    #expect(!row("c", session).contains("since"))
    #expect(session.state.history.newest("c") == nil)
  }

  @Test func aSlotThatFailsAndComesBackInventsNoRise() {
    let failed = Fleet(reading(old: ["c": ReadGaps.Old(readAt: nil, cause: "503")]), thresholds: .standard)
    let change = FleetChange(from: failed, to: Fleet(reading(), thresholds: .standard))
    #expect(change == FleetChange())
  }

  @Test func whatASlotMissedWhileItFailedDidNotComeInOneReading() {
    let old = Fleet(reading(old: ["c": ReadGaps.Old(readAt: MadeFleet.instant - 2400)]), thresholds: .standard)
    let later = MadeFleet(["a": [.made(20, of: 50)], "b": [.made(1, of: 50)], "c": [.made(60, of: 100)]])
    #expect(FleetChange(from: old, to: Fleet(later.reading, thresholds: .standard)).slots == [:])
  }

  @Test func gatheringIsLookedAtEachSecondWhileSlotsAreUnread() {
    var session = session(reading(unread: ["c"]))
    #expect(session.tick(after: 1) == [.gather])
    #expect(session.tick(after: 1) == [])
    #expect(session.send(.gathered(nil, change: nil)) == [.gather])
    session.send(.gathered(Fleet(reading(), thresholds: .standard), change: nil))
    #expect(session.tick(after: 1) == [])
  }

  @Test func whatIsGatheredIsNoCompletedRead() {
    var session = session(reading(unread: ["c"]))
    session.tick(after: 5)
    session.tick(after: 6)
    session.send(.gathered(Fleet(reading(), thresholds: .standard), change: nil))
    #expect(session.header.contains("LATE"))
  }

  @Test func gatheringWhileHeldLeavesTheScreenAsItIs() throws {
    var session = session(reading(unread: ["c"]))
    try session.press("Space")
    session.send(.gathered(Fleet(reading(), thresholds: .standard), change: nil))
    #expect(row("c", session).contains("not read yet"))
  }

  // MARK: What is read first

  @Test func theSourceIsToldWhatIsOnTheScreen() throws {
    var session = DashboardSession(columns: 80, rows: 24, options: Self.options)
    session.tick()
    #expect(session.read(reading()) == [.focus(ReadFocus(slots: ["c", "a", "b"], window: .day))])
    #expect(session.readUnchanged() == [])
    #expect(try session.press("w") == [.focus(ReadFocus(slots: ["c", "a", "b"], window: .week))])
    #expect(try session.press("G Enter") == [.focus(ReadFocus(slots: ["b", "c", "a", "b"], window: .week))])
  }

  @Test func aSourceThatIsReadWholeIsToldNothing() throws {
    var session = DashboardSession()
    session.tick()
    #expect(session.read(reading()) == [])
    #expect(try session.press("w") == [])
  }

  // MARK: Sources that are down

  @Test func theFirstFrameSaysWhatItWaitsForAndHowLong() {
    var session = DashboardSession(options: Self.options)
    session.tick()
    #expect(session.lines[1].contains("reading panel.example"))
    #expect(!session.lines[1].contains("no answer"))
    session.tick(after: 3)
    #expect(session.header.contains("WAIT"))
    #expect(session.lines[1].contains("reading panel.example, no answer for 3 s"))
  }

  @Test func aSourceThatWantsToRestIsLeftAlone() {
    var session = session(reading())
    session.tick(after: 5)
    session.send(.readEnded(.failed(cause: "429 from /api/slots", retryAfter: .seconds(12))))
    #expect(session.header.contains("LOST  data 10 s old, trying again in 12 s"))
    #expect(session.tick(after: 11) == [])
    #expect(session.tick(after: 1) == [.read(isFresh: false)])
  }

  @Test func aFailureWithNothingReadSaysWhyAndWhenItIsTriedAgain() {
    var session = DashboardSession(options: Self.options)
    session.tick()
    session.send(.readEnded(.failed(cause: "connection refused by 127.0.0.1:9", retryAfter: .seconds(10))))
    #expect(session.header.contains("LOST  nothing read yet, trying again in 10 s"))
    #expect(session.lines[1].contains("connection refused by 127.0.0.1:9"))
    #expect(session.read(reading()).isEmpty == false)
    #expect(session.header.contains("LIVE"))
  }
}
