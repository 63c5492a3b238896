import Foundation
import SlotStats
import StatsFormats
import Testing

@testable import StatsServer

@Suite struct ForeignChangesTests {
  private let ledger = MemoryLedger()

  private func store(_ slot: Slot.ID, _ foreign: ForeignChanges) async throws {
    let log = ProcessingLog(id: .init(), jobID: .init(), slotID: slot, status: .received, occurredAt: Sample.now)
    if let change = try await ledger.append(EventBatch([log])).change { foreign.note(own: change) }
  }

  @Test func tellsWhatOthersChangedAndNotWhatWasChangedHere() async throws {
    ledger.change(["before"])
    let foreign = try await ForeignChanges(of: ledger)
    try await store("own", foreign)
    #expect(try await foreign.next() == nil)
    ledger.change(["foreign"])
    #expect(try await foreign.next()?.slots == ["foreign"])
    #expect(try await foreign.next() == nil)
    try await store("own", foreign)
    #expect(try await foreign.next() == nil)
  }

  @Test func aChangeOfOnesOwnHidesNobodys() async throws {
    let foreign = try await ForeignChanges(of: ledger)
    try await store("own", foreign)
    ledger.change(["foreign"])
    try await store("own", foreign)
    #expect(try await foreign.next()?.slots?.contains("foreign") == true)
    #expect(try await foreign.next() == nil)
  }

  @Test func anOlderContentMayDifferEverywhere() async throws {
    for _ in 0..<3 { ledger.change(["a"]) }
    let foreign = try await ForeignChanges(of: ledger)
    ledger.goBack(to: 1)
    #expect(try await foreign.next() == EventChanges(latest: 1, slots: nil))
    #expect(try await foreign.next() == nil)
    ledger.change(["b"])
    #expect(try await foreign.next()?.slots == ["b"])
  }
}
