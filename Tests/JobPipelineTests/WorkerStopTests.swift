import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import SlotStatsTesting
import Testing

@Suite struct WorkerStopTests {
  let pipeline = Pipeline()
  let gate = Gate()
  var clock: ManualClock { pipeline.clock }

  var provider: ScriptedProvider {
    ScriptedProvider { [gate] _ in
      try await gate.pass()
      return ProviderResponse()
    }
  }

  @Test func aStopFinishesWhatIsUnderWayAndTakesNoMore() async throws {
    for _ in 0..<3 { try await pipeline.service.submit(makeJob()) }
    let worker = pipeline.worker(provider, WorkerSettings(concurrency: 2))
    let run = Task { await worker.run() }
    await gate.waitForArrivals(2)
    await worker.stop()
    gate.open()
    await run.value
    #expect(await worker.report == WorkerReport(ended: 2))
    #expect(try await pipeline.queue.count == 1)
    #expect(try await pipeline.queue.leasedCount == 0)
  }

  @Test func aStopHandsBackWhatDoesNotEndWithinTheGrace() async throws {
    let job = makeJob()
    try await pipeline.service.submit(job)
    let worker = pipeline.worker(provider, WorkerSettings(concurrency: 1, grace: .seconds(3)))
    let run = Task { await worker.run() }
    await gate.waitForArrivals(1)
    await worker.stop()
    await clock.waitForSleepers(2)
    clock.advance(by: .seconds(3))
    await run.value
    #expect(await worker.report == WorkerReport(handedBack: 1))
    #expect(pipeline.book.statuses(of: job).contains(.failed) == false)

    try await pipeline.working(ScriptedProvider()) { _ in try await pipeline.waitUntilIdle() }
    #expect(pipeline.book.statuses(of: job) == [.received, .dispatched, .providerResponded, .succeeded])
    #expect(pipeline.book.repeated == 0)
  }

  @Test func cancellingTheRunHandsBackAtOnce() async throws {
    try await pipeline.service.submit(makeJob())
    let worker = pipeline.worker(provider)
    let run = Task { await worker.run() }
    await gate.waitForArrivals(1)
    run.cancel()
    await run.value
    #expect(await worker.report == WorkerReport(handedBack: 1))
    #expect(try await pipeline.queue.leasedCount == 0)
  }

  @Test func aWorkerWithoutWorkStopsAtOnce() async {
    let worker = pipeline.worker(provider)
    let run = Task { await worker.run() }
    await Task.yield()
    await worker.stop()
    await run.value
    #expect(await worker.report == WorkerReport())
  }

  @Test func aWorkerStoppedBeforeItBeganNeverBegins() async throws {
    try await pipeline.service.submit(makeJob())
    let worker = pipeline.worker(provider)
    await worker.stop()
    await worker.run()
    #expect(try await pipeline.queue.count == 1)
  }

  @Test func theEndOfTheQueueEndsTheWorker() async {
    let worker = pipeline.worker(provider)
    let run = Task { await worker.run() }
    await pipeline.queue.close()
    await run.value
    #expect(await worker.report == WorkerReport())
  }
}
