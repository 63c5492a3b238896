import Foundation
import SlotStats
import StatsFormats
import Testing

@testable import PanelStandIn
@testable import RemoteSources

@Suite struct PanelFleetTests {
  @Test func aSmallPanelIsReadWhole() async throws {
    try await PanelFixture.run(slots: 15) { fixture, fleet in
      let first = try await fleet.currentVersion()
      let all = Set(try await first.contents.slots().map(\.id))
      #expect(first.gaps.unread == [.week: all, .hour: all])
      await fleet.settle()
      let whole = try #require(await fleet.gatheredVersion())
      #expect(whole.gaps == ReadGaps(unread: [.hour: all]), "nobody looks at hours")
      #expect(whole.notice == nil)
      #expect(whole.id > first.id)
      #expect(whole.generatedAt == tuesday)
      for window in usualWindows {
        #expect(
          try await whole.contents.collectGlobalMetrics(window: window, since: nil) == fixture.given(nil, window))
        for slot in try await whole.contents.slots() {
          #expect(
            try await whole.contents.collectSlotMetrics(slot.id, window: window, since: nil)
              == fixture.given(slot.id, window))
        }
      }
      let failed = fixture.panel.log.entries.filter { $0.status != 200 }
      #expect(failed.isEmpty)
    }
  }

  @Test func anUnchangedPanelIsTheSameVersionAndDecodesNothing() async throws {
    try await PanelFixture.run(slots: 4) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let before = try #require(await fleet.gatheredVersion())
      fixture.panel.clearLog()
      fixture.clock.advance(by: 5)
      let after = try await fleet.currentVersion()
      #expect(after.id == before.id)
      #expect(after.readAt == before.readAt + 5)
      #expect(after.generatedAt == tuesday + 5)
      // The list, both globals, and each slot by both windows; finished weeks are known.
      #expect(fixture.panel.log.entries.count == 3 + 4 * 2)
      #expect(fixture.panel.log.unchanged == fixture.panel.log.entries.count)
    }
  }

  @Test func equalBytesWithoutValidatorsAreTheSameVersionToo() async throws {
    try await PanelFixture.run(slots: 2) { fixture, fleet in
      fixture.panel.set { $0.etags = false }
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let before = try #require(await fleet.gatheredVersion())
      #expect(try await fleet.currentVersion().id == before.id)
    }
  }

  @Test func runsThatAreAddedAreANewVersion() async throws {
    try await PanelFixture.run(slots: 2) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let before = try #require(await fleet.gatheredVersion())
      fixture.panel.change { $0.advance(["slot-002"], by: StatsCounters(success: 7)) }
      let after = try await fleet.currentVersion()
      #expect(after.id > before.id)
      #expect(
        try await after.contents.collectSlotMetrics("slot-002", window: .week, since: nil)
          == fixture.given("slot-002", .week))
    }
  }

  @Test func finishedWeeksAreReadAgainAfterFiveMinutes() async throws {
    try await PanelFixture.run(slots: 1) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      for (wait, requests) in [(299.0, 1), (2, 2)] {
        fixture.panel.clearLog()
        fixture.clock.advance(by: wait)
        _ = try await fleet.currentVersion()
        let weeks = fixture.panel.log.entries.filter {
          $0.path == "/api/stats/slot-001" && $0.value("group_by") == "week"
        }
        #expect(weeks.count == requests)
      }
    }
  }

  @Test func whatIsLookedAtIsReadFirstAndTheRestInOrder() async throws {
    try await PanelFixture.run(slots: 120) { fixture, fleet in
      fleet.focus(to: ReadFocus(slots: ["slot-100", "slot-007", "gone"], window: .week))
      let first = try await fleet.currentVersion()
      // One of them was asked for hours, and both for two ranges of weeks.
      #expect(Set(fixture.slotsAsked.prefix(5)) == ["slot-100", "slot-007"])
      #expect(first.gaps.unread[.week]?.count == 118)
      #expect(first.gaps.unread[.day]?.count == 120)
      await fleet.settle()
      #expect(await fleet.gatheredVersion()?.gaps.ofUsual == ReadGaps.none)
      let order = fixture.slotsAsked.dropFirst(5).filter { $0 != "slot-100" && $0 != "slot-007" }
      // Of the eight under way any may be late by as much as the system likes, but none comes before its turn: when it
      // is asked, all that come before it have been, save those under way beside it.
      let places = order.compactMap { Int($0.dropFirst(5)) }
      let firstSeen = places.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
      let turns = Dictionary(uniqueKeysWithValues: firstSeen.sorted().enumerated().map { ($1, $0) })
      let early = firstSeen.enumerated().map { place, slot in (turns[slot] ?? 0) - place }.max() ?? 0
      #expect(firstSeen.count == 118 && early < PanelClient.maxRequests)
    }
  }

  @Test func eightRequestsAreUnderWayAtMost() async throws {
    try await PanelFixture.run(slots: 40) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/stats/slot-*", holds: true))
      let pass = Task { try await fleet.currentVersion() }
      await fixture.panel.waitForHeld(8)
      #expect(fixture.panel.log.underWay == 8)
      fixture.panel.fail()
      fixture.panel.release()
      _ = try await pass.value
      await fleet.settle()
      #expect(fixture.panel.log.mostAtOnce == 8)
    }
  }

  @Test func tenThousandSlotsOpenWithFewRequests() async throws {
    try await PanelFixture.run(StandInFleet(slots: 10_000, at: tuesday)) { fixture in
      let fleet = fixture.fleet()
      let first = try await fleet.currentVersion()
      #expect(try await first.contents.slots().count == 10_000)
      #expect(first.gaps.unread[.day]?.count == 9_950)
      let before = fixture.panel.log.entries.prefix(54)
      #expect(Set(before.map(\.path)).count == 52)
      await fleet.shutdown()
      let seen = try #require(await fleet.gatheredVersion())
      #expect(seen.gaps.ofUsual.hasUnread)
    }
  }

  @Test func callersShareOnePass() async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/slots", holds: true))
      let passes = (0..<5).map { _ in Task { try await fleet.currentVersion().id } }
      await fixture.panel.waitForHeld(1)
      fixture.panel.fail()
      fixture.panel.release()
      for pass in passes { _ = try await pass.value }
      await fleet.settle()
      #expect(fixture.panel.log.entries.count { $0.path == "/api/slots" } <= 5)
    }
  }

  @Test func aCallerThatGivesUpLeavesAtOnce() async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet async throws in
      fixture.panel.fail(StandInFault("/api/slots", holds: true))
      let pass = Task { try await fleet.currentVersion() }
      await fixture.panel.waitForHeld(1)
      pass.cancel()
      await #expect(throws: CancellationError.self) { try await pass.value }
      fixture.panel.fail()
      fixture.panel.release()
      #expect(try await fleet.currentVersion().id == 1)
    }
  }

  @Test func readAllReadsEverythingOfItsWindowsAlone() async throws {
    try await PanelFixture.run(slots: 70) { fixture, fleet in
      let version = try await fleet.readAll(windows: [.day])
      #expect(version.gaps.unread[.day] == nil)
      #expect(fixture.panel.log.entries.count == 1 + 1 + 70)
      #expect(fixture.panel.log.mostAtOnce <= 8)
      let series = try await version.contents.collectSlotMetrics(window: .day, since: nil)
      #expect(series.allSatisfy { $0.value == fixture.given($0.key, .day) })
    }
  }

  @Test(arguments: [
    (StandInFault("/api/stats/slot-003", body: .types), "$.metrics[0].success is \"many\""),
    (StandInFault("/api/stats/slot-003", body: .html), "HTML instead of JSON"),
    (StandInFault("/api/stats/slot-003", status: 500), "500 from /api/stats/slot-003"),
    (StandInFault("/api/stats/slot-003", status: 404), "404 from /api/stats/slot-003"),
  ])
  func readAllMarksTheSlotThatCannotBeReadAndGivesTheOthers(fault: StandInFault, cause: String) async throws {
    try await PanelFixture.run(slots: 5) { fixture, fleet in
      fixture.panel.fail(fault)
      let version = try await fleet.readAll(windows: [.day])
      let old = try #require(version.gaps.old[.day]?["slot-003"])
      #expect(version.gaps.old[.day]?.count == 1 && old.readAt == nil)
      #expect(old.cause?.contains(cause) == true)
      #expect(version.notice?.hasPrefix("1 of 5 slots not read: ") == true && version.notice?.contains(cause) == true)
      let series = try await version.contents.collectSlotMetrics(window: .day, since: nil)
      #expect(series["slot-002"] == fixture.given("slot-002", .day))
      #expect(try await version.contents.collectGlobalMetrics(window: .day, since: nil) == fixture.given(nil, .day))
    }
  }

  @Test func aSumOfSlotsIsUnknownWhereOneOfThemIs() async throws {
    try await PanelFixture.run(slots: 5) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/stats/slot-003", body: .types))
      let version = try await fleet.readAll(windows: [.hour])
      #expect(try await version.contents.collectGlobalMetrics(window: .hour, since: nil).isEmpty)
      #expect(version.gaps.unknownCount(in: .hour) == 1)
    }
  }

  @Test func readAllFailsWhereThePanelDoes() async throws {
    try await PanelFixture.run(slots: 70) { fixture, fleet in
      for fault in [
        StandInFault("/api/stats/slot-*", body: .types), StandInFault("/api/stats/slot-0*", status: 500, times: 20),
        StandInFault("/api/stats/slot-002", status: 429, retryAfter: 5),
      ] {
        fixture.panel.fail(fault)
        await #expect(throws: StatsSourceError.self) { try await fleet.readAll(windows: [.day]) }
      }
    }
  }

  @Test func readAllHonoursItsCallersCancellation() async throws {
    try await PanelFixture.run(slots: 20) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/stats/slot-*", holds: true))
      let reading = Task { try await fleet.readAll(windows: [.week]) }
      await fixture.panel.waitForHeld(8)
      reading.cancel()
      await #expect(throws: CancellationError.self) { try await reading.value }
    }
  }
}
