import Foundation
import GRDB
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import EventStore

/// When the newest event of a store happened.
@Suite struct NewestEventTests {
  private let now = RandomEvents.now

  private func newest(of store: SQLiteStatsRepository) async throws -> TimeInterval? {
    try await StoreVersions(store, opening: 1).current(after: nil, at: now).newestEventAt?.timeIntervalSince(now)
  }

  @Test func anEmptyStoreHasNone() async throws {
    #expect(try await newest(of: .inMemory(settings: StoreSettings { now })) == nil)
  }

  @Test func isTheLatestInstantOfAnyKindInWhateverOrderTheyCome() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { [now] in now })
    try await store.storeProcessingLog(event(.received, at: now - 50))
    #expect(try await newest(of: store) == -50)
    try await store.storeProcessingLog(event(.dispatched, at: now - 20))
    #expect(try await newest(of: store) == -20)
    try await store.storeProcessingLog(event(.succeeded, at: now - 30))
    #expect(try await newest(of: store) == -20)
  }

  @Test func aRepeatedEventIsNoNewerOne() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { [now] in now })
    let first = event(.received, at: now - 50)
    try await store.storeProcessingLog(first)
    try await store.database.write { db in try db.execute(sql: "UPDATE newest_event SET at = at - 10000000000") }
    try await store.storeProcessingLog(first)
    #expect(try await newest(of: store) == -60)
  }

  @Test func aWorkerWhoseClockIsAheadHidesNoSilence() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: StoreSettings { [now] in now })
    try await store.storeProcessingLog(event(.received, at: now + 3_600))
    #expect(try await newest(of: store) == 0)
  }

  @Test func anOlderStoreKnowsItOnceItIsWrittenTo() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("events.db")
    let settings = StoreSettings { [now] in now }
    try OldStore.make(at: path, settings: settings, [event(.received, at: now - 70), event(.received, at: now - 90)])
    let reader = try SQLiteStatsRepository.open(path, readOnly: true, settings: settings)
    #expect(try await newest(of: reader) == nil)
    let writer = try SQLiteStatsRepository.open(path, settings: settings)
    #expect(try await newest(of: writer) == -70)
    #expect(try await newest(of: reader) == -70)
  }
}
