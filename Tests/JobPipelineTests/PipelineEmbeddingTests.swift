import Foundation
import JobPipeline
import JobStore
import SlotStats
import Testing

/// The pipeline as another program embeds it, by its public interface alone.
@Suite struct PipelineEmbeddingTests {
  /// What an embedding program has of its own.
  actor Database: StatsRepository, ProcessingLogStore {
    private(set) var logs: [ProcessingLog] = []
    private var waiters: [(outcomes: Int, continuation: CheckedContinuation<Void, Never>)] = []

    func slots() -> [Slot] { [Slot(id: "slot-001", name: "Portrait")] }
    func collectGlobalMetrics(window: StatsWindow, since: Date?) -> [StatsMetric] { [] }
    func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) -> [StatsMetric] { [] }

    func storeProcessingLog(_ log: ProcessingLog) {
      logs.append(log)
      for waiter in waiters where waiter.outcomes <= outcomeCount { waiter.continuation.resume() }
      waiters.removeAll { $0.outcomes <= outcomeCount }
    }

    private var outcomeCount: Int { logs.count { [.succeeded, .failed, .timeout].contains($0.status) } }

    /// Waits until so many jobs have ended.
    func waitForOutcomes(_ count: Int) async {
      guard outcomeCount < count else { return }
      await withCheckedContinuation { waiters.append((count, $0)) }
    }
  }

  struct PortraitProvider: JobProvider {
    func run(_ job: Job) async throws -> ProviderResponse {
      guard !job.payload.isEmpty else { throw JobFailure(.providerError, message: "no picture") }
      return ProviderResponse(payload: Data("portrait".utf8))
    }

    func accept(_ response: ProviderResponse, of job: Job) async throws {
      // Save response.payload, or send it on.
    }
  }

  @Test func worksJobsThatOutliveTheProcess() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("jobs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("jobs.db").path
    let job = Job(id: UUID(), slotID: "slot-001", receivedAt: .now, payload: Data("picture".utf8))

    // One process takes the job in and ends.
    let before = try SQLiteJobQueue.open(path)
    #expect(try await before.offer(job, logs: []))

    // The next one works it.
    let database = Database()
    let queue = try SQLiteJobQueue.open(path)
    let stats = try CachedStatsService(repository: database, clock: ContinuousClock())
    let service = JobService(queue: queue, stats: stats)
    await service.resume()
    let worker = QueueWorker(queue: queue, service: service, provider: PortraitProvider())
    let running = Task { await worker.run() }
    await database.waitForOutcomes(1)

    await worker.stop()
    await running.value
    #expect(await service.flush(within: .seconds(10)))
    #expect(await database.logs.map(\.status) == [.received, .dispatched, .providerResponded, .succeeded])
  }

  @Test func worksJobsAndPublishesWhatHappens() async throws {
    let database = Database()
    let stats = try CachedStatsService(repository: database, clock: ContinuousClock())

    let queue = InMemoryJobQueue()
    let service = JobService(queue: queue, stats: stats)
    let worker = QueueWorker(
      queue: queue, service: service, provider: PortraitProvider(),
      settings: WorkerSettings(concurrency: 4, timeLimit: .seconds(90)))
    let running = Task { await worker.run() }

    try await service.submit(Job(id: UUID(), slotID: "slot-001", receivedAt: .now, payload: Data("picture".utf8)))
    try await service.submit(Job(id: UUID(), slotID: "slot-001", receivedAt: .now))
    await database.waitForOutcomes(2)

    await worker.stop()
    await running.value
    #expect(await service.flush(within: .seconds(10)))
    let statuses = await database.logs.map(\.status)
    #expect(statuses.filter { $0 == .succeeded }.count == 1)
    #expect(statuses.filter { $0 == .failed }.count == 1)
    #expect(statuses.count == 7)
  }
}
