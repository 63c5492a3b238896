import ArgumentParser
import Foundation
import ReadingCommands
import SlotStats
import SnapshotSource
import Testing

@testable import slotwatch_serve

@Suite struct SampleTests {
  /// Instants around midnight and around Monday 00:00 UTC, in winter and summer, in the past and in the future.
  static let instants = [
    "2026-11-22T23:59:59Z", "2026-11-23T00:00:00Z", "2026-11-23T14:00:00Z", "2026-11-24T00:00:01Z",
    "2024-02-29T12:00:00Z", "2027-07-04T23:59:59Z", "2030-12-31T23:59:59Z", "2031-01-01T00:00:00Z",
    "1999-12-31T23:59:59Z",
  ].compactMap { try? Date($0, strategy: .iso8601) }

  @Test(arguments: instants)
  func endsInTheCurrentBucket(now: Date) async throws {
    let version = try Sample.repository(wallClock: { now }).currentVersion()
    #expect(version.generatedAt == now)
    for window in StatsWindow.allCases {
      let global = try await version.contents.collectGlobalMetrics(window: window, since: nil)
      #expect(global.map(\.periodStart) == window.shownStarts(endingAt: now))
      let slots = try await version.contents.collectSlotMetrics(window: window, since: nil)
      for (id, metrics) in slots {
        #expect(metrics.allSatisfy { window.isBucketStart($0.periodStart) && $0.periodStart <= now }, "\(id)")
      }
    }
  }

  @Test func movesWithTheClock() throws {
    let first = try Sample.repository(wallClock: { Self.instants[0] }).currentVersion()
    let second = try Sample.repository(wallClock: { Self.instants[1] }).currentVersion()
    #expect(first.id < second.id)
    #expect(try Sample.repository(wallClock: { Self.instants[0] }).currentVersion().id == first.id)
  }

  @Test func holdsASlotOfEveryKind() async throws {
    let now = Self.instants[2]
    let reading = try await onOwnThread {
      Result {
        let settings = try Settings(CommonOptions.parse([]).given(), environment: [:])
        return try SourceAddress.sample.open(settings, windows: nil, readsOnce: true, clocks: RootClocks(fixedAt: now))
          .readOnce(within: 300)
      }
    }.get()
    let fleet = JudgedFleet(reading, window: .day, thresholds: .standard)
    let counts = Dictionary(grouping: fleet.slots, by: \.series.state).mapValues(\.count)
    #expect(counts == [.critical: 2, .warning: 2, .ok: 6, .few: 1, .idle: 1, .off: 1])
    #expect(fleet.slots.first?.series.trend == .above)
    #expect(fleet.slots.contains { $0.series.state == .critical && ($0.series.usual ?? 0) > 0.3 })
    #expect(fleet.global.open > 0)
  }
}
