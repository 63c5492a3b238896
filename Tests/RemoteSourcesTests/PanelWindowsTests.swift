import Foundation
import SlotStats
import StatsFormats
import Testing

@testable import PanelStandIn
@testable import RemoteSources

/// Which windows a panel has, and how that is learnt.
@Suite struct PanelWindowsTests {
  @Test func whatTheListSaysIsBelievedAndNoSlotIsAsked() async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet async throws in
      #expect(fleet.windows == StatsWindow.usual)
      fixture.panel.set { $0.windows = ["minute", "day", "decade"] }
      let version = try await fleet.currentVersion()
      #expect(version.contents.windows == [.minute, .day, .week])
      #expect(fleet.windows == version.contents.windows)
      #expect(fixture.asked(.hour).isEmpty)
      fixture.panel.set { $0.windows = [] }
      #expect(try await fleet.currentVersion().contents.windows == StatsWindow.usual)
    }
  }

  @Test(arguments: [(200, true), (400, false), (422, false)])
  func oneSlotIsAskedOnceForHours(status: Int, hasHours: Bool) async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet async throws in
      fixture.panel.set { habits in
        if !hasHours { (habits.slotWindows, habits.refusal) = (StatsWindow.usual, status) }
      }
      for _ in 0..<3 {
        let windows = try await fleet.currentVersion().contents.windows
        #expect(windows == (hasHours ? [.hour, .day, .week] : StatsWindow.usual))
        #expect(fleet.windows == windows)
        await fleet.settle()
        fixture.clock.advance(by: 100)
      }
      #expect(fixture.asked(.hour).map(\.status) == [status])
      #expect(fixture.asked(.minute).isEmpty)
    }
  }

  @Test func whoCannotAnswerIsAskedAgainWithALaterPass() async throws {
    try await PanelFixture.run(slots: 3) { fixture, fleet async throws in
      fixture.panel.fail(StandInFault("/api/stats/slot-001", status: 500, times: 1))
      let first = try await fleet.currentVersion()
      #expect(first.contents.windows == StatsWindow.usual)
      #expect(first.notice == nil)
      await fleet.settle()
      _ = try await fleet.currentVersion()
      #expect(fixture.asked(.hour).count == 1, "not at once")
      fixture.clock.advance(by: 61)
      #expect(try await fleet.currentVersion().contents.windows == [.hour, .day, .week])
      #expect(fixture.asked(.hour).map(\.status) == [500, 200])
    }
  }

  @Test func aSlotThatIsOffOrUnknownIsNotTheOneToAsk() async throws {
    try await PanelFixture.run(slots: 4) { fixture, fleet async throws in
      fixture.panel.change { $0.document.slots[0].isActive = false }
      fixture.panel.fail(StandInFault("/api/stats/slot-002", status: 404))
      #expect(try await fleet.currentVersion().contents.windows == [.hour, .day, .week])
      #expect(fixture.asked(.hour).map(\.path) == ["/api/stats/slot-002", "/api/stats/slot-003"])
    }
  }

  @Test func aPanelThatIsReadCallByCallIsAskedToo() async throws {
    try await PanelFixture.run(slots: 2) { fixture, _ async throws in
      let repository = fixture.repository()
      #expect(
        try await repository.collectSlotMetrics("slot-002", window: .hour, since: nil)
          == fixture.given("slot-002", .hour))
      #expect(repository.windows == [.hour, .day, .week])
      #expect(try await repository.collectGlobalMetrics(window: .hour, since: nil) == fixture.given(nil, .hour))
      #expect(try await repository.collectSlotMetrics(window: .minute, since: nil) == ["slot-001": [], "slot-002": []])
      #expect(fixture.asked(.minute).isEmpty)
      #expect(!fixture.asked(.hour).contains { $0.path == "/api/stats/global" })
    }
  }
}
