import Foundation
import SlotStats
import StatsFormats
import Testing

@testable import PanelStandIn
@testable import RemoteSources

/// When hours and minutes are read, and what of them is shown.
@Suite struct PanelHoursTests {
  private static func isWhole(_ entry: StandInLog.Entry, _ window: StatsWindow) -> Bool {
    guard let from = entry.value("from").flatMap({ RFC3339.parse($0)?.date }),
      let to = entry.value("to").flatMap({ RFC3339.parse($0)?.date })
    else { return false }
    return from == window.shownStart(endingAt: tuesday) && to == window.bucket(containing: tuesday).upperBound
  }

  @Test func hoursAreReadAtOnceWhenSomebodyLooksAndNotBefore() async throws {
    try await PanelFixture.run(slots: 4) { fixture, fleet async throws in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      #expect(fixture.asked(.hour).count == 1)
      fixture.panel.clearLog()
      fixture.panel.fail(StandInFault("/api/stats/slot-*", holds: true))
      fleet.focus(to: ReadFocus(slots: ["slot-003"], window: .hour))
      await fixture.panel.waitForHeld(4)
      fixture.panel.fail()
      fixture.panel.release()
      await fleet.settle()
      // No list, and of each slot one request from a boundary to a boundary.
      #expect(Set(fixture.slotsAsked) == ["slot-001", "slot-002", "slot-003", "slot-004"])
      #expect(fixture.panel.log.entries.count == 4)
      #expect(fixture.asked(.hour).allSatisfy { Self.isWhole($0, .hour) })
      let version = try #require(await fleet.gatheredVersion())
      #expect(version.gaps == .none)
      for slotID in [nil, "slot-001", "slot-003"] {
        let rows =
          if let slotID {
            try await version.contents.collectSlotMetrics(slotID, window: .hour, since: nil)
          } else {
            try await version.contents.collectGlobalMetrics(window: .hour, since: nil)
          }
        #expect(rows == fixture.given(slotID, .hour))
        #expect(rows.count == 24)
      }
    }
  }

  @Test func hoursAreReadInEachPassWhileSomebodyLooks() async throws {
    try await PanelFixture.run(slots: 4) { fixture, fleet async throws in
      fleet.focus(to: ReadFocus(window: .hour))
      let first = try await fleet.currentVersion()
      #expect(first.gaps.unread[.hour] == nil)
      await fleet.settle()
      fixture.panel.clearLog()
      fixture.clock.advance(by: 5)
      _ = try await fleet.currentVersion()
      #expect(fixture.panel.log.entries.count == 3 + 4 * 3)
      fleet.focus(to: ReadFocus(window: .week))
      fixture.panel.clearLog()
      let later = try await fleet.currentVersion()
      await fleet.settle()
      #expect(fixture.panel.log.entries.count == 3 + 4 * 2)
      #expect(later.gaps.unread[.hour]?.count == 4, "nothing of them is kept that could be old")
      #expect(try await later.contents.collectSlotMetrics("slot-001", window: .hour, since: nil).isEmpty)
      #expect(try await later.contents.collectGlobalMetrics(window: .hour, since: nil).isEmpty)
    }
  }

  @Test func aPanelWithEverythingIsAskedForEverything() async throws {
    try await PanelFixture.run(StandInFleet(slots: 3, at: tuesday, minutes: true)) { fixture async throws in
      fixture.panel.set { $0 = .ours }
      let fleet = fixture.fleet()
      _ = try await fleet.currentVersion()
      await fleet.settle()
      #expect(fixture.asked(.hour).isEmpty && fixture.asked(.minute).isEmpty)
      fleet.focus(to: ReadFocus(window: .minute))
      await fleet.readAhead()
      await fleet.settle()
      let version = try #require(await fleet.gatheredVersion())
      #expect(version.gaps == .none)
      #expect(version.contents.windows == Set(StatsWindow.allCases))
      for window in StatsWindow.allCases {
        #expect(
          try await version.contents.collectGlobalMetrics(window: window, since: nil) == fixture.given(nil, window))
        #expect(
          try await version.contents.collectSlotMetrics("slot-002", window: window, since: nil)
            == fixture.given("slot-002", window))
      }
      #expect(fixture.asked(.hour).count { $0.path == "/api/stats/global" } == 1)
      for window in [StatsWindow.minute, .hour] {
        #expect(fixture.asked(window).allSatisfy { $0.status == 200 && Self.isWhole($0, window) })
      }
      fixture.panel.change { $0.advance(["slot-002"], by: StatsCounters(success: 7)) }
      fixture.clock.advance(by: 1)
      fleet.told.put(StatsChange(slots: ["slot-002"], at: fixture.clock.now))
      let after = try await fleet.currentVersion()
      for window in [StatsWindow.minute, .hour] {
        #expect(
          try await after.contents.collectGlobalMetrics(window: window, since: nil) == fixture.given(nil, window))
      }
      await fleet.shutdown()
    }
  }

  @Test func someOfTheSlotsAreNeverAllOfThem() async throws {
    try await PanelFixture.run(slots: 90) { fixture, fleet async throws in
      fleet.focus(to: ReadFocus(slots: ["slot-002", "slot-050"], window: .hour))
      fixture.panel.fail(StandInFault("/api/stats/slot-077", status: 500))
      let first = try await fleet.currentVersion()
      #expect(first.gaps.unknownCount(in: .hour) == 88)
      #expect(try await first.contents.collectGlobalMetrics(window: .hour, since: nil).isEmpty)
      #expect(
        try await first.contents.collectSlotMetrics("slot-050", window: .hour, since: nil)
          == fixture.given("slot-050", .hour))
      await fleet.settle()
      let almost = try #require(await fleet.gatheredVersion())
      #expect(almost.gaps.unknownCount(in: .hour) == 1)
      #expect(try await almost.contents.collectGlobalMetrics(window: .hour, since: nil).isEmpty)
      fixture.panel.fail()
      fleet.focus(to: ReadFocus(slots: ["slot-077"], window: .hour))
      let whole = try await fleet.currentVersion()
      #expect(whole.gaps.unknownCount(in: .hour) == 0)
      #expect(
        try await whole.contents.collectGlobalMetrics(window: .hour, since: nil) == fixture.given(nil, .hour))
    }
  }

  @Test func theNextHourAddsUpNothingOfTheOneBefore() async throws {
    try await PanelFixture.run(StandInFleet(slots: 4, at: tuesday + 7_200)) { fixture async throws in
      let fleet = fixture.fleet()
      fleet.focus(to: ReadFocus(window: .hour))
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fixture.clock.advance(by: 3_600)
      fixture.panel.fail(StandInFault("/api/stats/slot-004", status: 503))
      let partial = try await fleet.currentVersion()
      #expect(partial.gaps.unknownCount(in: .hour) == 1)
      #expect(try await partial.contents.collectGlobalMetrics(window: .hour, since: nil).isEmpty)
      #expect(
        try await partial.contents.collectSlotMetrics("slot-001", window: .hour, since: nil)
          == fixture.given("slot-001", .hour))
      fixture.panel.fail()
      let whole = try await fleet.currentVersion()
      #expect(whole.gaps == .none)
      #expect(
        try await whole.contents.collectGlobalMetrics(window: .hour, since: nil) == fixture.given(nil, .hour))
      // Runs that are added to one slot are added to all of them.
      fixture.panel.change { $0.document.series[.hour]?.bySlot["slot-002"]?[28].counters += StatsCounters(success: 9) }
      let later = try await fleet.currentVersion()
      let total = try await later.contents.collectGlobalMetrics(window: .hour, since: nil)
      #expect(total.last?.counters.success == fixture.given(nil, .hour).last.map { $0.counters.success + 9 })
      await fleet.shutdown()
    }
  }

  @Test func somebodyWhoLooksDuringAPassNeedNotWaitForTheNext() async throws {
    try await PanelFixture.run(slots: 4) { fixture, fleet async throws in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fixture.panel.fail(StandInFault("/api/stats/slot-002", holds: true))
      let pass = Task { try await fleet.currentVersion() }
      await fixture.panel.waitForHeld(1)
      fleet.focus(to: ReadFocus(window: .hour))
      fixture.panel.fail()
      fixture.panel.release()
      _ = try await pass.value
      await fleet.settle()
      #expect(await fleet.gatheredVersion()?.gaps == ReadGaps.none)
    }
  }

  @Test func aPanelInTroubleIsNotAskedAheadForLong() async throws {
    try await PanelFixture.run(slots: 40) { fixture, fleet async throws in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fixture.panel.fail(StandInFault("/api/stats/slot-*", status: 503))
      fixture.panel.clearLog()
      fleet.focus(to: ReadFocus(window: .hour))
      await fleet.readAhead()
      await fleet.settle()
      #expect(fixture.panel.log.entries.count <= 2 * PanelClient.maxRequests)
      #expect(await fleet.gatheredVersion()?.gaps.ofUsual == ReadGaps.none)
    }
  }

  // MARK: All at once

  @Test(arguments: [(15, 2 + 15 * 4), (70, 70)]) func hoursThatAreAskedForAreReadWhole(slots: Int, more: Int)
    async throws
  {
    try await PanelFixture.run(slots: slots) { fixture, fleet async throws in
      let version = try await fleet.readAll(windows: [.hour])
      #expect(version.gaps.unread[.hour] == nil)
      #expect(fixture.panel.log.entries.count == 2 + more, "the list, the one slot that is asked, and the rest")
      #expect(
        try await version.contents.collectGlobalMetrics(window: .hour, since: nil) == fixture.given(nil, .hour))
      let series = try await version.contents.collectSlotMetrics(window: .hour, since: nil)
      #expect(series.count == slots)
      #expect(series.allSatisfy { $0.value == fixture.given($0.key, .hour) })
    }
  }

  @Test(arguments: [StatsWindow.hour, .minute]) func whatAPanelDoesNotHaveIsNotReadAndNothingInItsPlace(
    window: StatsWindow
  ) async throws {
    try await PanelFixture.run(slots: 5) { fixture, fleet async throws in
      fixture.panel.set { $0.slotWindows = StatsWindow.usual }
      let whole = fleet.whole([window])
      let version = try await whole.currentVersion(after: nil)
      #expect(version.contents.windows == StatsWindow.usual)
      #expect(whole.windows == StatsWindow.usual)
      #expect(fixture.panel.log.entries.count == (window == .hour ? 2 : 1))
    }
  }

  @Test func nobodyWhoAsksForDaysPaysForHours() async throws {
    try await PanelFixture.run(StandInFleet(slots: 5, at: tuesday, minutes: true)) { fixture async throws in
      for habits in [StandInHabits(), .ours] {
        fixture.panel.set { $0 = habits }
        let fleet = fixture.fleet()
        let version = try await fleet.readAll(windows: [.day])
        #expect(fixture.asked(.hour).isEmpty && fixture.asked(.minute).isEmpty)
        #expect(version.contents.windows == StatsWindow.usual)
        #expect(version.gaps == .none)
      }
    }
  }

  @Test func hoursThatCannotBeAskedForAreAFailure() async throws {
    try await PanelFixture.run(slots: 5) { fixture, fleet async throws in
      fixture.panel.fail(StandInFault("/api/stats/slot-001", status: 503))
      await #expect { try await fleet.readAll(windows: [.hour]) } throws: { error in
        (error as? StatsSourceError)?.cause.hasPrefix("503 from /api/stats/slot-001") == true
      }
    }
  }
}
