import Foundation
import HTTPTransport
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization
import Testing

@testable import PanelStandIn
@testable import RemoteSources

@Suite struct PanelRepositoryTests {
  @Test(arguments: [false, true]) func keepsTheContract(plainDates: Bool) async throws {
    let started = Mutex<[StandInPanel]>([])
    let transport = try HTTPTransport(TransportSettings())
    let noon = StatsRepositoryContract.lastDay.addingTimeInterval(43_200)
    let contract = StatsRepositoryContract { contents in
      let series = Dictionary(
        uniqueKeysWithValues: StatsWindow.allCases.map { window in
          (
            window,
            SnapshotDocument.Series(global: contents.global[window] ?? [], bySlot: contents.bySlot[window] ?? [:])
          )
        })
      let panel = StandInPanel(
        StandInFleet(SnapshotDocument(generatedAt: noon, slots: contents.slots, series: series))
      ) { noon }
      panel.set { $0.plainDates = plainDates }
      let base = RemoteURL(isEncrypted: false, host: "127.0.0.1", port: try await panel.start())
      started.withLock { $0.append(panel) }
      return PanelStatsRepository(
        base: base, name: "panel", transport: transport,
        token: AccessToken(.none, transport: transport, login: base), wallClock: { noon })
    }
    #expect(try await contract.broken() == [])
    for panel in started.withLock({ $0 }) { await panel.stop() }
    await transport.shutdown()
  }

  @Test(arguments: [StandInHabits(), .ours]) func asksForWholeBucketsOfRangesThatThePanelAllows(habits: StandInHabits)
    async throws
  {
    try await PanelFixture.run(slots: 2) { fixture, _ in
      fixture.panel.set { $0 = habits }
      let repository = fixture.repository()
      for window in StatsWindow.allCases {
        for since in [nil, tuesday - 80 * 86_400] {
          _ = try await repository.collectGlobalMetrics(window: window, since: since)
          _ = try await repository.collectSlotMetrics(window: window, since: since)
        }
      }
      let asked = fixture.panel.log.entries.filter { $0.path.hasPrefix("/api/stats/") }
      #expect(asked.allSatisfy { $0.status == 200 })
      #expect(Set(asked.compactMap { $0.value("group_by") }) == Set(habits.slotWindows.map(\.rawValue)))
      for entry in asked {
        let window = try #require(entry.value("group_by").flatMap(StatsWindow.init(rawValue:)))
        let from = try #require(entry.value("from").flatMap { RFC3339.parse($0)?.date })
        let to = try #require(entry.value("to").flatMap { RFC3339.parse($0)?.date })
        #expect(window.isBucketStart(from) && window.isBucketStart(to), "\(entry.query)")
        #expect(to.timeIntervalSince(from) <= (entry.path.hasSuffix("global") ? 90 : 31) * 86_400)
      }
    }
  }

  @Test func followsPagesOfDescendingRows() async throws {
    try await PanelFixture.run(slots: 25) { fixture, _ async throws in
      fixture.panel.set { ($0.slotsPage, $0.pageLimit) = (10, 4) }
      let repository = fixture.repository()
      #expect(try await repository.slots().count == 25)
      #expect(
        try await repository.collectGlobalMetrics(window: .day, since: nil) == fixture.given(nil, .day))
      let pages = fixture.panel.log.entries.filter { $0.path == "/api/stats/global" }.map { $0.value("page") }
      #expect(pages == ["1", "2", "3", "4"])
    }
  }

  @Test func aListWhosePagesBringNothingNewEndsWithAnError() async throws {
    try await PanelFixture.run(slots: 5) { fixture, _ in
      fixture.panel.set { $0.slotsPage = 0 }
      await #expect(
        throws: StatsSourceError(
          .contentRefused, action: "Cannot read panel \"panel\"",
          cause: "/api/slots: page 1 brings nothing new, 0 of 5 are there")
      ) { try await fixture.repository().slots() }
    }
  }

  @Test func aListThatMovesBetweenItsPagesIsReadOnceMore() async throws {
    try await PanelFixture.run(slots: 25) { fixture, _ in
      fixture.panel.set { $0.slotsPage = 10 }
      fixture.panel.fail(StandInFault("/api/slots", holds: true))
      let reading = Task { try await fixture.repository().slots().map(\.id) }
      await fixture.panel.waitForHeld(1)
      fixture.panel.release()
      await fixture.panel.waitForHeld(2)
      fixture.panel.change { $0.drop(["slot-001"]) }
      fixture.panel.fail()
      fixture.panel.release()
      let slots = try await reading.value
      #expect(slots.count == 24)
      #expect(slots.first == "slot-002")
      #expect(slots.contains("slot-011"), "the one that moved to the page before")
    }
  }

  @Test func readsPlainDatesSumsAndWrongTotalsRightly() async throws {
    try await PanelFixture.run(slots: 3) { fixture, _ async throws in
      fixture.panel.set { ($0.plainDates, $0.errorsAsSum, $0.wrongTotals) = (true, true, true) }
      let repository = fixture.repository()
      for window in StatsWindow.allCases {
        var expected = fixture.given("slot-002", window)
        for index in expected.indices { expected[index].counters.errors = 0 }
        #expect(try await repository.collectSlotMetrics("slot-002", window: window, since: nil) == expected)
      }
    }
  }

  @Test func anIDOfAnyCharactersIsAskedFor() async throws {
    var contents = StandInFleet(slots: 1, at: tuesday)
    let id = "a/b ü?#%41"
    contents.document.slots = [Slot(id: id)]
    for window in StatsWindow.allCases {
      let rows = contents.document.series[window]?.global ?? []
      contents.document.series[window]?.bySlot = [id: rows]
    }
    try await PanelFixture.run(contents) { fixture in
      let metrics = try await fixture.repository().collectSlotMetrics(id, window: .day, since: nil)
      #expect(metrics == fixture.given(id, .day))
    }
  }

  @Test(arguments: [
    (401, StatsSourceError.Kind.notPermitted), (403, .notPermitted), (404, .unreachable), (429, .unreachable),
    (500, .unreachable), (503, .unreachable),
  ])
  func aStatusIsAFailureOfItsKind(status: Int, kind: StatsSourceError.Kind) async throws {
    try await PanelFixture.run(slots: 1) { fixture, _ in
      fixture.panel.fail(StandInFault("/api/slots", status: status))
      await #expect { try await fixture.repository().slots() } throws: { error in
        let error = error as? StatsSourceError
        return error?.kind == kind && error?.cause.contains("\(status)") == true
          && error?.action == "Cannot read panel \"panel\""
      }
    }
  }

  @Test(arguments: [
    (StandInFault.Body.html, "/api/stats/global: HTML instead of JSON"),
    (.empty, "/api/stats/global: byte 0 is the end; the answer is empty"),
    (.types, "/api/stats/global: $.data[0].success is \"many\"; counters are whole numbers from 0"),
  ])
  func aBodyThatIsNoAnswerIsRefusedByItsPlace(body: StandInFault.Body, cause: String) async throws {
    try await PanelFixture.run(slots: 1) { fixture, _ in
      fixture.panel.fail(StandInFault("/api/stats/global", body: body))
      await #expect(
        throws: StatsSourceError(.contentRefused, action: "Cannot read panel \"panel\"", cause: cause)
      ) { try await fixture.repository().collectGlobalMetrics(window: .day, since: nil) }
    }
  }
}
