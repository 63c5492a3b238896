import Foundation
import JobPipeline
import SlotStats
import SlotStatsTesting
import Synchronization

/// 2026-11-24 14:00 UTC, a Tuesday.
let noon = Date(timeIntervalSince1970: 1_795_528_800)

extension ManualClock {
  /// Clocks of a pipeline: this one, and a time of day that goes with it.
  func pipelineClock(from start: Date = noon) -> JobClock {
    let origin = now
    return JobClock(self) { start.addingTimeInterval(origin.duration(to: self.now) / .seconds(1)) }
  }

  /// Moves on in small steps until `condition` holds, with time between for others to act.
  func advance(by step: Duration = .milliseconds(50), until condition: () async -> Bool) async {
    while true {
      for _ in 0..<20 {
        if await condition() { return }
        await Task.yield()
      }
      advance(by: step)
    }
  }
}

/// Waits, while time stands still, until `condition` holds.
func wait(until condition: () async throws -> Bool) async rethrows {
  while !(try await condition()) { await Task.yield() }
}

func makeJob(_ slotID: Slot.ID = "slot-001", timeLimit: Duration? = nil) -> Job {
  Job(id: UUID(), slotID: slotID, receivedAt: noon, timeLimit: timeLimit)
}

/// A store that keeps each event once, fails when it is told to, and counts as the rule says: the first `received` of a
/// job and its first outcome, first by instant and id.
final class EventBook: Sendable {
  struct Refusal: Error {}

  private struct State {
    var logs: [ProcessingLog] = []
    var ids: Set<UUID> = []
    var repeated = 0
    var failures: [(error: any Error, keepsFirst: Int)] = []
    var isDown = false
    var calls = 0
  }

  private let state = Mutex(State())
  private let bell = Bell()

  /// Waits, while time stands still, until `condition` holds; it is asked again after each call of the book.
  func wait(until condition: (EventBook) -> Bool) async { await bell.wait(until: { condition(self) }) }

  var logs: [ProcessingLog] { state.withLock { $0.logs } }
  /// How many events were given that it had already.
  var repeated: Int { state.withLock { $0.repeated } }
  var calls: Int { state.withLock { $0.calls } }

  func statuses(of job: Job) -> [ProcessingLog.Status] { logs.filter { $0.jobID == job.id }.map(\.status) }

  /// Lets the next call fail after it has kept the first ones.
  func failNext(with error: any Error = Refusal(), keepingFirst count: Int = 0) {
    state.withLock { $0.failures.append((error, count)) }
  }

  /// Lets all calls fail from now on, or none.
  func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

  func record(_ logs: [ProcessingLog]) throws {
    defer { bell.ring() }
    try state.withLock { state in
      state.calls += 1
      if state.isDown { throw Refusal() }
      let failure = state.failures.isEmpty ? nil : state.failures.removeFirst()
      for log in failure.map({ logs.prefix($0.keepsFirst) }) ?? logs[...] {
        if state.ids.insert(log.id).inserted { state.logs.append(log) } else { state.repeated += 1 }
      }
      if let failure { throw failure.error }
    }
  }

  var counters: [Slot.ID: StatsCounters] { count(logs) }
}

private struct JobEvents {
  var received: ProcessingLog?
  var outcome: ProcessingLog?
}

/// What events count, by job.
func count(_ logs: some Sequence<ProcessingLog>) -> [Slot.ID: StatsCounters] {
  func earlier(_ left: ProcessingLog?, _ right: ProcessingLog) -> ProcessingLog {
    guard let left else { return right }
    return (left.occurredAt, left.id.uuidString) <= (right.occurredAt, right.id.uuidString) ? left : right
  }
  var jobs: [UUID: JobEvents] = [:]
  for log in logs {
    switch log.status {
    case .received: jobs[log.jobID, default: JobEvents()].received = earlier(jobs[log.jobID]?.received, log)
    case .dispatched, .providerResponded: break
    case .timeout, .failed, .succeeded:
      jobs[log.jobID, default: JobEvents()].outcome = earlier(jobs[log.jobID]?.outcome, log)
    }
  }
  var counters: [Slot.ID: StatsCounters] = [:]
  for job in jobs.values {
    if let received = job.received { counters[received.slotID, default: .zero].ingestCount += 1 }
    guard let outcome = job.outcome else { continue }
    let path: WritableKeyPath<StatsCounters, Int> =
      switch (outcome.status, outcome.failureReason) {
      case (.succeeded, _): \.success
      case (.timeout, _), (_, .timeout): \.timeouts
      case (_, .providerError): \.providerErrors
      case (_, .cancelled): \.cancelled
      default: \.errors
      }
    counters[outcome.slotID, default: .zero][keyPath: path] += 1
  }
  return counters
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
