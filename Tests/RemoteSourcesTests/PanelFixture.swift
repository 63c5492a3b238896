import Foundation
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

@testable import PanelStandIn
@testable import RemoteSources

/// Tuesday 2026-11-24 14:30 UTC.
let tuesday = Date(timeIntervalSince1970: 1_795_530_600)

/// A wall clock that stands until it is set.
final class StandingClock: Sendable {
  private let instant: Mutex<Date>

  init(_ instant: Date = tuesday) { self.instant = Mutex(instant) }

  var now: Date { instant.withLock { $0 } }

  func advance(by seconds: TimeInterval) { instant.withLock { $0.addTimeInterval(seconds) } }
}

/// Days and weeks: what is read always.
let usualWindows = StatsWindow.allCases.filter(StatsWindow.usual.contains)

extension ReadGaps {
  /// Those by days and weeks.
  var ofUsual: ReadGaps {
    ReadGaps(
      unread: unread.filter { StatsWindow.usual.contains($0.key) },
      old: old.filter { StatsWindow.usual.contains($0.key) })
  }
}

/// A panel that listens, and what reads it.
struct PanelFixture: Sendable {
  let panel: StandInPanel
  let clock: StandingClock
  let base: RemoteURL
  let transport: HTTPTransport

  /// Runs `body` with a panel of this fleet, and ends it.
  static func run(
    _ contents: StandInFleet, clock: StandingClock = StandingClock(), _ body: (PanelFixture) async throws -> Void
  ) async throws {
    let panel = StandInPanel(contents) { clock.now }
    let port = try await panel.start()
    let base = RemoteURL(isEncrypted: false, host: "127.0.0.1", port: port)
    let transport = try HTTPTransport(TransportSettings())
    do {
      try await body(PanelFixture(panel: panel, clock: clock, base: base, transport: transport))
    } catch {
      await end(panel, transport)
      throw error
    }
    await end(panel, transport)
  }

  static func run(slots: Int, _ body: (PanelFixture, PanelFleet) async throws -> Void) async throws {
    try await run(StandInFleet(slots: slots, at: tuesday)) { fixture in
      let fleet = fixture.fleet()
      try await body(fixture, fleet)
      await fleet.shutdown()
    }
  }

  private static func end(_ panel: StandInPanel, _ transport: HTTPTransport) async {
    await panel.stop()
    await transport.shutdown()
  }

  func token() -> AccessToken { AccessToken(.none, transport: transport, login: base) }

  func repository() -> PanelStatsRepository {
    PanelStatsRepository(
      base: base, name: "panel", transport: transport, token: token(), wallClock: { [clock] in clock.now })
  }

  /// What of a slot, or of all slots together, was asked for by a window.
  func asked(_ window: StatsWindow) -> [StandInLog.Entry] {
    panel.log.entries.filter { $0.value("group_by") == window.rawValue }
  }

  func fleet(trustsServerDate: Bool = true) -> PanelFleet {
    PanelFleet(
      base: base, name: "panel", transport: transport, token: token(), trustsServerDate: trustsServerDate,
      wallClock: { [clock] in clock.now })
  }

  /// The slots that were asked for, in order.
  var slotsAsked: [Slot.ID] {
    panel.log.entries.map(\.path).filter { $0.hasPrefix("/api/stats/") && $0 != "/api/stats/global" }
      .map { String($0.dropFirst("/api/stats/".count)) }
  }

  /// What the panel has of a slot, or of all together, in the shown range.
  func given(_ slotID: Slot.ID?, _ window: StatsWindow) -> [StatsMetric] {
    let series = panel.state.withLock { $0.fleet.document.series[window] }
    let rows = slotID.map { series?.bySlot[$0] ?? [] } ?? series?.global ?? []
    return rows.filter { $0.periodStart >= window.shownStart(endingAt: clock.now) && $0.periodStart <= clock.now }
  }
}

extension PanelFleet {
  /// Waits until the background has nothing more to do.
  func settle() async {
    while let task = ahead ?? background { await task.value }
  }

  func failure() async -> StatsSourceError? {
    do {
      _ = try await currentVersion()
      return nil
    } catch {
      return error as? StatsSourceError
    }
  }
}
