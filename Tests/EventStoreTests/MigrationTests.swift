import Foundation
import GRDB
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization
import Testing

@testable import EventStore

@Suite struct MigrationTests {
  private let folder: TemporaryFolder
  private let path: String
  private let settings = StoreSettings(busyTimeout: 0.05) { RandomEvents.now }

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("events.db")
  }

  /// Every series of a store, the zeros left out.
  private func series(
    _ store: SQLiteStatsRepository, _ windows: [StatsWindow]
  ) async throws -> [StatsWindow: [Slot.ID: [StatsMetric]]] {
    var series: [StatsWindow: [Slot.ID: [StatsMetric]]] = [:]
    for window in windows {
      var bySlot = try await store.collectSlotMetrics(window: window, since: nil)
      bySlot["all slots"] = try await store.collectGlobalMetrics(window: window, since: nil)
      series[window] = bySlot.mapValues { $0.filter { $0.counters != .zero } }
    }
    return series
  }

  @Test(arguments: 0..<6)
  func losesNoCountAndFindsTheMinutes(seed: UInt64) async throws {
    let logs = RandomEvents.make(seed: seed, jobs: 400, days: seed % 2 == 0 ? 2 : 9)
    try OldStore.make(at: path, settings: settings, logs)
    let fresh = try SQLiteStatsRepository.inMemory(settings: settings)
    _ = try await fresh.append(EventBatch(logs))
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    let wanted = try await series(fresh, StatsWindow.allCases)
    #expect(try await series(store, StatsWindow.allCases) == wanted)
    #expect(wanted[.minute]?["all slots"]?.isEmpty == false)
    // What comes later, repeats and moves counts, as if it had never been older.
    let more = RandomEvents.make(seed: seed + 100, jobs: 50, days: 1) + logs.prefix(100)
    let (first, second) = (try await fresh.append(EventBatch(more)), try await store.append(EventBatch(more)))
    #expect(first.outcomes == second.outcomes)
    #expect(try await series(store, StatsWindow.allCases) == (try await series(fresh, StatsWindow.allCases)))
    #expect(try await store.changes(since: 0) == (try await fresh.changes(since: 0)))
  }

  @Test func minutesOfAnHourAddUpToIt() async throws {
    try OldStore.make(at: path, settings: settings, RandomEvents.make(seed: 31, jobs: 2_000, days: 3))
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    let hours = try await store.collectSlotMetrics(window: .hour, since: nil)
    for (slot, minutes) in try await store.collectSlotMetrics(window: .minute, since: nil) {
      let first = try #require(minutes.first).periodStart
      let sums = Dictionary(grouping: minutes) { StatsWindow.hour.bucketStart(containing: $0.periodStart) }
        .mapValues { $0.reduce(StatsCounters.zero) { $0 + $1.counters } }
      for hour in hours[slot] ?? [] where hour.periodStart >= first {
        #expect(sums[hour.periodStart] ?? .zero == hour.counters)
      }
    }
  }

  @Test func minutesBeginWhereJobsAreKnown() async throws {
    try OldStore.make(at: path, settings: settings, RandomEvents.make(seed: 32, jobs: 300, days: 2))
    let known = RandomEvents.now.timeIntervalSince1970 - 86_400 + 1
    try await DatabaseQueue(path: path).write { db in
      try db.execute(sql: "UPDATE store SET jobs_from = ?", arguments: [Int64(known)])
    }
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    let first = try #require(try await store.collectGlobalMetrics(window: .minute, since: nil).first).periodStart
    #expect(first == StatsWindow.hour.start(RandomEvents.now, advancedBy: -23).addingTimeInterval(-30 * 60))
  }

  @Test func aReaderReadsAnOldStoreAsItIs() async throws {
    let logs = RandomEvents.make(seed: 33, jobs: 200, days: 9)
    try OldStore.make(at: path, settings: settings, logs)
    let before = try OldStore.contents(of: path)
    let reader = try SQLiteStatsRepository.open(path, readOnly: true, settings: settings)
    #expect(reader.windows == [.hour, .day, .week])
    let fresh = try SQLiteStatsRepository.inMemory(settings: settings)
    _ = try await fresh.append(EventBatch(logs))
    let windows: [StatsWindow] = [.hour, .day, .week]
    #expect(try await series(reader, windows) == (try await series(fresh, windows)))
    #expect(try await reader.collectGlobalMetrics(window: .minute, since: nil) == [])
    #expect(try OldStore.contents(of: path) == before)
    // A writer comes: the reader goes on, and has minutes then.
    _ = try SQLiteStatsRepository.open(path, settings: settings)
    #expect(try await series(reader, StatsWindow.allCases) == (try await series(fresh, StatsWindow.allCases)))
    #expect(reader.windows == Set(StatsWindow.allCases))
  }

  @Test func anEndInTheMiddleLeavesTheStoreAsItWas() async throws {
    try OldStore.make(at: path, settings: settings, RandomEvents.make(seed: 34, jobs: 300, days: 2))
    let before = try OldStore.contents(of: path)
    struct End: Error {}
    #expect(throws: End.self) {
      try DatabaseQueue(path: path).write { db in
        for statement in StoreSchema.minutes { try db.execute(sql: statement) }
        var migration = try MinuteMigration(db, settings)
        try migration.run { _ in }
        throw End()
      }
    }
    #expect(try OldStore.contents(of: path) == before)
  }

  @Test func aFullDiskLeavesTheStoreAsItWas() async throws {
    try OldStore.make(at: path, settings: settings, RandomEvents.make(seed: 35, jobs: 5_000, slots: 200, days: 2))
    let before = try OldStore.contents(of: path)
    let queue = try DatabaseQueue(path: path)
    try await queue.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
    }
    let error = #expect(throws: DatabaseError.self) { try StoreSchema.prepare(queue, settings) { _ in } }
    #expect(error?.resultCode == .SQLITE_FULL)
    try queue.close()
    #expect(try OldStore.contents(of: path) == before)
    let line = (StoreError.translated(try #require(error), .migrate, name: path) as? StatsSourceError)?.line
    #expect(line == "Cannot migrate event store \"\(path)\": the disk is full; make room, nothing of this was stored")
  }

  @Test func tellsHowFarItIs() throws {
    try OldStore.make(at: path, settings: settings, RandomEvents.make(seed: 36, jobs: 9_000, days: 9))
    let shares = Mutex<[Double]>([])
    _ = try SQLiteStatsRepository.open(path, settings: settings) { share in shares.withLock { $0.append(share) } }
    let told = shares.withLock { $0 }
    #expect(told.count == 4)
    #expect(told == told.sorted() && told.first == 0 && told.last == 1)
    #expect((0.3...0.6).contains(told[1]))
  }

  @Test func aNewStoreIsTheSameAsAMigratedOne() throws {
    try OldStore.make(at: path, settings: settings)
    _ = try SQLiteStatsRepository.open(path, settings: settings)
    let new = folder.file("new.db")
    _ = try SQLiteStatsRepository.open(new, settings: settings)
    #expect(try OldStore.contents(of: path)["schema"] == OldStore.contents(of: new)["schema"])
  }

  @Test func twoMayMigrateAtOnce() async throws {
    for number in 0..<10 {
      let path = folder.file("\(number).db")
      try OldStore.make(at: path, settings: settings, RandomEvents.make(seed: UInt64(number), jobs: 100, days: 2))
      try await withThrowingTaskGroup { group in
        for _ in 0..<3 {
          group.addTask { try SQLiteStatsRepository.open(path, settings: StoreSettings { RandomEvents.now }).close() }
        }
        try await group.waitForAll()
      }
    }
  }
}
