import SlotStats

/// Takes jobs in, and tells the queue's log and the statistics what happens to them.
///
/// Events go to the queue's log first, which is where they are safe, and from there, in order, to the statistics. A
/// store that fails never fails a job: events wait in the log, within its bounds, and are tried again with growing
/// pauses. An event that was taken and whose confirmation was lost is given again with the same id, which a store
/// answers with "duplicate". Events that a store refuses for good, and those the log had no room for, are counted in
/// ``report`` and told.
public actor JobService {
  private let queue: any JobQueue
  private let sink: DeliverySink
  private let clock: JobClock
  private let settings: DeliverySettings
  private let tell: @Sendable (DeliveryTrouble) -> Void

  private var figures = DeliveryReport()
  private var relay: Task<Void, Never>?
  private var hasNews = false
  private var isStopped = false
  private var flushers: [UInt64: CheckedContinuation<Bool, Never>] = [:]
  private var lastTicket: UInt64 = 0

  /// A service that hands events on to `stats`, one by one.
  /// - Parameters:
  ///   - queue: where jobs wait; its log keeps the events until the statistics have them.
  ///   - stats: who is told of every event.
  ///   - settings: how events are handed on.
  ///   - clock: measures pauses.
  ///   - tell: is called with what a person should know, from any task.
  public init(
    queue: any JobQueue, stats: any StatsService, settings: DeliverySettings = DeliverySettings(),
    clock: JobClock = JobClock(), tell: @escaping @Sendable (DeliveryTrouble) -> Void = { _ in }
  ) {
    self.init(queue: queue, sink: DeliverySink(stats), settings: settings, clock: clock, tell: tell)
  }

  /// A service that hands events on in batches: all of a batch are kept when `record` returns, and it may have kept any
  /// of them when it throws.
  public init(
    queue: any JobQueue, settings: DeliverySettings = DeliverySettings(), clock: JobClock = JobClock(),
    tell: @escaping @Sendable (DeliveryTrouble) -> Void = { _ in },
    record: @escaping @Sendable ([ProcessingLog]) async throws -> Void
  ) {
    self.init(queue: queue, sink: DeliverySink(batches: record), settings: settings, clock: clock, tell: tell)
  }

  private init(
    queue: any JobQueue, sink: DeliverySink, settings: DeliverySettings, clock: JobClock,
    tell: @escaping @Sendable (DeliveryTrouble) -> Void
  ) {
    self.queue = queue
    self.sink = sink
    self.settings = settings
    self.clock = clock
    self.tell = tell
  }

  /// What became of the events so far.
  public var report: DeliveryReport { figures }

  /// Takes a job in and publishes `received`; waits while the queue is full.
  /// - Throws: what the queue throws; the job was not taken then.
  public func submit(_ job: Job) async throws {
    try await queue.enqueue(job, logs: [ProcessingLog(.received, of: job, at: job.receivedAt)])
    startRelay()
  }

  /// Takes a job in and publishes `received`, unless the queue is full.
  /// - Returns: whether the job was taken.
  public func offer(_ job: Job) async throws -> Bool {
    let isTaken = try await queue.offer(job, logs: [ProcessingLog(.received, of: job, at: job.receivedAt)])
    if isTaken { startRelay() }
    return isTaken
  }

  /// Appends events to the queue's log and sees to it that the statistics get them. The lease is the right to write for
  /// a job; without one, the events are taken as they are.
  /// - Throws: what the queue throws, ``JobQueueError/leaseLost`` among it; never what the statistics throw.
  public func appendProcessingLogs(_ logs: [ProcessingLog], under lease: JobLease? = nil) async throws {
    guard !logs.isEmpty else { return }
    let leftOut = try await queue.appendProcessingLogs(logs, under: lease)
    if leftOut > 0 {
      figures.leftOut += leftOut
      tell(.leftOut(leftOut))
    }
    startRelay()
  }

  /// Hands on what the log still holds: to be called once at start, where the queue outlives the process.
  public func resume() { startRelay() }

  /// Waits until the statistics have all events, or `limit` has passed.
  /// - Returns: whether they have.
  public func flush(within limit: Duration) async -> Bool {
    guard relay != nil else { return true }
    lastTicket += 1
    let ticket = lastTicket
    let due = clock.now + limit
    let timer = Task {
      try await clock.sleep(until: due)
      flushers.removeValue(forKey: ticket)?.resume(returning: false)
    }
    defer { timer.cancel() }
    return await withCheckedContinuation { flushers[ticket] = $0 }
  }

  /// Hands nothing on any more; what is under way is broken off, and the queue's log keeps it.
  public func stop() {
    isStopped = true
    relay?.cancel()
  }

  private func startRelay() {
    hasNews = true
    guard relay == nil, !isStopped else { return }
    relay = Task { await relayAll() }
  }

  private func relayAll() async {
    var isDone = false
    do {
      repeat {
        if settings.gatherTime > .zero { try await clock.sleep(for: settings.gatherTime) }
        hasNews = false
        try await relayUnconfirmed()
      } while hasNews
      isDone = true
    } catch {
      // Only a stop ends it early.
    }
    relay = nil
    for flusher in flushers.values { flusher.resume(returning: isDone) }
    flushers = [:]
  }

  private func relayUnconfirmed() async throws {
    var failedInARow = 0
    while true {
      try Task.checkCancellation()
      do {
        let logs = try await queue.unconfirmedProcessingLogs(limit: settings.batchSize)
        if logs.isEmpty { return }
        failedInARow = try await handOn(logs) ? 0 : failedInARow + 1
      } catch {
        try Task.checkCancellation()
        tell(.queueFailed(error))
        failedInARow += 1
      }
      guard failedInARow > 0 else { continue }
      // Alone on its way, it needs no chance in its pauses; without any pause it would spin.
      try await clock.sleep(for: max(settings.pauses.pause(after: failedInARow, chance: 0), .milliseconds(1)))
    }
  }

  /// - Returns: whether the statistics took or refused them all.
  private func handOn(_ logs: [ProcessingLog]) async throws -> Bool {
    var rest = logs[...]
    while !rest.isEmpty {
      let progress = await sink.deliver(rest)
      var settled = rest.prefix(progress.taken)
      figures.delivered += settled.count
      if !settled.isEmpty || progress.failure == nil { noteSuccess() }
      if let failure = progress.failure, failure.isRefusal, let refused = rest.dropFirst(progress.taken).first {
        settled = rest.prefix(progress.taken + 1)
        figures.refused += 1
        tell(.refused(refused, failure))
      }
      rest = rest.dropFirst(settled.count)
      try await queue.confirmProcessingLogs(settled.map(\.id))
      guard let failure = progress.failure, !failure.isRefusal else { continue }
      noteFailure(failure)
      return false
    }
    return true
  }

  private func noteSuccess() {
    if figures.isFailing { tell(.storeRecovered) }
    figures.isFailing = false
  }

  private func noteFailure(_ failure: any Error) {
    figures.failures += 1
    if !figures.isFailing { tell(.storeFailed(failure)) }
    figures.isFailing = true
  }
}
