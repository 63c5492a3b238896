import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import SlotStatsTesting
import Synchronization

func makeJob(_ slotID: Slot.ID = "slot-001", timeLimit: Duration? = nil) -> Job {
  Job(id: UUID(), slotID: slotID, receivedAt: noon, timeLimit: timeLimit)
}

/// A provider that does what a test says, and remembers what it was asked.
final class ScriptedProvider: JobProvider {
  private let runs = Mutex<[Job]>([])
  private let work: @Sendable (Job) async throws -> ProviderResponse
  private let acceptance: @Sendable (Job) async throws -> Void

  init(
    run: @escaping @Sendable (Job) async throws -> ProviderResponse = { _ in ProviderResponse() },
    accept: @escaping @Sendable (Job) async throws -> Void = { _ in }
  ) {
    work = run
    acceptance = accept
  }

  /// The jobs it was asked to work, each at its attempt.
  var asked: [Job] { runs.withLock { $0 } }

  func run(_ job: Job) async throws -> ProviderResponse {
    runs.withLock { $0.append(job) }
    return try await work(job)
  }

  func accept(_ response: ProviderResponse, of job: Job) async throws { try await acceptance(job) }
}

/// A queue, its service and a worker on one clock, and the book that the events go to.
struct Pipeline {
  let clock = ManualClock()
  let jobClock: JobClock
  let queue: RingingQueue
  let book = EventBook()
  let service: JobService

  init() {
    jobClock = clock.pipelineClock()
    queue = RingingQueue(InMemoryJobQueue(capacity: 100, maxUnconfirmedLogs: 1_000, clock: jobClock))
    service = JobService(queue: queue, clock: jobClock) { [book] in try book.record($0) }
  }

  init(_ kind: QueueKind) throws {
    jobClock = clock.pipelineClock()
    queue = try kind.make(capacity: 100, maxUnconfirmedLogs: 1_000, clock: jobClock)
    service = JobService(queue: queue, clock: jobClock) { [book] in try book.record($0) }
  }

  func worker(_ provider: any JobProvider, _ settings: WorkerSettings = WorkerSettings(concurrency: 1)) -> QueueWorker {
    QueueWorker(
      queue: queue, service: service, provider: provider, settings: settings, clock: jobClock, chance: { 0 })
  }

  /// Runs a worker while `body` lasts, and then stops it.
  func working(
    _ provider: any JobProvider, _ settings: WorkerSettings = WorkerSettings(concurrency: 1),
    _ body: (QueueWorker) async throws -> Void
  ) async rethrows {
    let worker = worker(provider, settings)
    let run = Task { await worker.run() }
    defer { run.cancel() }
    try await body(worker)
    await worker.stop()
    await run.value
  }

  /// Waits, while time stands still, until the queue is empty and the book has everything.
  func waitUntilIdle() async throws {
    try await queue.wait(until: {
      let (jobs, logs) = (try await queue.count, try await queue.unconfirmedCount)
      return jobs == 0 && logs == 0
    })
  }
}
