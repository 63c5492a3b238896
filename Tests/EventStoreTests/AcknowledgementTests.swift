import Foundation
import GRDB
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import EventStore

@Suite struct AcknowledgementTests {
  private let folder: TemporaryFolder
  private let path: String
  private let settings = StoreSettings(busyTimeout: 5) { RandomEvents.now }

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("events.db")
  }

  private func entry(_ slotID: Slot.ID?, note: String = "a\u{1B}\nü") -> Acknowledgement {
    Acknowledgement(
      of: slotID, note: note, by: "ann", at: RandomEvents.now, until: .at(RandomEvents.now + 3_600.5),
      trouble: Trouble(state: .warning, low: nil, high: 0.25, kind: .providerErrors), window: .day)
  }

  @Test func keepsThemAsTheyWereGiven() async throws {
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    let endless = Acknowledgement(
      of: nil, note: "", by: "bob", at: RandomEvents.now, until: .recovery,
      trouble: Trouble(state: .missing, low: nil, high: nil, kind: nil))
    try await store.acknowledge(entry("a"))
    try await store.acknowledge(endless)
    #expect(try await store.acknowledgements()?.all == [endless, entry("a")])
    try await store.acknowledge(entry("a", note: "other"))
    #expect(try await store.withdraw(nil))
    #expect(try await store.withdraw(nil) == false)
    try store.close()
    let again = try SQLiteStatsRepository.open(path, readOnly: true, settings: settings)
    #expect(try await again.acknowledgements()?.all == [entry("a", note: "other")])
  }

  @Test func aChangeOfOneIsToldAsAChangeOfItsSlot() async throws {
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    try await store.describe([Slot(id: "a"), Slot(id: "b")])
    var last = try await store.latestChange()
    func changed() async throws -> Set<Slot.ID>? {
      let changes = try await store.changes(since: last)
      last = changes.latest
      return changes.slots
    }
    try await store.acknowledge(entry("a"))
    #expect(try await changed() == ["a"])
    try await store.note([AcknowledgementSighting(of: "a", madeAt: RandomEvents.now, seen: .recovered)])
    #expect(try await changed() == ["a"])
    #expect(try await store.acknowledgements()?["a"]?.hasRecovered == true)
    try await store.note([AcknowledgementSighting(of: "a", madeAt: RandomEvents.now, seen: .worse)])
    #expect(try await changed() == [])
    _ = try await store.withdraw("a")
    #expect(try await changed() == ["a"])
    let before = last
    try await store.acknowledge(entry(nil))
    #expect(try await changed() == [])
    #expect(last == before + 1)
  }

  @Test func severalConnectionsLoseNothing() async throws {
    let one = StoreNotes(path: path, settings: settings)
    let refusal = await #expect(throws: StatsSourceError.self) { try await one.acknowledge(entry("a")) }
    #expect(refusal?.kind == .inputMissing)
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask { [self] in
          for number in 0..<5 { try await one.acknowledge(entry("\(writer)-\(number)")) }
        }
      }
      for number in 0..<5 { try await store.acknowledge(entry("own-\(number)")) }
      try await group.waitForAll()
    }
    #expect(try await store.acknowledgements()?.count == 25)
    #expect(try await one.withdraw("0-0"))
    #expect(try await one.withdraw("0-0") == false)
    try store.close()
  }

  @Test func anOlderStoreHasNoneAndIsBroughtUpToDateByTheFirst() async throws {
    try OldStore.make(at: path, settings: settings)
    let acks = StoreNotes(path: path, settings: settings)
    #expect(try await acks.acknowledgements()?.isEmpty == true)
    try await acks.acknowledge(entry("a"))
    #expect(try await acks.acknowledgements()?.count == 1)
  }

  @Test func whatANewerProgramWroteIsNotGuessed() async throws {
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    try await store.acknowledge(entry("a"))
    try await store.write { db in try db.execute(sql: "UPDATE acks SET state = 'on fire'") }
    let refusal = await #expect(throws: StatsSourceError.self) { try await store.acknowledgements() }
    #expect(refusal?.line.hasSuffix("that of \"a\" cannot be read; a newer program may have written it") == true)
    await #expect(throws: StatsSourceError.self) { try await store.acknowledge(entry("b")) }
  }

  @Test func aLedgerOfAServerKeepsThemToo() async throws {
    let ledger = try SQLiteEventLedger(opening: path, settings: settings)
    try await ledger.acknowledge(entry("a"))
    try await ledger.note([AcknowledgementSighting(of: "a", madeAt: RandomEvents.now, seen: .worse)])
    #expect(try await ledger.acknowledgements()?["a"]?.seen == .worse)
    #expect(try await ledger.withdraw("a"))
    try ledger.close()
  }
}
