import Foundation
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@testable import StatsServer

@Suite struct ReadAPITests {
  @Test(arguments: ["day", "week"])
  func readsARangeOnceHoweverItsEndsMoveWithinABucket(grouping: String) async throws {
    let repository = InMemoryStatsRepository(.init(slots: [Slot(id: "a")]))
    let now = Mutex(Sample.now)
    let service = try CachedStatsService(repository: repository, clock: ManualClock())
    let reading = ReadAPI(repository: repository, service: service, hours: nil) { now.withLock { $0 } }
    let target = RequestTarget("/x?group_by=\(grouping)")
    for _ in 0..<3 {
      _ = try await reading.global(target)
      _ = try await reading.slot("a", target)
      now.withLock { $0.addTimeInterval(1) }
    }
    let window = grouping == "day" ? StatsWindow.day : .week
    let since = window.bucketStart(containing: Sample.now.addingTimeInterval(-30 * 86_400))
    #expect(repository.calls == [.global(window, since: since), .slot("a", window, since: since), .slots])
  }
}
