import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import EventStore

/// A store that another connection writes, as a source.
@Suite struct StatsSourceTests {
  private let folder: TemporaryFolder
  private let path: String
  private let settings = StoreSettings { RandomEvents.now }

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("events.db")
  }

  private func writer() throws -> SQLiteStatsRepository {
    try SQLiteStatsRepository.open(path, settings: settings)
  }

  private func source() -> SQLiteStatsSource { SQLiteStatsSource(path: path, settings: settings) }

  @Test func aMissingStoreIsAMissingInputAndReadOnceItIsThere() async throws {
    let source = source()
    await #expect {
      _ = try await source.slots()
    } throws: {
      ($0 as? StatsSourceError)?.kind == .inputMissing
    }
    try await writer().storeProcessingLog(event(.received, slot: "a"))
    #expect(try await source.slots().map(\.id) == ["a"])
  }

  @Test func readsTheFileThatTookItsPlace() async throws {
    let source = source()
    let first = try writer()
    try await first.storeProcessingLog(event(.received, slot: "a"))
    #expect(try await source.slots().map(\.id) == ["a"])
    try first.close()
    for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
    try await writer().storeProcessingLog(event(.received, slot: "b"))
    #expect(try await source.slots().map(\.id) == ["b"])
  }

  @Test func tellsWhichSlotsChanged() async throws {
    let writer = try writer()
    try await writer.storeProcessingLog(event(.received, slot: "a"))
    let source = source()
    var changes = try #require(source.changes()).makeAsyncIterator()
    #expect(try #require(await changes.next()).slots == nil)
    try await writer.storeProcessingLog(event(.received, slot: "b"))
    #expect(try #require(await changes.next()).slots == ["b"])
  }

  @Test func tellsThatItsStoreCameAndLeft() async throws {
    let source = source()
    var changes = try #require(source.changes()).makeAsyncIterator()
    let writer = try writer()
    try await writer.storeProcessingLog(event(.received, slot: "a"))
    #expect(try #require(await changes.next()).slots == nil)
    // Once this is told, nothing else is left to tell.
    try await writer.storeProcessingLog(event(.received, slot: "b"))
    while try #require(await changes.next()).slots?.contains("b") != true {}
    try writer.close()
    for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
    #expect(try #require(await changes.next()).slots == nil)
  }

  @Test func namesNoSlotsWhereManyChanged() async throws {
    let writer = try writer()
    let source = source()
    var changes = try #require(source.changes()).makeAsyncIterator()
    #expect(try #require(await changes.next()).slots == nil)
    _ = try await writer.append(EventBatch((0..<101).map { event(.received, slot: "slot-\($0)") }))
    #expect(try #require(await changes.next()).slots == nil)
    try await writer.storeProcessingLog(event(.received, slot: "slot-7"))
    #expect(try #require(await changes.next()).slots == ["slot-7"])
  }

  @Test func saysBeforeItIsOpenedWhichWindowsItHas() async throws {
    #expect(source().windows == Set(StatsWindow.allCases))
    try OldStore.make(at: path, settings: settings)
    let source = source()
    #expect(source.windows == [.hour, .day, .week])
    _ = try await source.slots()
    #expect(source.windows == [.hour, .day, .week])
    // Whoever writes migrates it, under the reader's eyes.
    _ = try writer()
    _ = try await source.collectGlobalMetrics(window: .day, since: nil)
    #expect(source.windows == Set(StatsWindow.allCases))
  }
}
