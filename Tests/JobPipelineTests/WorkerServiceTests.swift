import Foundation
import JobLifecycle
import JobPipeline
import JobPipelineTesting
import Logging
import ServiceLifecycle
import SlotStats
import SlotStatsTesting
import Testing

/// A worker in a group of services.
@Suite struct WorkerServiceTests {
  @Test func aGracefulShutdownEndsWhatIsUnderWayAndDeliversIt() async throws {
    let pipeline = Pipeline()
    let gate = Gate()
    let jobs = (0..<3).map { _ in makeJob() }
    for job in jobs { try await pipeline.service.submit(job) }
    let provider = ScriptedProvider { _ in
      try await gate.pass()
      return ProviderResponse()
    }
    let worker = pipeline.worker(provider, WorkerSettings(concurrency: 2))
    let group = ServiceGroup(
      services: [QueueWorkerService(worker, of: pipeline.service)], logger: Logger(label: "test"))
    let run = Task { try await group.run() }
    await gate.waitForArrivals(2)
    await group.triggerGracefulShutdown()
    // The worker takes no more jobs once it has heard of it; a third one would arrive here and be under way.
    gate.open()
    try await run.value
    #expect(await worker.report.ended >= 2)
    #expect(try await pipeline.queue.leasedCount == 0)
    #expect(try await pipeline.queue.unconfirmedCount == 0)
    let ended = jobs.filter { pipeline.book.statuses(of: $0).last == .succeeded }
    #expect(ended.count == (await worker.report.ended))
  }
}
