import Foundation
import GRDB
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization
import Testing

@testable import EventStore

@Suite struct HeartbeatTests {
  private final class Wall: Sendable {
    private let instant = Mutex(RandomEvents.now)
    var now: Date { instant.withLock { $0 } }
    func advance(minutes: Double) { instant.withLock { $0 += minutes * 60 } }
  }

  private let wall = Wall()
  private let store: SQLiteStatsRepository

  init() throws {
    store = try .inMemory(settings: StoreSettings { [wall] in wall.now })
  }

  /// The minutes from the start of the test that are reported, counted from 0.
  private func minutes() async throws -> [Int] {
    try await store.collectGlobalMetrics(window: .minute, since: RandomEvents.now).map {
      Int($0.periodStart.timeIntervalSince(RandomEvents.now) / 60)
    }
  }

  @Test func aStoreWithoutAnyReportsZeros() async throws {
    try await store.storeProcessingLog(event(.received))
    wall.advance(minutes: 10.5)
    #expect(try await minutes() == Array(0..<10))
    let slot = try await store.collectSlotMetrics("slot-1", window: .minute, since: RandomEvents.now)
    #expect(slot.map(\.counters.ingestCount) == [1] + [Int](repeating: 0, count: 9))
  }

  @Test func aSlotBeginsWithItsFirstEventWhateverItsKind() async throws {
    try await store.storeProcessingLog(event(.received, slot: "a"))
    wall.advance(minutes: 3)
    try await store.storeProcessingLog(event(.dispatched, slot: "b", at: wall.now))
    wall.advance(minutes: 2.5)
    let every = try await store.collectSlotMetrics(window: .minute, since: RandomEvents.now)
    #expect(every.mapValues(\.count) == ["a": 5, "b": 2])
    try await store.describe([Slot(id: "c")])
    #expect(try await store.collectSlotMetrics("c", window: .minute, since: nil) == [])
  }

  @Test func aTimeInWhichNobodyCountedIsMissingAndOneBeforeAnyHeartbeatIsNot() async throws {
    try await store.storeProcessingLog(event(.received))
    wall.advance(minutes: 5)
    for _ in 0..<3 {
      try await store.recordHeartbeat()
      wall.advance(minutes: 1)
    }
    // Nobody is here for ten minutes; in one of them something is stored all the same.
    wall.advance(minutes: 4)
    try await store.storeProcessingLog(event(.received, at: wall.now))
    wall.advance(minutes: 6)
    try await store.recordHeartbeat()
    wall.advance(minutes: 1)
    #expect(try await minutes() == Array(0...7) + [12, 18])
    // An hour and a day of which any minute was counted are there.
    let days = try await store.collectGlobalMetrics(window: .day, since: nil)
    #expect(days.count == 1)
  }

  @Test func aLateHeartbeatAndAShortPauseAreNoGap() async throws {
    try await store.storeProcessingLog(event(.received))
    try await store.recordHeartbeat()
    wall.advance(minutes: 1.99)
    try await store.recordHeartbeat()
    wall.advance(minutes: 2)
    try await store.recordHeartbeat()
    wall.advance(minutes: 1)
    #expect(try await minutes() == Array(0...3))
  }

  @Test func oneMinuteIsWrittenOnceHoweverManyAreThere() async throws {
    let folder = try TemporaryFolder()
    let stores = try (0..<2).map { _ in
      try SQLiteStatsRepository.open(folder.file("events.db"), settings: StoreSettings { [wall] in wall.now })
    }
    for _ in 0..<180 {
      for store in stores { try await store.recordHeartbeat() }
      wall.advance(minutes: 0.25)
    }
    let rows = try await stores[0].database.read { db in
      try Row.fetchAll(db, sql: "SELECT first, last FROM heartbeats").map { row -> [Int64] in [row[0], row[1]] }
    }
    let first = Int64(RandomEvents.now.timeIntervalSince1970) / 60
    #expect(rows == [[first, first + 44]])
  }

  @Test func aClockThatGoesBackIsNoHarm() async throws {
    wall.advance(minutes: 60)
    try await store.recordHeartbeat()
    wall.advance(minutes: -30)
    try await store.recordHeartbeat()
    try await store.recordHeartbeat()
    let rows = try await store.database.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM heartbeats") }
    #expect(rows == 2)
  }

  @Test func oldOnesLeave() async throws {
    try await store.recordHeartbeat()
    wall.advance(minutes: 101 * 1_440)
    while try await store.performMaintenance() {}
    let rows = try await store.database.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM heartbeats") }
    #expect(rows == 0)
  }

  @Test func aReaderCannotLeaveOne() async throws {
    let folder = try TemporaryFolder()
    let settings = StoreSettings { [wall] in wall.now }
    _ = try SQLiteStatsRepository.open(folder.file("events.db"), settings: settings)
    let reader = try SQLiteStatsRepository.open(folder.file("events.db"), readOnly: true, settings: settings)
    await #expect(throws: StatsSourceError.self) { try await reader.recordHeartbeat() }
  }
}
