import Foundation
import GRDB
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import EventStore

/// What becomes of an opened store whose file is removed, renamed, replaced or written over.
@Suite struct LostFilesTests {
  private let folder: TemporaryFolder
  private let path: String
  private let settings = StoreSettings(busyTimeout: 0.5) { RandomEvents.now }

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("events.db")
  }

  /// Ways in which a file goes, and what is said of it then.
  enum Going: String, CaseIterable {
    case removed, removedWithItsLog, onlyItsLogRemoved, renamed, replaced, writtenOver, writtenOverByAnOlderOne
  }

  private func remove(_ path: String, _ ends: [String]) throws {
    for end in ends { try FileManager.default.removeItem(atPath: path + end) }
  }

  /// Another store, closed, with one event of a slot of this name.
  private func other(_ slot: Slot.ID) async throws -> String {
    let path = folder.file("other.db")
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    try await store.storeProcessingLog(event(.received, slot: slot))
    try store.close()
    return path
  }

  private func perform(_ going: Going, _ copy: Data) async throws {
    switch going {
    case .removed: try remove(path, [""])
    case .removedWithItsLog: try remove(path, ["", "-wal", "-shm"])
    case .onlyItsLogRemoved: try remove(path, ["-wal"])
    case .renamed: try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
    case .replaced:
      try #require(rename(try await other("other"), path) == 0)
    case .writtenOver: try writeOver(try Data(contentsOf: URL(fileURLWithPath: try await other("other"))))
    case .writtenOverByAnOlderOne: try writeOver(copy)
    }
  }

  /// Writes into the file that is there, as `cp` does.
  private func writeOver(_ data: Data) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: data)
    try file.close()
  }

  /// A connection of another program, which may leave transactions open.
  private func another() throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Puts everything that is stored into the store's own file.
  private func settle(_ store: some EventLedger) async throws {
    _ = try await store.performMaintenance()
  }

  @Test(arguments: Going.allCases)
  func nothingIsAcknowledgedIntoAFileThatIsGone(_ going: Going) async throws {
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    try await store.storeProcessingLog(event(.received, slot: "first"))
    try await settle(store)
    let copy = try Data(contentsOf: URL(fileURLWithPath: path))
    try await store.storeProcessingLog(event(.received, slot: "first"))
    try await settle(store)
    // Stands in the log alone.
    try await store.storeProcessingLog(event(.received, slot: "late"))
    try await perform(going, copy)
    await #expect(throws: StatsSourceError.self) { try await store.storeProcessingLog(event(.received)) }
    await #expect(throws: StatsSourceError.self) { _ = try await store.slots() }
    #expect(store.loss != nil)
    try store.close()
    switch going {
    case .renamed:
      // It got what was acknowledged.
      let old = try SQLiteStatsRepository.open(path + ".old", settings: settings)
      #expect(try await old.slots().map(\.id) == ["first", "late"])
    case .replaced, .writtenOver:
      let now = try SQLiteStatsRepository.open(path, settings: settings)
      #expect(try await now.slots().map(\.id) == ["other"])
      #expect(try await check(now) == "ok")
    case .writtenOverByAnOlderOne:
      let now = try SQLiteStatsRepository.open(path, settings: settings)
      #expect(try await now.slots().map(\.id) == ["first"])
      #expect(try await check(now) == "ok")
    case .onlyItsLogRemoved:
      let now = try SQLiteStatsRepository.open(path, settings: settings)
      #expect(try await now.slots().map(\.id) == ["first", "late"])
    case .removed, .removedWithItsLog: #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  private func check(_ store: SQLiteStatsRepository) async throws -> String? {
    try await store.database.read { db in try String.fetchOne(db, sql: "PRAGMA integrity_check") }
  }

  @Test func aPackedCopyWrittenOverItIsNoticed() async throws {
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    try await store.storeProcessingLog(event(.received, slot: "first"))
    try await settle(store)
    // Stands in the copy, and of the store in its log alone: the copy is newer than the store's own file.
    try await store.storeProcessingLog(event(.received, slot: "second"))
    let copy = folder.file("copy.db")
    try await store.database.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
    try await store.storeProcessingLog(event(.received, slot: "late"))
    try writeOver(try Data(contentsOf: URL(fileURLWithPath: copy)))
    await #expect(throws: StatsSourceError.self) { try await store.storeProcessingLog(event(.received)) }
    try store.close()
    let now = try SQLiteStatsRepository.open(path, settings: settings)
    #expect(try await now.slots().map(\.id) == ["first", "second"])
    #expect(try await check(now) == "ok")
  }

  @Test func aLogThatIsEmptiedByOthersIsNoLoss() async throws {
    let stores = try (0..<2).map { _ in try SQLiteStatsRepository.open(path, settings: settings) }
    for number in 0..<10 {
      try await stores[number % 2].storeProcessingLog(event(.received, slot: "slot-\(number)"))
      try await settle(stores[(number + 1) % 2])
    }
    #expect(try await stores[0].slots().count == 10)
    try stores[0].close()
    try await stores[1].storeProcessingLog(event(.received, slot: "last"))
    #expect(try await stores[1].slots().count == 11)
  }

  @Test func aFileThatIsHalfWrittenIsNoLoss() async throws {
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    for number in 0..<50 { try await store.storeProcessingLog(event(.received, slot: "slot-\(number)")) }
    try await settle(store)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    // As while somebody empties the log: the first page says more pages than have come.
    try #require(truncate(path, whole.count / 2) == 0)
    _ = try? await store.slots()
    #expect(store.loss == nil)
    try writeOver(whole)
    try await store.storeProcessingLog(event(.received, slot: "last"))
    #expect(try await store.slots().count == 51)
  }

  @Test func whatARenamedFileCannotBeGivenIsPutAside() async throws {
    let store = try SQLiteEventLedger(opening: path, settings: settings)
    try await store.storeProcessingLog(event(.received, slot: "first"))
    try await settle(store)
    // Somebody reads, so that the log cannot be copied back.
    let reader = try another()
    try await reader.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN")
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM slots")
    }
    try await store.storeProcessingLog(event(.received, slot: "late"))
    let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
    try await perform(.renamed, Data())
    let error = await #expect(throws: StatsSourceError.self) { try await store.storeProcessingLog(event(.received)) }
    let advice = "put it back and try again; what had not reached the file is in \"\(path)-wal-lost\""
    #expect(error?.cause.hasSuffix(advice) == true)
    try store.close()
    #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path + "-wal-lost")) == log)
    try await reader.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
  }

  @Test func nobodyElseWaitsWhileAStoreIsOpenedAnew() async throws {
    let store = try SQLiteEventLedger(opening: path, settings: settings)
    try await store.storeProcessingLog(event(.received, slot: "first"))
    // An older one takes its place, and is locked, so that it cannot be migrated yet.
    let older = folder.file("older.db")
    try OldStore.make(at: older, settings: settings)
    try #require(rename(older, path) == 0)
    await #expect(throws: StatsSourceError.self) { try await store.storeProcessingLog(event(.received)) }
    let other = try another()
    try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let causes = await withTaskGroup(of: String?.self) { group in
      for _ in 0..<2 {
        group.addTask {
          do {
            _ = try await store.slots()
            return nil
          } catch {
            return (error as? StatsSourceError)?.cause
          }
        }
      }
      var causes: [String?] = []
      for await cause in group { causes.append(cause) }
      return causes
    }
    // Whoever came second is told of the loss; the first one, that the file is locked.
    #expect(causes.count { $0?.contains("replaced while it was open") == true } == 1)
    try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    #expect(try await store.slots().isEmpty)
  }

  @Test func nobodyOpensWhatTookItsPlaceBeforeTheOldOneIsLetGo() async throws {
    for round in 0..<10 {
      let path = folder.file("\(round).db")
      let store = try SQLiteEventLedger(opening: path, settings: settings)
      // These stand in the log alone.
      for number in 0..<5 { try await store.storeProcessingLog(event(.received, slot: "old-\(number)")) }
      try #require(rename(try await other("other"), path) == 0)
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask {
            for _ in 0..<5 {
              try? await store.storeProcessingLog(event(.received, slot: "new-\(number)"))
              _ = try? await store.slots()
            }
          }
        }
      }
      try store.close()
      let now = try SQLiteStatsRepository.open(path, settings: settings)
      #expect(try await check(now) == "ok")
      #expect(try await now.slots().allSatisfy { !$0.id.hasPrefix("old") })
      #expect(try await now.slots().contains { $0.id == "other" })
    }
  }

  @Test func isThereAgainOnceItsFileIsBack() async throws {
    let store = try SQLiteEventLedger(opening: path, settings: settings)
    try await store.storeProcessingLog(event(.received, slot: "first"))
    let change = try await store.latestChange()
    try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
    await #expect(throws: StatsSourceError.self) { try await store.storeProcessingLog(event(.received)) }
    await #expect(throws: StatsSourceError.self) { try await store.storeProcessingLog(event(.received)) }
    #expect(!FileManager.default.fileExists(atPath: path))
    try FileManager.default.moveItem(atPath: path + ".old", toPath: path)
    try await store.storeProcessingLog(event(.received, slot: "second"))
    #expect(try await store.slots().map(\.id) == ["first", "second"])
    let changes = try await store.changes(since: change)
    #expect(changes.slots == nil)
    #expect(try await store.changes(since: changes.latest).slots == [])
  }

  @Test(arguments: [Going.replaced, .writtenOver])
  func goesOnInWhatTookItsPlace(_ going: Going) async throws {
    let store = try SQLiteEventLedger(opening: path, settings: settings)
    try await store.storeProcessingLog(event(.received, slot: "first"))
    try await perform(going, Data())
    await #expect(throws: StatsSourceError.self) { try await store.storeProcessingLog(event(.received)) }
    try await store.storeProcessingLog(event(.received, slot: "second"))
    #expect(try await store.slots().map(\.id) == ["other", "second"])
    try store.close()
    let again = try SQLiteStatsRepository.open(path, settings: settings)
    #expect(try await again.slots().map(\.id) == ["other", "second"])
    #expect(try await check(again) == "ok")
  }

  @Test func aLinkIsFollowedAndOneThatLeadsNowhereMakesNoFile() async throws {
    let (real, link) = (folder.file("real.db"), folder.file("link.db"))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.db")
    for readOnly in [true, false] {
      #expect(throws: StatsSourceError.self) {
        try SQLiteStatsRepository.open(link, readOnly: readOnly, settings: settings)
      }
    }
    #expect(!FileManager.default.fileExists(atPath: real))
    let store = try SQLiteStatsRepository.open(real, settings: settings)
    try await store.storeProcessingLog(event(.received, slot: "a"))
    let linked = try SQLiteStatsRepository.open(link, settings: settings)
    try await linked.storeProcessingLog(event(.received, slot: "b"))
    #expect(try await store.slots().map(\.id) == ["a", "b"])
    let reader = SQLiteStatsSource(path: link, settings: settings)
    #expect(try await reader.slots().map(\.id) == ["a", "b"])
    // Another store, once the link is turned.
    try FileManager.default.moveItem(atPath: try await other("other"), toPath: folder.file("turned.db"))
    try FileManager.default.removeItem(atPath: link)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "turned.db")
    #expect(try await reader.slots().map(\.id) == ["other"])
    await #expect(throws: StatsSourceError.self) { try await linked.storeProcessingLog(event(.received)) }
  }

  @Test func aStoreThatIsStillBeingMadeOpensOnceItIs() async throws {
    let source = SQLiteStatsSource(path: path, settings: settings)
    try Data().write(to: URL(fileURLWithPath: path))
    await #expect {
      _ = try await source.slots()
    } throws: {
      ($0 as? StatsSourceError)?.cause == "it has no tables yet; whatever writes into it makes them"
    }
    try await DatabaseQueue(path: path).write { db in
      try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
    }
    await #expect(throws: StatsSourceError.self) { _ = try await source.slots() }
    try await SQLiteStatsRepository.open(path, settings: settings).storeProcessingLog(event(.received, slot: "a"))
    #expect(try await source.slots().map(\.id) == ["a"])
  }
}
