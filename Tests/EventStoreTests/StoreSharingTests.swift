import Foundation
import GRDB
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import EventStore

@Suite struct StoreSharingTests {
  private let folder: TemporaryFolder
  private let path: String
  private let settings = StoreSettings(busyTimeout: 0.05) { RandomEvents.now }

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("events.db")
  }

  private func open(readOnly: Bool = false) throws -> SQLiteStatsRepository {
    try SQLiteStatsRepository.open(path, readOnly: readOnly, settings: settings)
  }

  private func error(_ body: () async throws -> Void) async -> StatsSourceError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? StatsSourceError
    }
  }

  @Test func aReaderSeesWhatIsCommittedAtOnceAndWhichSlotsChanged() async throws {
    let writer = try open()
    let reader = try open(readOnly: true)
    #expect(try await reader.changes(since: 0) == .init(latest: 0, slots: []))
    try await writer.storeProcessingLog(event(.received, slot: "a"))
    let first = try await reader.changes(since: 0)
    #expect(first.slots == ["a"])
    try await writer.storeProcessingLog(event(.succeeded, slot: "b"))
    #expect(try await reader.changes(since: first.latest).slots == ["b"])
    #expect(try await reader.collectSlotMetrics("b", window: .day, since: nil).map(\.counters.success) == [1])
    #expect(Set(try await reader.collectSlotMetrics(window: .week, since: nil).keys) == ["a", "b"])
    try await writer.describe([Slot(id: "a", name: "First", isActive: false)])
    #expect(try await reader.changes(since: first.latest).slots == ["a", "b"])
    #expect(try await reader.slots().first == Slot(id: "a", name: "First", isActive: false))
    try await writer.storeProcessingLog(event(.dispatched, slot: "a"))
    #expect(try await reader.latestChange() == 3)
  }

  @Test func twoWritersOfOneFileCountTogether() async throws {
    let stores = [try open(), try open()]
    let logs = RandomEvents.make(seed: 9, jobs: 40)
    for (index, log) in logs.enumerated() { try await stores[index % 2].storeProcessingLog(log) }
    let alone = try SQLiteStatsRepository.inMemory(settings: settings)
    _ = try await alone.append(EventBatch(logs))
    for window in StatsWindow.allCases {
      let wanted = try await alone.collectSlotMetrics(window: window, since: nil)
      #expect(try await stores[0].collectSlotMetrics(window: window, since: nil) == wanted)
    }
  }

  @Test func aReaderCannotWrite() async throws {
    _ = try open()
    let reader = try open(readOnly: true)
    let failure = await error { try await reader.storeProcessingLog(event(.received)) }
    #expect(failure?.kind == .notPermitted)
    #expect(failure?.line == "Cannot write event store \"\(path)\": it may only be read")
  }

  @Test func aLockedStoreIsToldAndWhatWasRefusedIsNotThere() async throws {
    let store = try open()
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: path, configuration: configuration)
    let log = event(.received)
    try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
    let failure = await error { try await store.storeProcessingLog(log) }
    #expect(failure?.line.hasSuffix("another process keeps it locked; try again") == true)
    #expect(try await store.slots() == [])
    try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
    #expect(try await store.append(EventBatch([log])).acceptedCount == 1)
  }

  @Test func aFullDiskRefusesTheBatchAndReadsGoOn() async throws {
    let store = try open()
    try await store.storeProcessingLog(event(.succeeded, slot: "first"))
    try await store.database.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
    }
    let batch = EventBatch(RandomEvents.make(seed: 4, jobs: 400))
    let failure = await error {
      _ = try await store.append(batch, position: .init(input: "a", identity: "b", offset: 3))
    }
    #expect(failure?.kind == .inputOutput)
    #expect(failure?.cause.hasPrefix("the disk is full") == true)
    #expect(try await store.slots().map(\.id) == ["first"])
    #expect(try await store.collectGlobalMetrics(window: .day, since: nil).map(\.counters.success) == [1])
    #expect(try await store.position(of: "a") == nil)
    try await store.database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA max_page_count = 100000") }
    #expect(try await store.append(batch).refusals == [])
    #expect(try await store.slots().count == 6)
  }

  @Test func aPositionIsKeptWithTheEventsItBelongsTo() async throws {
    let position = InputPosition(input: "/var/log/jobs", identity: "8:77", offset: 1 << 40)
    _ = try await open().append(EventBatch([event(.received)]), position: position)
    let store = try open()
    #expect(try await store.position(of: "/var/log/jobs") == position)
    #expect(try await store.position(of: "/var/log/other") == nil)
  }

  @Test func whatIsStoredSurvivesTheLossOfPower() async throws {
    let store = try open()
    let full = 2
    #expect(
      try await store.database.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") } == full
    )
  }

  @Test func aFileThatIsNoStoreIsRefusedAndStaysAsItIs() async throws {
    let texts: [(String, String)] = [("text", String(repeating: "no database\n", count: 100)), ("one", "x")]
    for (name, text) in texts {
      let file = folder.file(name)
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let failure = await error { _ = try SQLiteStatsRepository.open(file, settings: settings) }
      #expect(failure?.line == "Cannot open event store \"\(file)\": it is no event store")
      #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }
    let other = folder.file("other.db")
    try await DatabaseQueue(path: other).write { db in try db.execute(sql: "CREATE TABLE t (a)") }
    let before = try Data(contentsOf: URL(fileURLWithPath: other))
    let failure = await error { _ = try SQLiteStatsRepository.open(other, settings: settings) }
    #expect(failure?.cause == "it is a database of another program")
    #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == before)
  }

  @Test func manyMayMakeOneStoreAtOnce() async throws {
    for number in 0..<30 {
      let path = folder.file("\(number).db")
      try await withThrowingTaskGroup { group in
        for _ in 0..<3 {
          group.addTask { try SQLiteStatsRepository.open(path, settings: StoreSettings { RandomEvents.now }).close() }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func aNewerStoreIsRefused() async throws {
    try await open().database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA user_version = 9") }
    let failure = await error { _ = try open() }
    #expect(failure?.cause == "it has version 9; this program knows up to 2")
  }

  @Test func aMissingStoreIsNotMadeByAReader() async throws {
    let failure = await error { _ = try open(readOnly: true) }
    #expect(failure?.kind == .inputMissing)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func aDamagedFileIsToldAndNeverACrash() async throws {
    let store = try open()
    _ = try await store.append(EventBatch(RandomEvents.make(seed: 5, jobs: 2_000)))
    _ = try await store.performMaintenance()
    try store.close()
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    for page in 1..<data.count / 4_096 {
      data.replaceSubrange(page * 4_096..<page * 4_096 + 2_048, with: Data(repeating: 0xA5, count: 2_048))
    }
    try data.write(to: URL(fileURLWithPath: path))
    let failure = await error {
      let store = try open()
      _ = try await store.slots()
      _ = try await store.collectSlotMetrics(window: .day, since: nil)
    }
    #expect(failure?.kind == .contentRefused)
    #expect(failure?.cause == "the file is damaged; restore it from a copy")
  }
}
