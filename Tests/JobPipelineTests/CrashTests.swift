import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

/// A worker's process may die between any two things that it does; whoever comes after it brings the jobs to their end,
/// and each counts once.
@Suite struct CrashTests {
  struct Death: Error {}

  /// A queue as a process sees it that dies at its n-th call, before or after the call has its effect.
  final class DyingQueue: JobQueue {
    private let base: RingingQueue
    private let effect: Bool
    private let left: Mutex<Int>

    init(_ base: RingingQueue, at call: Int, afterEffect: Bool) {
      self.base = base
      effect = afterEffect
      left = Mutex(call)
    }

    var isDead: Bool { left.withLock { $0 <= 0 } }

    private func call<Result>(_ work: () async throws -> Result) async throws -> Result {
      let rest = left.withLock { left in
        left -= 1
        return left
      }
      if rest < 0 || rest == 0 && !effect {
        base.ring()
        throw Death()
      }
      let result = try await work()
      if isDead { throw Death() }
      return result
    }

    func enqueue(_ job: Job, logs: [ProcessingLog]) async throws {
      try await call { try await base.enqueue(job, logs: logs) }
    }
    func offer(_ job: Job, logs: [ProcessingLog]) async throws -> Bool {
      try await call { try await base.offer(job, logs: logs) }
    }
    func take(for time: Duration) async throws -> JobLease? { try await call { try await base.take(for: time) } }
    func extend(_ lease: JobLease, for time: Duration) async throws -> Bool {
      try await call { try await base.extend(lease, for: time) }
    }
    func complete(_ lease: JobLease) async throws { try await call { try await base.complete(lease) } }
    func retry(_ lease: JobLease, after pause: Duration) async throws {
      try await call { try await base.retry(lease, after: pause) }
    }
    func handBack(_ lease: JobLease) async throws { try await call { try await base.handBack(lease) } }
    func cancel(_ jobID: Job.ID) async throws -> Bool { try await call { try await base.cancel(jobID) } }
    func appendProcessingLogs(_ logs: [ProcessingLog], under lease: JobLease?) async throws -> Int {
      try await call { try await base.appendProcessingLogs(logs, under: lease) }
    }
    func unconfirmedProcessingLogs(limit: Int) async throws -> [ProcessingLog] {
      try await call { try await base.unconfirmedProcessingLogs(limit: limit) }
    }
    func confirmProcessingLogs(_ ids: [ProcessingLog.ID]) async throws {
      try await call { try await base.confirmProcessingLogs(ids) }
    }
  }

  static let settings = WorkerSettings(
    concurrency: 1, timeLimit: .seconds(5), lease: .seconds(30), retry: RetryPolicy(attempts: 2, firstPause: .zero))

  /// One slot for each way to end; `retried` fails at its first attempt.
  static let provider = ScriptedProvider(
    run: { job in
      switch job.slotID {
      case "fails": throw JobFailure(.providerError)
      case "retried" where job.attempt == 1: throw JobFailure(.providerError, isRetryable: true)
      default: return ProviderResponse()
      }
    },
    accept: { job in
      if job.slotID == "refused" { throw JobFailure(.resultRefused) }
    })

  static let expected: [Slot.ID: StatsCounters] = [
    "works": StatsCounters(success: 1, ingestCount: 1), "fails": StatsCounters(providerErrors: 1, ingestCount: 1),
    "retried": StatsCounters(success: 1, ingestCount: 1), "refused": StatsCounters(errors: 1, ingestCount: 1),
  ]

  @Test(arguments: [false, true], QueueKind.allCases)
  func eachJobCountsOnceWhereverAWorkerDies(afterEffect: Bool, _ kind: QueueKind) async throws {
    var call = 0
    var died: Bool
    repeat {
      // A database takes longer: every third call of it.
      call += kind == .inMemory ? 1 : 3
      died = try await runToTheEnd(kind, dyingAt: call, afterEffect: afterEffect)
    } while died
    // Every step of every job was reached at least.
    #expect(call > 4 * 5)
  }

  /// - Returns: whether the first process died.
  func runToTheEnd(_ kind: QueueKind, dyingAt call: Int, afterEffect: Bool) async throws -> Bool {
    let pipeline = try Pipeline(kind)
    let (clock, queue, book) = (pipeline.clock, pipeline.queue, pipeline.book)
    let jobs = Self.expected.keys.sorted().map { makeJob($0) }
    for job in jobs { try await queue.enqueue(job, logs: []) }

    let dying = DyingQueue(queue, at: call, afterEffect: afterEffect)
    let service = JobService(queue: dying, clock: pipeline.jobClock) { try book.record($0) }
    let worker = QueueWorker(
      queue: dying, service: service, provider: Self.provider, settings: Self.settings, clock: pipeline.jobClock)
    let run = Task { await worker.run() }
    try await queue.wait(until: {
      if dying.isDead { return true }
      let (jobs, logs) = (try await queue.count, try await queue.unconfirmedCount)
      return jobs == 0 && logs == 0
    })
    let died = dying.isDead
    run.cancel()
    await run.value
    await service.stop()

    // The lease of what the dead one held runs out.
    clock.advance(by: .seconds(30))
    await pipeline.service.resume()
    try await pipeline.working(Self.provider, Self.settings) { _ in try await pipeline.waitUntilIdle() }
    #expect(book.counters == Self.expected, "died at call \(call)")
    for job in jobs {
      let steps = book.statuses(of: job).map(JobStep.init)
      #expect(Set(steps).count == steps.count, "died at call \(call): \(job.slotID) \(steps)")
    }
    // Only what the store took and the dead one could not confirm is given again: one batch.
    #expect(book.repeated <= 16, "died at call \(call)")
    return died
  }

  @Test func twoWorkersOnOneJobPublishOneOutcome() async throws {
    let pipeline = Pipeline()
    let gate = Gate()
    let slow = ScriptedProvider { _ in
      try await gate.pass()
      return ProviderResponse()
    }
    let job = makeJob()
    try await pipeline.service.submit(job)
    let settings = WorkerSettings(concurrency: 1, timeLimit: .seconds(600), lease: .seconds(30))
    try await pipeline.working(slow, settings) { worker in
      await gate.waitForArrivals(1)
      await pipeline.clock.waitForSleepers(1)
      // The first one stands still beyond its lease, another takes over.
      pipeline.clock.advance(by: .seconds(31))
      try await pipeline.working(ScriptedProvider(), settings) { _ in try await pipeline.waitUntilIdle() }
      gate.open()
      try await turns(until: "the first worker has lost the job") { await worker.report.lost == 1 }
    }
    #expect(pipeline.book.statuses(of: job) == [.received, .dispatched, .providerResponded, .succeeded])
  }

  @Test func stepsOfAJobHaveIDsThatNeverChange() {
    let job = UUID(uuidString: "0F8C6E2A-3B4D-4C5E-9F60-718293A4B5C6") ?? UUID()
    let ids = JobStep.allCases.map { $0.eventID(of: job) }
    #expect(Set(ids).count == 4)
    #expect(ids == JobStep.allCases.map { $0.eventID(of: job) })
    for id in ids {
      let text = Array(id.uuidString)
      #expect(text[14] == "8")
      #expect("89AB".contains(text[19]))
    }
    #expect(ids[0].uuidString == "7D137CB3-9260-8DFD-801D-23BF510625DD")
  }

  @Test func idsOfManyStepsDiffer() {
    var ids: Set<UUID> = []
    for number in 0..<20_000 as Range<UInt32> {
      let bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) }
      let job = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, bytes[0], bytes[1], bytes[2], bytes[3]))
      for step in JobStep.allCases { ids.insert(step.eventID(of: job)) }
    }
    #expect(ids.count == 80_000)
  }
}
