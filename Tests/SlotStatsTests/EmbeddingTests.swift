import Foundation
import SlotStats
import Testing

/// The library as another program embeds it, by its public interface alone: the README's example, with a database that
/// holds two days.
@Suite struct EmbeddingTests {
  /// What an embedding program has of its own.
  actor Database {
    private let metrics: [StatsMetric]
    private(set) var logs: [ProcessingLog] = []

    init(_ metrics: [StatsMetric]) { self.metrics = metrics }

    func slots() -> [Slot] { [Slot(id: "slot-001", name: "Portrait")] }

    func buckets(of slotID: Slot.ID?, by window: StatsWindow, endingAfter since: Date?) -> [StatsMetric] {
      window == .day ? metrics.filter { $0.periodEnd > since ?? .distantPast } : []
    }

    func insert(_ log: ProcessingLog) { logs.append(log) }
  }

  struct PanelRepository: StatsRepository, ProcessingLogStore {
    let database: Database

    func slots() async throws -> [Slot] { await database.slots() }

    func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
      await database.buckets(of: nil, by: window, endingAfter: since)
    }

    func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
      await database.buckets(of: slotID, by: window, endingAfter: since)
    }

    func storeProcessingLog(_ log: ProcessingLog) async throws { await database.insert(log) }
  }

  @Test func servesStatisticsAndStoresEvents() async throws {
    let now = Date(timeIntervalSince1970: 1_795_098_600)
    let today = StatsWindow.day.bucketStart(containing: now)
    let database = Database([
      StatsMetric(.day, start: today, counters: StatsCounters(success: 3, timeouts: 1, ingestCount: 4))
    ])
    let service = try CachedStatsService(
      repository: PanelRepository(database: database), ttl: .seconds(60), clock: ContinuousClock())

    let since = StatsWindow.day.shownStart(endingAt: now)
    let stats = try await service.collectGlobalStats(window: .day, since: since)
    #expect(stats.summary.totalRuns == 4)
    #expect(stats.summary.failureRatio == 0.25)

    let log = ProcessingLog(id: UUID(), jobID: UUID(), slotID: "slot-001", status: .succeeded, occurredAt: now)
    try await service.recordProcessingEvent(log)
    #expect(await database.logs == [log])
  }
}
