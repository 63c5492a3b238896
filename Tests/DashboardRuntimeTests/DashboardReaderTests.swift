import Dashboard
import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@testable import DashboardRuntime

@Suite struct DashboardReaderTests {
  private static let now = Date(timeIntervalSince1970: 1_795_098_730)

  /// A source that tells by itself when it changed.
  private struct Changing: StatsRepository {
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
    func changes() -> StatsChanges? {
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

  private static func reader(_ source: any StatsRepository) throws -> DashboardReader {
    let service = try CachedStatsService(
      repository: source, ttl: DashboardReader.cacheTTL, clock: ContinuousClock(), wallClock: { now })
    return DashboardReader(service: service, thresholds: .standard, wallClock: { now })
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

  @Test func neverTellsATypesName() async throws {
    struct Odd: Error {}
    for error in [Odd(), CancellationError()] as [any Error] {
      let outcome = await (try Self.reader(Changing(contents: InMemoryStatsRepository(Self.contents(runs: 1)))))
        .outcome { throw error }
      guard case .failed(let cause, _) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(!cause.isEmpty && !cause.contains("Odd") && !cause.contains("Error"))
    }
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

  @Test func readsAndJudgesWhatTheSourceNamesAndNothingElse() async throws {
    func version(_ id: UInt64, runs: Int, changed: ChangedSlots) -> (InMemoryStatsRepository, SourceVersion) {
      let contents = InMemoryStatsRepository(Self.contents(runs: runs))
      let version = SourceVersion(
        id: id, contents: contents, changed: changed, generatedAt: Self.now, readAt: Self.now)
      return (contents, version)
    }
    let source = VersionedStatsRepository(version(1, runs: 7, changed: .all).1)
    let reader = try Self.reader(source)
    guard case .fleet(let first, _) = await reader.read(after: nil, isFresh: false) else {
      Issue.record("nothing was read")
      return
    }
    let (contents, next) = version(2, runs: 9, changed: .only(["a"]))
    source.publish(next)
    guard case .fleet(let fleet, let change?) = await reader.read(after: first, isFresh: false) else {
      Issue.record("what changed was not read")
      return
    }
    #expect(fleet[.day].slots.first?.series.current?.success == 9)
    #expect(change.slots["a"]?.runs == 2)
    #expect(!contents.calls.contains { if case .everySlot = $0 { true } else { false } })
  }

  @Test func followsWhatASourceTells() async throws {
    let (told, teller) = AsyncStream.makeStream(of: Void.self)
    let reader = try Self.reader(Changing(contents: InMemoryStatsRepository(Self.contents(runs: 7))))
    let following = Task { await reader.forEachChange { _ in teller.yield() } }
    for await _ in told { break }
    following.cancel()
    // A source that tells nothing is followed to its end at once.
    await (try Self.reader(InMemoryStatsRepository(Self.contents(runs: 7)))).forEachChange { _ in Issue.record("told") }
  }
}
