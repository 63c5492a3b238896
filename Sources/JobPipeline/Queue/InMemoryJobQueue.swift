import SlotStats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A queue in this process's memory: what it holds ends with the process.
///
/// It holds at most `capacity` jobs, waiting and handed out together: past that, ``enqueue(_:logs:)`` waits for
/// room and ``offer(_:logs:)`` refuses. Its log keeps at most `maxUnconfirmedLogs` entries; later ones are
/// left out and counted. Jobs are handed out in the order they came, those that fell due again in the order of their
/// times.
public actor InMemoryJobQueue: JobQueue {
  /// How many jobs it holds where nothing else is said.
  public static let defaultCapacity = 10_000
  /// How many entries of its log wait for confirmation where nothing else is said.
  public static let defaultMaxUnconfirmedLogs = 65_536

  struct Entry {
    var job: Job
    var deliveries = 0
    var isCalledOff = false
    var history: [ProcessingLog]
    /// The lease that it is out on; `nil` while it waits.
    var token: UInt64?
    /// Changes with every hand-over, so that what was planned before it is seen to be outdated.
    var version: UInt64 = 0
  }

  struct Taker {
    var time: Duration
    var continuation: CheckedContinuation<JobLease?, any Error>
  }

  struct Planned {
    var id: Job.ID
    var version: UInt64
  }

  let capacity: Int
  let maxUnconfirmedLogs: Int
  let clock: JobClock

  var entries: [Job.ID: Entry] = [:]
  var ready = Line<Planned>()
  var planned = DueTimes<Planned>()
  var takers = Waiters<Taker>()
  var enqueuers = Waiters<CheckedContinuation<Void, any Error>>()
  var unconfirmed = Line<ProcessingLog>()
  var alarm: (due: Duration, task: Task<Void, Never>)?
  var lastNumber: UInt64 = 0
  var isClosed = false

  /// An empty queue.
  /// - Parameters:
  ///   - capacity: how many jobs it holds, from 1.
  ///   - maxUnconfirmedLogs: how many entries of its log wait for confirmation, from 1.
  ///   - clock: measures leases and pauses.
  public init(
    capacity: Int = defaultCapacity, maxUnconfirmedLogs: Int = defaultMaxUnconfirmedLogs, clock: JobClock = JobClock()
  ) {
    self.capacity = max(1, capacity)
    self.maxUnconfirmedLogs = max(1, maxUnconfirmedLogs)
    self.clock = clock
  }

  /// How many jobs it holds, waiting and handed out together.
  public var count: Int { entries.count }

  /// How many jobs are handed out.
  public var leasedCount: Int { entries.values.count { $0.token != nil } }

  /// Takes no more jobs and hands out none: whoever waits is let go. What is handed out can still be ended.
  public func close() {
    isClosed = true
    for taker in takers.removeAll() { taker.continuation.resume(returning: nil) }
    for enqueuer in enqueuers.removeAll() { enqueuer.resume(throwing: JobQueueError.closed) }
    alarm?.task.cancel()
    alarm = nil
  }

  /// Adds a job, and waits while the queue is full.
  public func enqueue(_ job: Job, logs: [ProcessingLog]) async throws {
    while try !offer(job, logs: logs) {
      let ticket = nextNumber()
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          enqueuers.add(continuation, ticket: ticket)
          if Task.isCancelled { cancelEnqueuer(ticket) }
        }
      } onCancel: {
        Task { await self.cancelEnqueuer(ticket) }
      }
    }
    // Room that this caller was woken for and did not need is the next one's.
    if entries.count < capacity { enqueuers.popFirst()?.resume() }
  }

  /// Adds a job, unless the queue is full.
  public func offer(_ job: Job, logs: [ProcessingLog]) throws -> Bool {
    if isClosed { throw JobQueueError.closed }
    if entries[job.id] != nil { return true }
    guard entries.count < capacity else { return false }
    entries[job.id] = Entry(job: job.atAttempt(1), history: [])
    _ = append(logs)
    ready.append(Planned(id: job.id, version: 0))
    handOut()
    return true
  }

  /// Waits for a job and hands it out; those who wait are served in the order they came.
  public func take(for time: Duration) async throws -> JobLease? {
    try Task.checkCancellation()
    let ticket = nextNumber()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard !isClosed else { return continuation.resume(returning: nil) }
        takers.add(Taker(time: time, continuation: continuation), ticket: ticket)
        handOut()
      }
    } onCancel: {
      Task { await self.cancelTaker(ticket) }
    }
  }

  func nextNumber() -> UInt64 {
    lastNumber += 1
    return lastNumber
  }

  private func cancelTaker(_ ticket: UInt64) {
    takers.remove(ticket)?.continuation.resume(throwing: CancellationError())
  }

  private func cancelEnqueuer(_ ticket: UInt64) {
    enqueuers.remove(ticket)?.resume(throwing: CancellationError())
  }
}
