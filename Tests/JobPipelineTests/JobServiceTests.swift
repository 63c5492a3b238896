import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@Suite struct JobServiceTests {
  /// What a service told, in words.
  final class Told: Sendable {
    private let words = Mutex<[String]>([])
    var all: [String] { words.withLock { $0 } }
    func note(_ trouble: DeliveryTrouble) {
      let word =
        switch trouble {
        case .storeFailed: "failed"
        case .storeRecovered: "recovered"
        case .refused(let log, _): "refused \(log.status.rawValue)"
        case .leftOut(let count): "left out \(count)"
        case .queueFailed: "queue"
        }
      words.withLock { $0.append(word) }
    }
  }

  let clock = ManualClock()
  let book = EventBook()
  let told = Told()

  func makeService(
    _ queue: any JobQueue, _ settings: DeliverySettings = DeliverySettings()
  ) -> JobService {
    JobService(
      queue: queue, settings: settings, clock: clock.pipelineClock(), tell: { [told] in told.note($0) }
    ) { [book] in try book.record($0) }
  }

  func makeQueue(maxUnconfirmedLogs: Int = 1_000) -> InMemoryJobQueue {
    InMemoryJobQueue(maxUnconfirmedLogs: maxUnconfirmedLogs, clock: clock.pipelineClock())
  }

  func events(_ count: Int) -> [ProcessingLog] {
    (0..<count).map { number in
      ProcessingLog(
        id: UUID(), jobID: UUID(), slotID: "slot-001", status: .received,
        occurredAt: noon.addingTimeInterval(Double(number)))
    }
  }

  @Test func handsEventsOnInOrder() async throws {
    let service = makeService(makeQueue(), DeliverySettings(batchSize: 7))
    let events = events(50)
    for event in events { try await service.appendProcessingLogs([event]) }
    #expect(await service.flush(within: .seconds(1)))
    #expect(book.logs == events)
    #expect(book.repeated == 0)
    #expect(await service.report.delivered == 50)
  }

  @Test func aStoreThatFailsNeverFailsAJob() async throws {
    let queue = makeQueue()
    let service = makeService(queue)
    book.setDown(true)
    let job = makeJob()
    try await service.submit(job)
    let worker = QueueWorker(
      queue: queue, service: service, provider: ScriptedProvider(), clock: clock.pipelineClock())
    let run = Task { await worker.run() }
    try await turns(until: "the job has ended") { await worker.report.ended == 1 }
    await worker.stop()
    await run.value
    #expect(book.logs.isEmpty)
    #expect(await queue.unconfirmedCount == 4)

    book.setDown(false)
    try await clock.advance(until: "the store has every event") { await queue.unconfirmedCount == 0 }
    #expect(book.statuses(of: job) == [.received, .dispatched, .providerResponded, .succeeded])
    #expect(book.repeated == 0)
    #expect(told.all == ["failed", "recovered"])
    #expect(await service.report.isFailing == false)
  }

  @Test func pausesGrowWhileTheStoreFails() async throws {
    let service = makeService(
      makeQueue(), DeliverySettings(pauses: RetryPolicy(firstPause: .seconds(1), longestPause: .seconds(3))))
    book.setDown(true)
    try await service.appendProcessingLogs(events(1))
    for (calls, pause) in [(1, 1), (2, 2), (3, 3), (4, 3)] {
      await book.wait(until: { $0.calls == calls })
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(pause) - .nanoseconds(1))
      #expect(book.calls == calls)
      if calls == 4 { book.setDown(false) }
      clock.advance(by: .nanoseconds(1))
    }
    #expect(await service.flush(within: .seconds(1)))
    #expect(await service.report.failures == 4)
  }

  @Test func eventsOfABatchThatWasKeptInPartAreGivenAgainWithTheirIDs() async throws {
    let queue = makeQueue()
    let service = makeService(queue)
    let events = events(10)
    book.failNext(keepingFirst: 4)
    try await service.appendProcessingLogs(events)
    try await clock.advance(until: "the store has every event") { await queue.unconfirmedCount == 0 }
    #expect(book.logs == events)
    #expect(book.repeated == 4)
  }

  @Test func anEventThatIsRefusedForGoodDoesNotHoldUpTheOthers() async throws {
    let queue = makeQueue()
    let bad = events(1)[0]
    let book = book
    let service = JobService(
      queue: queue, clock: clock.pipelineClock(), tell: { [told] in told.note($0) }
    ) { logs in
      if logs.contains(bad) { throw StatsSourceError(.contentRefused, action: "Cannot store", cause: "too old") }
      try book.record(logs)
    }
    let (before, after) = (events(3), events(3))
    try await service.appendProcessingLogs(before + [bad] + after)
    #expect(await service.flush(within: .seconds(1)))
    #expect(book.logs == before + after)
    #expect(told.all == ["refused received"])
    let report = await service.report
    #expect((report.delivered, report.refused, report.failures) == (6, 1, 0))
  }

  @Test func whatThereIsNoRoomForIsCountedAndTold() async throws {
    let queue = makeQueue(maxUnconfirmedLogs: 3)
    let service = makeService(queue)
    book.setDown(true)
    let events = events(5)
    try await service.appendProcessingLogs(events)
    #expect(await service.report.leftOut == 2)
    #expect(told.all.contains("left out 2"))
    book.setDown(false)
    try await clock.advance(until: "the store has every event") { await queue.unconfirmedCount == 0 }
    #expect(book.logs == Array(events[..<3]))
  }

  @Test func gathersEventsBeforeItHandsThemOn() async throws {
    let service = makeService(makeQueue(), DeliverySettings(gatherTime: .milliseconds(50)))
    for event in events(20) { try await service.appendProcessingLogs([event]) }
    await clock.waitForSleepers(1)
    #expect(book.calls == 0)
    clock.advance(by: .milliseconds(50))
    await book.wait(until: { $0.logs.count == 20 })
    #expect(book.calls == 1)
  }

  @Test func aFlushEndsAtItsLimit() async throws {
    let service = makeService(makeQueue())
    book.setDown(true)
    try await service.appendProcessingLogs(events(1))
    await clock.waitForSleepers(1)
    let flush = Task { await service.flush(within: .milliseconds(20)) }
    await clock.waitForSleepers(2)
    clock.advance(by: .milliseconds(20))
    #expect(await flush.value == false)
  }

  @Test func theNextServiceHandsOnWhatAStoppedOneLeft() async throws {
    let queue = makeQueue()
    let stopped = makeService(queue)
    await stopped.stop()
    let events = events(3)
    try await stopped.appendProcessingLogs(events)
    #expect(book.logs.isEmpty)
    let next = makeService(queue)
    await next.resume()
    #expect(await next.flush(within: .seconds(1)))
    #expect(book.logs == events)
  }

  @Test func tellsAStatisticsServiceOfEveryEventOnce() async throws {
    let repository = InMemoryStatsRepository(.init(slots: []), countsEvents: true)
    let stats = try CachedStatsService(repository: repository, clock: clock)
    let queue = makeQueue()
    let service = JobService(queue: queue, stats: stats, clock: clock.pipelineClock())
    repository.failNext(with: EventBook.Refusal(), EventBook.Refusal())
    let events = events(5)
    try await service.appendProcessingLogs(events)
    try await clock.advance(until: "the store has every event") { await queue.unconfirmedCount == 0 }
    #expect(repository.storedLogs == events)
    let counted = try await stats.collectSlotStats("slot-001", window: .day, since: nil)
    #expect(counted.metrics.map(\.counters) == [StatsCounters(ingestCount: 5)])
  }
}
