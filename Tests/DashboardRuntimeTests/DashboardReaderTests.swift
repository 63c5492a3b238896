import Dashboard
import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@testable import DashboardRuntime

@Suite struct DashboardReaderTests {
  private static let now = Date(timeIntervalSince1970: 1_795_098_730)

  /// A source that tells by itself when it changed.
  private struct Changing: ChangingStatsRepository {
    let contents: InMemoryStatsRepository
    let feed = StatsChangeFeed()

    func slots() async throws -> [Slot] { try await contents.slots() }
    func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
      try await contents.collectGlobalMetrics(window: window, since: since)
    }
    func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
      try await contents.collectSlotMetrics(slotID, window: window, since: since)
    }
    func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
      try await contents.collectSlotMetrics(window: window, since: since)
    }
    /// Whoever listens is told of one change at once.
    func changes() -> StatsChanges {
      let changes = feed.changes()
      feed.publish(StatsChange(slots: ["a"], at: now))
      return changes
    }
  }

  private static func contents(runs: Int) -> InMemoryStatsRepository.Contents {
    let day = StatsWindow.day.bucketStart(containing: now)
    let metric = StatsMetric(.day, start: day, counters: StatsCounters(success: runs))
    return .init(slots: [Slot(id: "a")], bySlot: [.day: ["a": [metric]]])
  }

  private static func reader(_ source: Changing) throws -> DashboardReader {
    DashboardReader(
      service: try CachedStatsService(
        repository: source, ttl: DashboardReader.changingCacheTTL, clock: ContinuousClock(), wallClock: { now }),
      changing: source, keepsUnchanged: true, thresholds: .standard, wallClock: { now })
  }

  @Test func tellsAFailureAsAnOutcome() async throws {
    let contents = InMemoryStatsRepository(Self.contents(runs: 1))
    contents.failNext(with: StatsSourceError(.unreachable, action: "Cannot read \"x\"", cause: "no route"))
    let outcome = await (try Self.reader(Changing(contents: contents))).read(after: nil, isFresh: false)
    guard case .failed(let cause, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(cause == "no route")
  }

  @Test func saysThatASecondReadBroughtTheSame() async throws {
    let reader = try Self.reader(Changing(contents: InMemoryStatsRepository(Self.contents(runs: 7))))
    guard case .fleet(let first, change: nil) = await reader.read(after: nil, isFresh: false),
      case .unchanged = await reader.read(after: first, isFresh: true)
    else {
      Issue.record("the second read brought something")
      return
    }
  }

  @Test func readsWhatWasToldAndNothingElse() async throws {
    let contents = InMemoryStatsRepository(Self.contents(runs: 7))
    let source = Changing(contents: contents)
    let reader = try Self.reader(source)
    guard case .fleet(let first, _) = await reader.read(after: nil, isFresh: false) else {
      Issue.record("nothing was read")
      return
    }
    contents.change { $0 = Self.contents(runs: 9) }
    guard case .unchanged = await reader.readChanged(after: first) else {
      Issue.record("what nobody told of was read")
      return
    }
    let (told, teller) = AsyncStream.makeStream(of: Void.self)
    let following = Task { await reader.forEachChange { teller.yield() } }
    for await _ in told { break }
    following.cancel()
    guard case .fleet(let next, let change?) = await reader.readChanged(after: first) else {
      Issue.record("what was told of was not read")
      return
    }
    #expect(next.reading.slots.map(\.id) == ["a"])
    #expect(change != FleetChange())
  }
}
