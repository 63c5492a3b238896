import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import SlotStatsTesting
import Testing

@Suite struct QueueWorkerTests {
  struct Breakage: Error {}

  let pipeline = Pipeline()
  var clock: ManualClock { pipeline.clock }

  @Test func publishesEveryStepOfAJobThatEndsWell() async throws {
    let job = makeJob()
    let provider = ScriptedProvider { [clock] _ in
      clock.advance(by: .milliseconds(250))
      return ProviderResponse(message: "done")
    }
    try await pipeline.service.submit(job)
    try await pipeline.working(provider) { _ in try await pipeline.waitUntilIdle() }
    let logs = pipeline.book.logs
    #expect(logs.map(\.status) == [.received, .dispatched, .providerResponded, .succeeded])
    #expect(logs.map(\.providerLatencyMilliseconds) == [nil, nil, 250, 250])
    #expect(logs.map { $0.occurredAt.timeIntervalSince(noon) } == [0, 0, 0.25, 0.25])
    #expect(logs.last?.message == "done")
    #expect(logs.allSatisfy { $0.jobID == job.id && $0.slotID == job.slotID })
  }

  @Test func publishesReceivedOfAJobThatCameWithoutIt() async throws {
    let job = makeJob()
    try await pipeline.queue.enqueue(job, logs: [])
    try await pipeline.working(ScriptedProvider()) { _ in try await pipeline.waitUntilIdle() }
    #expect(pipeline.book.statuses(of: job) == [.received, .dispatched, .providerResponded, .succeeded])
  }

  @Test(arguments: [
    (JobFailure(.providerError, message: "503"), StatsCounters(providerErrors: 1, ingestCount: 1)),
    (JobFailure(.cancelled), StatsCounters(cancelled: 1, ingestCount: 1)),
    (JobFailure(.timeout), StatsCounters(timeouts: 1, ingestCount: 1)),
    (JobFailure(.init(rawValue: "no_such_model")), StatsCounters(errors: 1, ingestCount: 1)),
  ])
  func aFailureCountsByItsReason(failure: JobFailure, counters: StatsCounters) async throws {
    try await pipeline.service.submit(makeJob())
    try await pipeline.working(ScriptedProvider { _ in throw failure }) { _ in try await pipeline.waitUntilIdle() }
    #expect(pipeline.book.counters == ["slot-001": counters])
    #expect(pipeline.book.logs.map(\.status).contains(.providerResponded) == false)
  }

  @Test func anAnswerThatCannotBeTakenOverIsTheWorkersError() async throws {
    let job = makeJob()
    let provider = ScriptedProvider(accept: { _ in throw Breakage() })
    try await pipeline.service.submit(job)
    try await pipeline.working(provider) { _ in try await pipeline.waitUntilIdle() }
    #expect(pipeline.book.statuses(of: job) == [.received, .dispatched, .providerResponded, .failed])
    #expect(pipeline.book.counters == ["slot-001": StatsCounters(errors: 1, ingestCount: 1)])
    #expect(provider.asked.count == 1)
  }

  @Test func cancellationThrownByTheProviderCountsAsCalledOff() async throws {
    try await pipeline.service.submit(makeJob())
    try await pipeline.working(ScriptedProvider { _ in throw CancellationError() }) { _ in
      try await pipeline.waitUntilIdle()
    }
    #expect(pipeline.book.counters == ["slot-001": StatsCounters(cancelled: 1, ingestCount: 1)])
  }

  @Test func cutsLongMessages() async throws {
    let provider = ScriptedProvider { _ in
      throw JobFailure(.providerError, message: String(repeating: "é", count: 5_000))
    }
    try await pipeline.service.submit(makeJob())
    try await pipeline.working(provider) { _ in try await pipeline.waitUntilIdle() }
    #expect(pipeline.book.logs.last?.message?.count == 1_024)
  }

  @Test func triesAgainAfterGrowingPausesAndPublishesOneOutcome() async throws {
    let job = makeJob()
    let provider = ScriptedProvider { job in
      guard job.attempt == 3 else { throw Breakage() }
      return ProviderResponse()
    }
    try await pipeline.service.submit(job)
    try await pipeline.working(provider) { worker in
      try await turns(until: "the job is to be tried again") { await worker.report.retried == 1 }
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(1))
      try await turns(until: "it is to be tried a third time") { await worker.report.retried == 2 }
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(2))
      try await pipeline.waitUntilIdle()
    }
    #expect(provider.asked.map(\.attempt) == [1, 2, 3])
    #expect(pipeline.book.statuses(of: job) == [.received, .dispatched, .providerResponded, .succeeded])
    #expect(pipeline.book.logs.last?.occurredAt == noon.addingTimeInterval(3))
  }

  @Test func theLastAttemptsFailureIsTheOutcome() async throws {
    let provider = ScriptedProvider { _ in throw Breakage() }
    try await pipeline.service.submit(makeJob())
    let retry = RetryPolicy(attempts: 2, firstPause: .zero)
    try await pipeline.working(provider, WorkerSettings(retry: retry)) { _ in try await pipeline.waitUntilIdle() }
    #expect(provider.asked.count == 2)
    #expect(pipeline.book.counters == ["slot-001": StatsCounters(providerErrors: 1, ingestCount: 1)])
  }

  @Test func waitsAsLongAsTheProviderAsks() async throws {
    let provider = ScriptedProvider { job in
      guard job.attempt > 1 else { throw JobFailure(.providerError, isRetryable: true, retryAfter: .seconds(30)) }
      return ProviderResponse()
    }
    try await pipeline.service.submit(makeJob())
    try await pipeline.working(provider) { worker in
      try await turns(until: "the job is to be tried again") { await worker.report.retried == 1 }
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(29))
      #expect(provider.asked.count == 1)
      clock.advance(by: .seconds(1))
      try await pipeline.waitUntilIdle()
    }
    #expect(pipeline.book.counters["slot-001"]?.success == 1)
  }

  @Test func givesUpAtTheTimeLimitAndCancelsTheProvider() async throws {
    let gate = Gate()
    let provider = ScriptedProvider { _ in
      try await gate.pass()
      return ProviderResponse()
    }
    let job = makeJob(timeLimit: .seconds(5))
    try await pipeline.service.submit(job)
    try await pipeline.working(provider) { _ in
      await gate.waitForArrivals(1)
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(5))
      try await pipeline.waitUntilIdle()
      await gate.waitUntilNobodyIsHeld()
    }
    #expect(pipeline.book.statuses(of: job) == [.received, .dispatched, .timeout])
    #expect(pipeline.book.logs.last?.occurredAt == noon.addingTimeInterval(5))
  }

  @Test func doesNotWaitForAProviderThatIgnoresCancellation() async throws {
    let job = makeJob()
    let (deaf, release) = AsyncStream.makeStream(of: Void.self)
    let provider = ScriptedProvider { _ in
      await Task.detached { for await _ in deaf { return } }.value
      return ProviderResponse()
    }
    try await pipeline.service.submit(job)
    try await pipeline.working(provider, WorkerSettings(concurrency: 1, timeLimit: .seconds(2))) { _ in
      try await turns(until: "the provider is asked") { provider.asked.count == 1 }
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(2))
      try await pipeline.waitUntilIdle()
    }
    release.finish()
    #expect(pipeline.book.statuses(of: job) == [.received, .dispatched, .timeout])
  }

  @Test func triesAgainAfterATimeoutWhereItIsToldTo() async throws {
    let gate = Gate()
    let provider = ScriptedProvider { job in
      if job.attempt == 1 { try await gate.pass() }
      return ProviderResponse()
    }
    try await pipeline.service.submit(makeJob())
    let settings = WorkerSettings(
      concurrency: 1, timeLimit: .seconds(5), retry: RetryPolicy(firstPause: .zero), retriesTimeouts: true)
    try await pipeline.working(provider, settings) { _ in
      await gate.waitForArrivals(1)
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(5))
      try await pipeline.waitUntilIdle()
    }
    #expect(pipeline.book.counters == ["slot-001": StatsCounters(success: 1, ingestCount: 1)])
  }

  @Test func keepsTheLeaseOfLongWork() async throws {
    let gate = Gate()
    let provider = ScriptedProvider { _ in
      try await gate.pass()
      return ProviderResponse()
    }
    try await pipeline.service.submit(makeJob())
    let settings = WorkerSettings(concurrency: 1, timeLimit: .seconds(600), lease: .seconds(30))
    try await pipeline.working(provider, settings) { _ in
      await gate.waitForArrivals(1)
      for _ in 0..<20 {
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(10))
      }
      gate.open()
      try await pipeline.waitUntilIdle()
    }
    #expect(provider.asked.count == 1)
    #expect(pipeline.book.counters == ["slot-001": StatsCounters(success: 1, ingestCount: 1)])
  }

  @Test func callsOffAJobUnderWay() async throws {
    let gate = Gate()
    let provider = ScriptedProvider { _ in
      try await gate.pass()
      return ProviderResponse()
    }
    let job = makeJob()
    try await pipeline.service.submit(job)
    try await pipeline.working(provider) { worker in
      await gate.waitForArrivals(1)
      #expect(await worker.cancel(job.id))
      #expect(await worker.cancel(UUID()) == false)
      try await pipeline.waitUntilIdle()
    }
    #expect(pipeline.book.statuses(of: job) == [.received, .dispatched, .failed])
    #expect(pipeline.book.counters == ["slot-001": StatsCounters(cancelled: 1, ingestCount: 1)])
  }

  @Test func learnsFromTheQueueThatAJobWasCalledOff() async throws {
    let gate = Gate()
    let provider = ScriptedProvider { _ in
      try await gate.pass()
      return ProviderResponse()
    }
    let job = makeJob()
    try await pipeline.service.submit(job)
    try await pipeline.working(provider) { _ in
      await gate.waitForArrivals(1)
      let isHeld = try await pipeline.queue.cancel(job.id)
      #expect(isHeld)
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(10))
      try await pipeline.waitUntilIdle()
    }
    #expect(pipeline.book.counters == ["slot-001": StatsCounters(cancelled: 1, ingestCount: 1)])
  }

  @Test func neverBeginsAJobThatWasCalledOffWhileItWaited() async throws {
    let provider = ScriptedProvider()
    let job = makeJob()
    try await pipeline.service.submit(job)
    #expect(try await pipeline.queue.cancel(job.id))
    try await pipeline.working(provider) { _ in try await pipeline.waitUntilIdle() }
    #expect(provider.asked.isEmpty)
    #expect(pipeline.book.statuses(of: job) == [.received, .failed])
  }

  @Test func givesUpAJobThatNobodyLivesToEnd() async throws {
    let job = makeJob()
    try await pipeline.service.submit(job)
    for _ in 0..<3 {
      let lease = try #require(try await pipeline.queue.take(for: .seconds(1)))
      clock.advance(by: .seconds(1))
      #expect(lease.job == job)
    }
    let provider = ScriptedProvider()
    try await pipeline.working(provider, WorkerSettings(maxDeliveries: 3)) { _ in try await pipeline.waitUntilIdle() }
    #expect(provider.asked.isEmpty)
    #expect(pipeline.book.counters == ["slot-001": StatsCounters(errors: 1, ingestCount: 1)])
  }

  @Test func worksAsManyAtOnceAsItMay() async throws {
    let gate = Gate()
    let provider = ScriptedProvider { _ in
      try await gate.pass()
      return ProviderResponse()
    }
    for _ in 0..<10 { try await pipeline.service.submit(makeJob()) }
    try await pipeline.working(provider, WorkerSettings(concurrency: 3)) { worker in
      await gate.waitForArrivals(3)
      #expect(await worker.heldCount == 3)
      let leased = try await pipeline.queue.leasedCount
      #expect(leased == 3)
      gate.open()
      try await pipeline.waitUntilIdle()
    }
    #expect(pipeline.book.counters["slot-001"] == StatsCounters(success: 10, ingestCount: 10))
  }
}
