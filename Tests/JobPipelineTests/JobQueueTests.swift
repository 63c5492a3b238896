import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import SlotStatsTesting
import Testing

/// What every queue does, wherever it keeps its jobs.
@Suite struct JobQueueTests {
  let clock = ManualClock()

  func makeQueue(_ kind: QueueKind, capacity: Int = 10, maxUnconfirmedLogs: Int = 10) throws -> RingingQueue {
    try kind.make(capacity: capacity, maxUnconfirmedLogs: maxUnconfirmedLogs, clock: clock.pipelineClock())
  }

  func log(_ status: ProcessingLog.Status, of job: Job) -> ProcessingLog {
    ProcessingLog(
      id: JobStep(status).eventID(of: job.id), jobID: job.id, slotID: job.slotID, status: status, occurredAt: noon)
  }

  @Test(arguments: QueueKind.allCases) func handsOutInTheOrderTheyCame(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind)
    let jobs = (0..<5).map { _ in makeJob() }
    for job in jobs { try await queue.enqueue(job, logs: []) }
    for job in jobs { #expect(try await queue.take(for: .seconds(9))?.job == job) }
  }

  @Test(arguments: QueueKind.allCases) func handsAJobToOneTakerOnly(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind)
    let takers = (0..<3).map { _ in Task { try await queue.take(for: .seconds(9)) } }
    let job = makeJob()
    try await queue.enqueue(job, logs: [])
    try await queue.wait(until: { try await queue.leasedCount == 1 })
    await queue.close()
    var taken: [Job] = []
    for taker in takers { if let lease = try await taker.value { taken.append(lease.job) } }
    #expect(taken == [job])
  }

  @Test(arguments: QueueKind.allCases) func handsOutAgainWhenALeaseRunsOut(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind)
    try await queue.enqueue(makeJob(), logs: [])
    let first = try #require(try await queue.take(for: .seconds(10)))
    let second = Task { try await queue.take(for: .seconds(10)) }
    await clock.waitForSleepers(1)
    clock.advance(by: .seconds(10))
    let lease = try #require(try await second.value)
    #expect(lease.job == first.job)
    #expect(lease.deliveries == 2)
    await #expect(throws: JobQueueError.leaseLost) { try await queue.complete(first) }
    try await queue.complete(lease)
    #expect(try await queue.count == 0)
  }

  @Test(arguments: QueueKind.allCases) func aLeaseIsLostAtItsEndEvenWhereNobodyTookTheJob(_ kind: QueueKind)
    async throws
  {
    let queue = try makeQueue(kind)
    try await queue.enqueue(makeJob(), logs: [])
    let lease = try #require(try await queue.take(for: .seconds(10)))
    clock.advance(by: .seconds(10))
    await #expect(throws: JobQueueError.leaseLost) { try await queue.complete(lease) }
    #expect(try await queue.count == 1)
  }

  @Test(arguments: QueueKind.allCases) func anExtensionCountsFromNow(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind)
    try await queue.enqueue(makeJob(), logs: [])
    let lease = try #require(try await queue.take(for: .seconds(10)))
    clock.advance(by: .seconds(9))
    #expect(try await queue.extend(lease, for: .seconds(10)) == false)
    clock.advance(by: .seconds(9))
    try await queue.complete(lease)
  }

  @Test(arguments: QueueKind.allCases) func retriesAfterThePauseAsTheNextAttempt(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind)
    try await queue.enqueue(makeJob(), logs: [])
    let first = try #require(try await queue.take(for: .seconds(10)))
    try await queue.retry(first, after: .seconds(3))
    let second = Task { try await queue.take(for: .seconds(10)) }
    await clock.waitForSleepers(1)
    clock.advance(by: .seconds(2))
    #expect(try await queue.leasedCount == 0)
    clock.advance(by: .seconds(1))
    #expect(try await second.value?.job.attempt == 2)
  }

  @Test(arguments: QueueKind.allCases) func aJobHandedBackComesFirstAndIsNotAnAttempt(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind)
    for _ in 0..<3 { try await queue.enqueue(makeJob(), logs: []) }
    let first = try #require(try await queue.take(for: .seconds(10)))
    try await queue.handBack(first)
    let again = try #require(try await queue.take(for: .seconds(10)))
    #expect(again.job == first.job)
    #expect(again.deliveries == 2)
  }

  @Test(arguments: QueueKind.allCases) func refusesOrWaitsWhileItIsFull(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind, capacity: 1)
    try await queue.enqueue(makeJob(), logs: [])
    #expect(try await queue.offer(makeJob(), logs: []) == false)
    let late = makeJob()
    let waiting = Task { try await queue.enqueue(late, logs: []) }
    let lease = try #require(try await queue.take(for: .seconds(10)))
    try await queue.complete(lease)
    try await waiting.value
    #expect(try await queue.take(for: .seconds(10))?.job == late)
  }

  @Test(arguments: QueueKind.allCases) func anEnqueuerThatIsCancelledLeavesNoJob(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind, capacity: 1)
    try await queue.enqueue(makeJob(), logs: [])
    let waiting = Task { try await queue.enqueue(makeJob(), logs: []) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(try await queue.count == 1)
  }

  @Test(arguments: QueueKind.allCases) func aTakerThatIsCancelledGetsNoJob(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind)
    let waiting = Task { try await queue.take(for: .seconds(10)) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { _ = try await waiting.value }
    let job = makeJob()
    try await queue.enqueue(job, logs: [])
    #expect(try await queue.take(for: .seconds(10))?.job == job)
  }

  @Test(arguments: QueueKind.allCases) func aJobItHoldsIsNotAddedAgain(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind, capacity: 1)
    let job = makeJob()
    try await queue.enqueue(job, logs: [log(.received, of: job)])
    #expect(try await queue.offer(job, logs: [log(.received, of: job)]))
    #expect(try await queue.count == 1)
    #expect(try await queue.unconfirmedCount == 1)
  }

  @Test(arguments: QueueKind.allCases) func aJobCalledOffWhileItPausesIsHandedOutAtOnce(_ kind: QueueKind) async throws
  {
    let queue = try makeQueue(kind)
    try await queue.enqueue(makeJob(), logs: [])
    let lease = try #require(try await queue.take(for: .seconds(10)))
    try await queue.retry(lease, after: .seconds(1_000))
    #expect(try await queue.cancel(lease.job.id))
    #expect(try await queue.take(for: .seconds(10))?.isCalledOff == true)
    #expect(try await queue.cancel(UUID()) == false)
  }

  @Test(arguments: QueueKind.allCases) func whoeverHoldsAJobCalledOffLearnsItWhenExtending(_ kind: QueueKind)
    async throws
  {
    let queue = try makeQueue(kind)
    try await queue.enqueue(makeJob(), logs: [])
    let lease = try #require(try await queue.take(for: .seconds(10)))
    #expect(try await queue.cancel(lease.job.id))
    #expect(try await queue.extend(lease, for: .seconds(10)))
  }

  @Test(arguments: QueueKind.allCases) func theNextHolderSeesWhatWasLogged(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind)
    let job = makeJob()
    try await queue.enqueue(job, logs: [log(.received, of: job)])
    let lease = try #require(try await queue.take(for: .seconds(10)))
    #expect(try await queue.appendProcessingLogs([log(.dispatched, of: job)], under: lease) == 0)
    #expect(try await queue.appendProcessingLogs([log(.dispatched, of: job)], under: lease) == 0)
    try await queue.handBack(lease)
    let next = try #require(try await queue.take(for: .seconds(10)))
    #expect(next.history.map(\.status) == [.received, .dispatched])
    await #expect(throws: JobQueueError.leaseLost) {
      _ = try await queue.appendProcessingLogs([log(.succeeded, of: job)], under: lease)
    }
    #expect(try await queue.unconfirmedCount == 2)
  }

  @Test(arguments: QueueKind.allCases) func theLogIsBoundedAndCountsWhatItLeavesOut(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind, maxUnconfirmedLogs: 2)
    let logs = (0..<5).map { _ in log(.received, of: makeJob()) }
    #expect(try await queue.appendProcessingLogs(logs, under: nil) == 3)
    #expect(try await queue.unconfirmedProcessingLogs(limit: 10) == Array(logs[..<2]))
    try await queue.confirmProcessingLogs([logs[1].id])
    #expect(try await queue.unconfirmedProcessingLogs(limit: 10) == [logs[0]])
  }

  @Test(arguments: QueueKind.allCases) func onceClosedItTakesNoneAndHandsOutNone(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind)
    let waiting = Task { try await queue.take(for: .seconds(10)) }
    await queue.close()
    #expect(try await waiting.value?.job == nil)
    #expect(try await queue.take(for: .seconds(10))?.job == nil)
    await #expect(throws: JobQueueError.closed) { try await queue.enqueue(makeJob(), logs: []) }
  }

  @Test(arguments: QueueKind.allCases) func manyJobsOfManyTakersAreEachHandedOutOnce(_ kind: QueueKind) async throws {
    let queue = try makeQueue(kind, capacity: 20)
    let jobs = (0..<200).map { _ in makeJob() }
    let taken = try await withThrowingTaskGroup(of: [Job.ID].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var taken: [Job.ID] = []
          while let lease = try await queue.take(for: .seconds(10)) {
            taken.append(lease.job.id)
            try await queue.complete(lease)
          }
          return taken
        }
      }
      for job in jobs { try await queue.enqueue(job, logs: []) }
      try await queue.wait(until: { try await queue.count == 0 })
      await queue.close()
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(taken.count == 200)
    #expect(Set(taken) == Set(jobs.map(\.id)))
  }
}
