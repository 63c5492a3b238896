import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization
import Testing

@testable import StatsServer

@Suite struct ReadAPITests {
  private func reading(_ ledger: MemoryLedger, now: @escaping @Sendable () -> Date = { Sample.now }) throws -> ReadAPI {
    let service = try CachedStatsService(repository: ledger, clock: ManualClock(), wallClock: now)
    return ReadAPI(repository: ledger, service: service, wallClock: now)
  }

  private func object(_ response: Response) throws -> [String: Any] {
    guard case .bytes(let bytes) = response.body else { return [:] }
    return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test(arguments: StatsWindow.allCases)
  func readsARangeOnceHoweverItsEndsMoveWithinABucket(window: StatsWindow) async throws {
    let repository = InMemoryStatsRepository(.init(slots: [Slot(id: "a")]))
    let now = Mutex(Sample.now)
    let reading = try reading(MemoryLedger(repository)) { now.withLock { $0 } }
    let target = RequestTarget("/x?group_by=\(window.rawValue)")
    for _ in 0..<3 {
      _ = try await reading.global(target)
      _ = try await reading.slot("a", target)
      now.withLock { $0.addTimeInterval(1) }
    }
    let range = min(30 * 86_400, window.facts.keptSeconds ?? .infinity)
    let since = window.bucketStart(containing: Sample.now.addingTimeInterval(-range))
    #expect(repository.calls == [.global(window, since: since), .slot("a", window, since: since), .slots])
  }

  @Test func listsWhatWindowsThereAre() async throws {
    for windows in [Set(StatsWindow.allCases), StatsWindow.usual] {
      let ledger = MemoryLedger(InMemoryStatsRepository(.init(slots: [Slot(id: "a")])), windows: windows)
      let meta = try #require(try object(await reading(ledger).slots(RequestTarget("/x")))["meta"] as? [String: Any])
      #expect(meta["total"] as? Int == 1)
      #expect(meta["windows"] as? [String] == StatsWindow.allCases.filter(windows.contains).map(\.rawValue))
    }
  }

  @Test func saysWhenTheNewestEventHappened() async throws {
    let ledger = MemoryLedger()
    func newest() async throws -> Any? {
      let meta = try object(await reading(ledger).global(RequestTarget("/x")))["meta"] as? [String: Any]
      return meta?["newest_event_at"]
    }
    #expect(try await newest() is NSNull)
    let event = ProcessingLog(id: UUID(), jobID: UUID(), slotID: "a", status: .received, occurredAt: Sample.now)
    _ = try await ledger.append(EventBatch([event]))
    #expect(try await newest() as? String == RFC3339.format(Sample.now))
  }

  @Test func answersByTheMinuteAndTheHour() async throws {
    let minute = StatsWindow.minute.bucketStart(containing: Sample.now)
    let row = StatsMetric(.minute, start: minute, counters: StatsCounters(success: 3, errors: 1))
    let hour = StatsMetric(.hour, start: StatsWindow.hour.bucketStart(containing: minute), counters: row.counters)
    let ledger = MemoryLedger(
      InMemoryStatsRepository(
        .init(
          slots: [Slot(id: "a")], global: [.minute: [row], .hour: [hour]],
          bySlot: [.minute: ["a": [row]], .hour: ["a": [hour]]])))
    let reading = try reading(ledger) { Sample.now.addingTimeInterval(1) }
    for grouping in ["minute", "hour"] {
      let global = try object(await reading.global(RequestTarget("/x?group_by=\(grouping)")))
      let slot = try object(await reading.slot("a", RequestTarget("/x?group_by=\(grouping)")))
      for rows in [global["data"], slot["metrics"]] {
        let rows = try #require(rows as? [[String: Any]])
        #expect(rows.map { $0["success"] as? Int } == [3])
      }
    }
  }
}
