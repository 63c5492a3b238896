import Foundation
import SlotStats
import Testing

@testable import PanelStandIn
@testable import RemoteSources

@Suite struct PanelChangeTests {
  @Test func readsOnlyWhatThePanelToldOf() async throws {
    try await PanelFixture.run(slots: 6) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let before = try #require(await fleet.gatheredVersion())
      fixture.panel.change { $0.advance(["slot-003"], by: StatsCounters(success: 7)) }
      fixture.panel.clearLog()
      fixture.clock.advance(by: 1)
      fleet.told.put(StatsChange(slots: ["slot-003"], at: fixture.clock.now))
      let after = try await fleet.currentVersion()
      #expect(Set(fixture.slotsAsked) == ["slot-003"])
      #expect(!fixture.panel.log.entries.contains { $0.path == "/api/slots" })
      #expect(after.id > before.id)
      #expect((after.readAt, after.generatedAt) == (tuesday + 1, tuesday + 1))
      for window in usualWindows {
        #expect(
          try await after.contents.collectSlotMetrics("slot-003", window: window, since: nil)
            == fixture.given("slot-003", window))
        #expect(
          try await after.contents.collectGlobalMetrics(window: window, since: nil) == fixture.given(nil, window))
      }
    }
  }

  @Test func theBackgroundGetsItsShareOfTheWholeIntervalWhateverIsTold() async throws {
    try await PanelFixture.run(slots: 400) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      for _ in 0..<4 {
        fixture.clock.advance(by: 1)
        fleet.told.put(StatsChange(slots: ["slot-003"], at: fixture.clock.now))
        _ = try await fleet.currentVersion()
      }
      fixture.panel.clearLog()
      fixture.clock.advance(by: 1)
      _ = try await fleet.currentVersion()
      await fleet.settle()
      let foreground = PanelFleet.smallFleet * usualWindows.count
      #expect(fixture.slotsAsked.count > foreground + 4 * Int(PanelFleet.backgroundRate))
    }
  }

  @Test(arguments: [nil, ["nobody"], []] as [Set<Slot.ID>?])
  func readsEverythingWhereThatDoesNotSayEnough(slots: Set<Slot.ID>?) async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fixture.panel.clearLog()
      fixture.clock.advance(by: slots?.isEmpty == true ? 5 : 1)
      fleet.told.put(StatsChange(slots: slots, at: fixture.clock.now))
      _ = try await fleet.currentVersion()
      #expect(fixture.panel.log.entries.contains { $0.path == "/api/slots" })
      #expect(Set(fixture.slotsAsked).count == 3)
    }
  }

  @Test func whatFailedToBeReadIsReadTheNextTime() async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fleet.told.put(StatsChange(slots: ["slot-001"], at: tuesday))
      fixture.clock.advance(by: 1)
      await fixture.panel.stop()
      // It fails as any other pass does: with a wait that the next one keeps to.
      #expect(await fleet.failure()?.retryAfter != nil)
      #expect(fleet.told.take()?.slots == ["slot-001"])
    }
  }

  @Test func oneRequestTellsWhetherAnythingChanged() async throws {
    try await PanelFixture.run(slots: 6) { fixture, fleet in
      #expect(await fleet.mayHaveChanged(), "nothing was read yet")
      _ = try await fleet.currentVersion()
      await fleet.settle()
      for etags in [true, false] {
        fixture.panel.set { $0.etags = etags }
        fixture.panel.clearLog()
        #expect(await !fleet.mayHaveChanged())
        #expect(fixture.panel.log.entries.map(\.path) == ["/api/stats/global"])
      }
      fixture.panel.change { $0.advance(["slot-003"], by: StatsCounters(success: 7)) }
      #expect(await fleet.mayHaveChanged())
      #expect(await fleet.mayHaveChanged(), "until it is read")
      _ = try await fleet.currentVersion()
      #expect(await !fleet.mayHaveChanged())
      fixture.clock.advance(by: 86_400)
      #expect(await fleet.mayHaveChanged(), "another day")
    }
  }

  @Test(arguments: [nil, 30] as [Int?])
  func anythingMayHaveChangedAfterAFailureUnlessThePanelWantsToBeLeftAlone(retryAfter: Int?) async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet in
      _ = try await fleet.currentVersion()
      await fleet.settle()
      fixture.panel.fail(StandInFault("/api/slots", status: 503, retryAfter: retryAfter))
      fixture.clock.advance(by: 5)
      #expect(await fleet.failure() != nil)
      #expect(await fleet.mayHaveChanged() == (retryAfter == nil))
      fixture.clock.advance(by: 31)
      #expect(await fleet.mayHaveChanged(), "its time is over")
    }
  }

  @Test func aReceiptCountsWhatItDoesNotName() {
    func refused(_ more: String) -> Int? {
      let text = "{\"accepted\":0,\"duplicate\":0,\"refused\":[{\"index\":0,\"reason\":\"r\"}]\(more)}"
      return EventSender.receipt(in: Array(text.utf8))?.refused
    }
    #expect(refused("") == 1)
    #expect(refused(",\"refused_total\":4000") == 4_000)
  }
}
