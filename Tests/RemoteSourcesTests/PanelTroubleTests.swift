import Foundation
import SlotStats
import StatsFormats
import Testing

@testable import PanelStandIn
@testable import RemoteSources

@Suite struct PanelTroubleTests {
  @Test(arguments: ["/api/slots", "/api/stats/global"])
  func aPanelInTroubleIsAskedOnceAPass(path: String) async throws {
    try await PanelFixture.run(slots: 100) { fixture, fleet in
      let first = try await fleet.currentVersion()
      await fleet.settle()
      let good = try #require(await fleet.gatheredVersion())
      fixture.panel.fail(StandInFault(path, status: 503, retryAfter: 7))
      for _ in 0..<3 {
        fixture.panel.clearLog()
        let failure = try #require(await fleet.failure())
        #expect(failure.kind == .unreachable)
        #expect(failure.cause.hasPrefix("503 from \(path)"))
        await fleet.settle()
        #expect(fixture.panel.log.entries.count { $0.status == 503 } == 1)
        #expect(fixture.panel.log.entries.last?.status == 503, "nothing is asked after it")
      }
      #expect(await fleet.gatheredVersion()?.id == good.id, "what was good stays")
      fixture.panel.fail()
      let again = try await fleet.currentVersion()
      #expect(again.id >= first.id)
      #expect(again.gaps.ofUsual == .none)
    }
  }

  @Test(arguments: [(503, nil), (401, nil), (429, 30)] as [(Int, Int?)])
  func slotsThatAllFailAreThePanelsTroubleAfterAFew(status: Int, retryAfter: Int?) async throws {
    try await PanelFixture.run(slots: 50) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/stats/slot-*", status: status, retryAfter: retryAfter))
      #expect(await fleet.failure()?.cause.hasPrefix("\(status) from /api/stats/slot-") == true)
      await fleet.settle()
      #expect(fixture.slotsAsked.count <= 2 * PanelClient.maxRequests)
    }
  }

  @Test func slotsThatFailKeepNoOtherFromBeingRead() async throws {
    try await PanelFixture.run(slots: 50) { fixture, fleet in
      fixture.panel.fail(
        StandInFault("/api/stats/slot-00*", status: 503), StandInFault("/api/stats/slot-01*", status: 503))
      _ = await fleet.failure()
      var passes = 0
      repeat {
        _ = try await fleet.currentVersion()
        await fleet.settle()
        passes += 1
      } while await fleet.gatheredVersion()?.gaps.ofUsual.hasUnread != false && passes < 10
      let gaps = try #require(await fleet.gatheredVersion()).gaps
      #expect(!gaps.ofUsual.hasUnread)
      #expect(gaps.old[.day]?.count == 19)
    }
  }

  @Test func anAnswerThatWasKeptOnTheWayIsAsOldAsItSays() async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/stats/slot-002", age: 4_000))
      let version = try await fleet.currentVersion()
      #expect(version.generatedAt == tuesday)
      #expect(version.gaps.old[.day]?["slot-002"]?.readAt == tuesday.addingTimeInterval(-4_000))
      fixture.panel.fail(StandInFault("/api/stats/global", age: 4_000))
      #expect(try await fleet.currentVersion().generatedAt == tuesday.addingTimeInterval(-4_000))
      #expect(try await fleet.readAll(windows: [.day]).generatedAt == tuesday.addingTimeInterval(-4_000))
      fixture.panel.fail(StandInFault("*", age: 100))
      let whole = try await fleet.currentVersion()
      #expect(whole.generatedAt == tuesday.addingTimeInterval(-100))
      #expect(whole.notice == "answer from a cache, 100 s old")
    }
  }

  @Test func aSlotThatFailsKeepsItsRowsAndIsNamed() async throws {
    try await PanelFixture.run(slots: 15) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let good = try #require(await fleet.gatheredVersion())
      fixture.panel.fail(
        StandInFault("/api/stats/slot-007", status: 503), StandInFault("/api/stats/slot-009", status: 500))
      fixture.clock.advance(by: 5)
      let partial = try await fleet.currentVersion()
      #expect(partial.notice?.hasPrefix("2 of 15 slots not read: 503 from /api/stats/slot-007") == true)
      let old = try #require(partial.gaps.old[.day])
      #expect(old.count == 2)
      for (slotID, status) in [("slot-007", 503), ("slot-009", 500)] {
        #expect(old[slotID]?.readAt == tuesday)
        #expect(old[slotID]?.cause?.hasPrefix("\(status) from /api/stats/\(slotID)") == true)
      }
      #expect(
        try await partial.contents.collectSlotMetrics("slot-007", window: .day, since: nil)
          == good.contents.collectSlotMetrics("slot-007", window: .day, since: nil))
      fixture.panel.fail()
      let again = try await fleet.currentVersion()
      #expect(again.gaps.ofUsual == .none)
      #expect(again.notice == nil)
      #expect(again.id > partial.id)
    }
  }

  @Test func aSlotThatNeverAnsweredIsFailedAndNotUnread() async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/stats/slot-002", body: .html))
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let version = try #require(await fleet.gatheredVersion())
      #expect(!version.gaps.ofUsual.hasUnread)
      let old = try #require(version.gaps.old[.week]?["slot-002"])
      #expect(old.readAt == nil)
      #expect(old.cause == "/api/stats/slot-002: HTML instead of JSON")
    }
  }

  @Test func aPassWithoutAnySlotFails() async throws {
    try await PanelFixture.run(slots: 15) { fixture, fleet async throws in
      fixture.panel.fail(StandInFault("/api/stats/slot-*", status: 429, retryAfter: 9))
      #expect(await fleet.failure()?.cause.contains("429 from /api/stats/slot-") == true)
      #expect(await fleet.gatheredVersion() == nil)
      fixture.panel.fail()
      fixture.clock.advance(by: 9)
      #expect(try await fleet.currentVersion().id == 1)
    }
  }

  @Test func aPanelThatAlternatesRecoversByItself() async throws {
    try await PanelFixture.run(slots: 2) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/slots", status: 500, every: 2))
      for _ in 0..<4 {
        #expect(await fleet.failure() != nil)
        #expect(await fleet.failure() == nil)
      }
    }
  }

  @Test func aSlotThatThePanelDropsIsDropped() async throws {
    try await PanelFixture.run(slots: 5) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fixture.panel.change { $0.drop(["slot-003"]) }
      let version = try await fleet.currentVersion()
      #expect(try await version.contents.slots().map(\.id) == ["slot-001", "slot-002", "slot-004", "slot-005"])
      await #expect(throws: StatsSourceError.self) {
        try await version.contents.collectSlotMetrics("slot-003", window: .day, since: nil)
      }
      #expect(version.gaps.ofUsual == .none)
    }
  }

  @Test func aListedSlotThatIsNotFoundIsLookedForOnceAndThenFailed() async throws {
    try await PanelFixture.run(slots: 4) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/stats/slot-002", status: 404))
      let version = try await fleet.currentVersion()
      #expect(fixture.panel.log.entries.prefix(9).count { $0.path == "/api/slots" } == 2)
      #expect(version.gaps.old[.day]?["slot-002"]?.cause?.hasPrefix("404 from /api/stats/slot-002") == true)
    }
  }

  @Test func theBackgroundEndsWhereThePanelDoes() async throws {
    try await PanelFixture.run(slots: 400) { fixture, fleet in
      let focused = (1...5).map { "slot-00\($0)" }
      fleet.focus(to: ReadFocus(slots: focused))
      fixture.panel.fail(
        StandInFault("/api/stats/slot-1*", status: 500), StandInFault("/api/stats/slot-2*", status: 500),
        StandInFault("/api/stats/slot-3*", status: 500))
      _ = try await fleet.currentVersion()
      await fleet.settle()
      // So many in a row; those under way then; and those before a good answer that was slower than they.
      #expect(fixture.panel.log.entries.count { $0.status == 500 } <= 3 * PanelClient.maxRequests)
    }
  }

  @Test func midnightMovesTheRangeAndMixesNothing() async throws {
    let clock = StandingClock(tuesday)
    try await PanelFixture.run(StandInFleet(slots: 60, at: tuesday + 86_400 * 9), clock: clock) { fixture in
      let fleet = fixture.fleet()
      fleet.focus(to: ReadFocus(slots: ["slot-001", "slot-002"]))
      _ = try await fleet.currentVersion()
      await fleet.settle()
      for _ in 0..<7 {
        clock.advance(by: 86_400)
        let version = try await fleet.currentVersion()
        for window in usualWindows {
          let start = window.shownStart(endingAt: clock.now)
          let series = try await version.contents.collectSlotMetrics(window: window, since: nil)
          #expect(series["slot-002"] == fixture.given("slot-002", window))
          #expect(series.values.joined().allSatisfy { $0.periodStart >= start && $0.periodStart <= clock.now })
          let others = fixture.given("slot-050", window)
          #expect(series["slot-050"]?.elementsEqual(others.prefix(series["slot-050"]?.count ?? 0)) == true)
          #expect(version.gaps.old[window]?["slot-050"] != nil)
        }
        await fleet.settle()
        #expect(await fleet.gatheredVersion()?.gaps.ofUsual == ReadGaps.none)
      }
      await fleet.shutdown()
    }
  }

  @Test func aLaterDecisionOnErrorsCountsEarlierRowsAnew() async throws {
    var contents = StandInFleet(slots: 2, at: tuesday)
    for window in StatsWindow.allCases {
      contents.document.series[window] = SnapshotDocument.Series(
        global: [],
        bySlot: [
          "slot-001": [StatsMetric(window, start: window.bucketStart(containing: tuesday), counters: .zero)],
          "slot-002": [],
        ])
    }
    try await PanelFixture.run(contents) { fixture in
      let fleet = fixture.fleet()
      fixture.panel.set { $0.errorsAsSum = true }
      fixture.panel.change { $0.advance(["slot-001"], by: StatsCounters(success: 9, timeouts: 3, errors: 1)) }
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let open = try #require(await fleet.gatheredVersion())
      #expect(open.notice == "errors may repeat the other kinds: too few failing rows to tell")
      let before = try await open.contents.collectSlotMetrics("slot-001", window: .day, since: nil)
      #expect(before.map(\.counters.errors) == [3])
      fixture.panel.change { fleet in
        let days = StatsWindow.day.shownStarts(endingAt: tuesday)
        fleet.document.series[.day]?.bySlot["slot-002"] = days.map {
          StatsMetric(.day, start: $0, counters: StatsCounters(success: 1, cancelled: 2))
        }
      }
      let settled = try await fleet.currentVersion()
      let after = try await settled.contents.collectSlotMetrics("slot-001", window: .day, since: nil)
      #expect(after.map(\.counters.errors) == [0])
      #expect(after.map(\.counters.totalRuns) == [12])
      #expect(settled.notice == nil)
      await fleet.shutdown()
    }
  }

  @Test(arguments: [(-86_400.0, "1 d behind"), (86_400, "1 d ahead")])
  func aPanelWhoseClockIsOffIsReadByItsOwnClock(offset: Double, words: String) async throws {
    try await PanelFixture.run(StandInFleet(slots: 2, at: tuesday, followsClock: true)) { fixture in
      fixture.panel.set { $0.clockOffset = offset }
      let fleet = fixture.fleet()
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let version = try #require(await fleet.gatheredVersion())
      #expect(version.generatedAt == tuesday + offset)
      #expect(version.readAt == tuesday)
      #expect(version.notice == "the panel's clock is \(words)")
      #expect(version.clockLead == offset)
      let rows = try await version.contents.collectSlotMetrics("slot-001", window: .day, since: nil)
      #expect(rows.map(\.periodStart) == StatsWindow.day.shownStarts(endingAt: tuesday + offset))
      let fixed = fixture.fleet(trustsServerDate: false)
      let other = try await fixed.currentVersion()
      #expect(other.generatedAt == tuesday)
      #expect(other.notice?.contains("clock") != true && other.clockLead == nil)
      await fleet.shutdown()
      await fixed.shutdown()
    }
  }

  @Test func bucketsOfTomorrowAreLeftOutAndNamed() async throws {
    try await PanelFixture.run(StandInFleet(slots: 1, at: tuesday, followsClock: true)) { fixture in
      fixture.panel.set { ($0.daysOld, $0.plainDates) = (-1, true) }
      let fleet = fixture.fleet()
      let version = try await fleet.currentVersion()
      #expect(
        version.notice == "left out: 2 buckets begin after the data, first 2026-11-25 at /api/stats/global")
      let rows = try await version.contents.collectGlobalMetrics(window: .day, since: nil)
      #expect(rows.last?.periodStart == StatsWindow.day.bucketStart(containing: tuesday))
      await fleet.shutdown()
    }
  }

  @Test func aSlotThatIsToBeLeftAloneIsLeftAlone() async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet in
      fixture.panel.fail(StandInFault("/api/stats/slot-002", status: 429, retryAfter: 20))
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let asked = fixture.slotsAsked.count { $0 == "slot-002" }
      fixture.clock.advance(by: 19)
      let partial = try await fleet.currentVersion()
      #expect(fixture.slotsAsked.count { $0 == "slot-002" } == asked)
      #expect(partial.gaps.old[.day]?["slot-002"]?.cause.map { $0.contains("429") } == true)
      fixture.panel.fail()
      fixture.clock.advance(by: 1)
      _ = try await fleet.currentVersion()
      #expect(fixture.slotsAsked.count { $0 == "slot-002" } > asked)
      #expect(await fleet.gatheredVersion()?.gaps.ofUsual == ReadGaps.none)
    }
  }

  @Test func seriesThatWereNotReadForFiveMinutesAreOld() async throws {
    try await PanelFixture.run(slots: 300) { fixture, fleet in
      fleet.focus(to: ReadFocus(slots: ["slot-001"]))
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fixture.clock.advance(by: 301)
      let version = try await fleet.currentVersion()
      #expect(version.gaps.old[.day]?.count == 299)
      #expect(version.gaps.old[.day]?["slot-300"] == ReadGaps.Old(readAt: tuesday))
      #expect(version.gaps.old[.day]?["slot-001"] == nil)
      await fleet.settle()
      #expect(await fleet.gatheredVersion()?.gaps.ofUsual == ReadGaps.none)
    }
  }

  @Test func theBackgroundKeepsToAHundredRequestsASecond() async throws {
    try await PanelFixture.run(slots: 300) { fixture, fleet in
      fleet.focus(to: ReadFocus(slots: ["slot-001"]))
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fixture.clock.advance(by: 1)
      fixture.panel.clearLog()
      _ = try await fleet.currentVersion()
      let foreground = 5
      await fleet.settle()
      #expect(fixture.panel.log.entries.count <= 100 + foreground)
      #expect(fixture.panel.log.entries.count > 90)
    }
  }

  @Test func aClockThatIsSetBackKeepsNothingFromBeingRead() async throws {
    try await PanelFixture.run(slots: 60) { fixture, fleet in
      fleet.focus(to: ReadFocus(slots: ["slot-001"]))
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fixture.clock.advance(by: -3_600)
      fixture.panel.change { $0.advance(["slot-060"], by: StatsCounters(success: 5)) }
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let version = try #require(await fleet.gatheredVersion())
      #expect(version.gaps.ofUsual == .none)
      #expect(
        try await version.contents.collectSlotMetrics("slot-060", window: .day, since: nil)
          == fixture.given("slot-060", .day))
    }
  }
}
