import EventStore
import Foundation
import ReadingCommands
import SlotStats
import StatsFormats
import Testing

@testable import slotwatch_serve

@Suite struct ServedStoreTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "slotwatch-\(UUID().uuidString)").path
  private let now = Date(timeIntervalSince1970: 1_795_000_000)

  /// A store that is served and another process's way into the same file.
  private func stores() async throws -> (served: ServedStore, other: SQLiteStatsRepository) {
    let now = now
    let settings = StoreSettings { now }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let served = try await ServedStore(try SQLiteStatsRepository.open(path + "/events.db", settings: settings))
    return (served, try SQLiteStatsRepository.open(path + "/events.db", settings: settings))
  }

  private func batch(_ status: ProcessingLog.Status, _ slot: Slot.ID) -> EventBatch {
    EventBatch([
      ProcessingLog(id: UUID(), jobID: UUID(), slotID: slot, status: status, occurredAt: now)
    ])
  }

  @Test func tellsWhatOthersChangedAndNotWhatItChangedItself() async throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (served, other) = try await stores()
    #expect(try await served.store(batch(.received, "own")).changedSlots == ["own"])
    #expect(try await served.foreignChanges() == [])
    _ = try await other.append(batch(.received, "foreign"))
    #expect(try await served.foreignChanges() == ["foreign"])
    #expect(try await served.foreignChanges() == [])
  }

  @Test func anEventThatCountsNothingHidesNobodysChange() async throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (served, other) = try await stores()
    _ = try await served.store(batch(.received, "own"))
    _ = try await other.append(batch(.received, "foreign"))
    _ = try await served.store(batch(.dispatched, "own"))
    #expect(try await served.foreignChanges().contains("foreign"))
  }
}
