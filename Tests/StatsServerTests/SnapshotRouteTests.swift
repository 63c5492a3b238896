import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import StatsServer

@Suite struct SnapshotRouteTests {
  private let clock = ManualClock()
  private let service: CachedStatsService
  private let route: SnapshotRoute

  init() throws {
    let ledger = MemoryLedger()
    let wall: @Sendable () -> Date = { [clock] in Sample.now.addingTimeInterval(clock.now.offset / .seconds(1)) }
    service = try CachedStatsService(repository: ledger, clock: clock, wallClock: wall)
    route = SnapshotRoute(service: service, wallClock: wall)
  }

  private func document() async throws -> [String: Any] {
    let answer = try await route.answer(ifNoneMatch: nil)
    return try #require(try JSONSerialization.jsonObject(with: Data(answer.bytes)) as? [String: Any])
  }

  @Test func isNoOlderThanTheNewestEventThatItCounts() async throws {
    #expect(try await document()["generated_at"] as? String == RFC3339.format(Sample.now))
    // In the next minute, while everything else is still as it was read.
    clock.advance(by: .seconds(55))
    let later = Sample.now.addingTimeInterval(55)
    try await service.recordProcessingEvent(
      ProcessingLog(id: UUID(), jobID: UUID(), slotID: "a", status: .succeeded, occurredAt: later))
    let document = try await document()
    #expect(document["generated_at"] as? String == RFC3339.format(later))
    for window in StatsWindow.allCases {
      let windows = try #require(document["windows"] as? [String: [String: Any]])
      let rows = try #require(windows[window.rawValue]?["global"] as? [[String: Any]])
      #expect(rows.compactMap { $0["success"] as? Int } == [1], "\(window)")
    }
  }
}
