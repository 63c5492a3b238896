import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import EventStore

/// Marks, descriptions of slots and messages of failures.
@Suite struct StoreNotesTests {
  private let folder: TemporaryFolder
  private let path: String
  private let settings = StoreSettings(busyTimeout: 5) { RandomEvents.now }

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("events.db")
  }

  private func failure(
    _ message: String?, slot: Slot.ID = "a", reason: ProcessingLog.FailureReason? = nil, ago: TimeInterval = 0,
    status: ProcessingLog.Status = .failed
  ) -> ProcessingLog {
    ProcessingLog(
      id: UUID(), jobID: UUID(), slotID: slot, status: status, occurredAt: RandomEvents.now - ago, message: message,
      failureReason: reason)
  }

  @Test func keepsMarksInAStoreThatIsThere() async throws {
    let notes = StoreNotes(path: path, settings: settings)
    await #expect(throws: StatsSourceError.self) {
      try await notes.add(Mark(at: RandomEvents.now, text: "a"), now: .now)
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    try SQLiteStatsRepository.open(path, settings: settings).close()
    let mark = try await notes.add(Mark(at: RandomEvents.now, text: "a\u{1B}", by: "ann"), now: RandomEvents.now)
    #expect(mark.id == 1)
    let old = Mark(at: RandomEvents.now - Mark.keptTime - 1, text: "old")
    _ = try await notes.add(old, now: RandomEvents.now)
    #expect(try await notes.marks()?.marks == [mark])
    #expect(try await notes.removeMark(7) == false)
    #expect(try await notes.removeMark(1))
    #expect(try await notes.marks()?.marks.isEmpty == true)
  }

  @Test func keepsNoMoreMarksThanABookHolds() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    for second in 0...MarkBook.maxCount {
      _ = try await store.add(Mark(at: RandomEvents.now + Double(second), text: "m\(second)"), now: RandomEvents.now)
    }
    let marks = try #require(await store.marks()).marks
    #expect((marks.count, marks.first?.text) == (MarkBook.maxCount, "m1"))
  }

  @Test func describesASlotAndTellsIt() async throws {
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    try await store.describe([Slot(id: "a", name: "A", providerID: "p"), Slot(id: "b")])
    let versions = StoreVersions(store, opening: 1)
    let before = try await versions.current(after: nil, at: RandomEvents.now)
    try await store.describe("a", as: SlotDescription(name: "Ä", runbook: "https://wiki.example", link: "l"))
    let after = try await versions.current(after: before.id, at: RandomEvents.now)
    #expect(after.changed == .only(["a"]))
    let said = Slot(id: "a", name: "Ä", providerID: "p", runbook: "https://wiki.example", link: "l")
    #expect(try await after.contents.slots() == [said, Slot(id: "b")])
    // Whoever simulates names slots again, and says nothing of runbooks.
    try await store.describe([Slot(id: "a", name: "A", providerID: "p")])
    #expect(try await store.slots()[0].runbook == "https://wiki.example")
    try await store.describe("a", as: SlotDescription(name: "", runbook: "", link: ""))
    #expect(try await store.slots() == [Slot(id: "a", providerID: "p"), Slot(id: "b")])
    let error = await #expect(throws: StatsSourceError.self) {
      try await store.describe("c", as: SlotDescription(name: "C"))
    }
    #expect(error?.kind == .noSuchSlot)
  }

  @Test func foldsTheNewestFailuresOfASlot() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    _ = try await store.storeProcessingLogs([
      failure("502 from x"), failure("502 from x", ago: 5), failure("502 from x", slot: "b"),
      failure("fine", status: .succeeded),
      failure(nil, reason: .providerError, ago: 7), failure(nil),
      failure("timed out after 30 s", ago: 9, status: .timeout),
      failure("long ago", ago: 7_200),
    ])
    let hour = RandomEvents.now - 3_600
    let messages = try #require(await store.failureMessages(of: "a", since: hour, limit: 20))
    #expect(messages.patterns.map(\.text) == ["502 from x", "provider_error", "timed out after <n> s"])
    #expect((messages.patterns[0].count, messages.examined, messages.since) == (2, 4, hour))
    #expect(try await store.failureMessages(of: "a", since: nil, limit: 1)?.examined == 5)
    await #expect(throws: StatsSourceError.self) { try await store.failureMessages(of: "none", since: nil, limit: 1) }
  }

  @Test func looksAtSoManyFailuresAlone() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    _ = try await store.storeProcessingLogs((0..<FailureMessages.maxExamined + 50).map { _ in failure("x") })
    #expect(
      try await store.failureMessages(of: "a", since: nil, limit: 5)?.patterns.first?.count
        == FailureMessages.maxExamined)
  }

  @Test func anOlderStoreHasNoneUntilItIsWritten() async throws {
    try OldStore.make(at: path, settings: settings, [failure("x")])
    let reading = try SQLiteStatsRepository.open(path, readOnly: true, settings: settings)
    #expect(try await reading.failureMessages(of: "a", since: nil, limit: 5) == nil)
    #expect(try await reading.marks()?.marks.isEmpty == true)
    #expect(try await reading.slots() == [Slot(id: "a")])
    try SQLiteStatsRepository.open(path, settings: settings).close()
    let newer = try SQLiteStatsRepository.open(path, readOnly: true, settings: settings)
    #expect(try await newer.failureMessages(of: "a", since: nil, limit: 5)?.patterns.map(\.text) == ["x"])
  }
}
