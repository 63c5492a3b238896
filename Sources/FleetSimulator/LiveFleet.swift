import FoundationEssentials
import JobPipeline
import SlotStats

/// The simulated fleet at work: jobs come in by the time of day, real workers work them, and what happens goes to a
/// store.
///
/// It holds at most as many jobs and events as the queue has room for. Jobs that find no room, or come while the store
/// is far behind, are turned away and counted; at a standstill of the process the jobs of that time are left out.
package actor LiveFleet {
  /// What has happened so far.
  package struct Report: Sendable {
    /// Jobs that came in.
    package var submitted = 0
    /// Jobs that were turned away.
    package var turnedAway = 0
    /// What the worker did.
    package var worker = WorkerReport()
    /// What became of the events.
    package var delivery = DeliveryReport()
  }

  private let fleet: SimulatedFleet
  private let queue: InMemoryJobQueue
  private let service: JobService
  private let worker: QueueWorker
  private let clock: JobClock
  private let headStart: Int
  private var figures = Report()
  private var source: Task<Void, Never>?
  private var isStopped = false
  /// The latest tick whose jobs came in. None comes in twice: a job counts once, and after a step back of the clock
  /// nothing would count at all.
  private var latestTick = Int.min
  /// Whether ``run()`` is under way.
  package private(set) var isRunning = false

  /// A fleet that has not begun.
  /// - Parameters:
  ///   - fleet: what jobs come in, and how they end.
  ///   - clock: measures time, and says the time of day.
  ///   - gatherTime: how long events are gathered before they are stored together.
  ///   - headStart: how many ticks before the start jobs have come in already.
  ///   - tell: is called with what a person should know.
  ///   - record: stores events, all of them when it returns.
  package init(
    _ fleet: SimulatedFleet, clock: JobClock = JobClock(), gatherTime: Duration = .milliseconds(50),
    headStart: Int = 0, tell: @escaping @Sendable (DeliveryTrouble) -> Void = { _ in },
    record: @escaping @Sendable ([ProcessingLog]) async throws -> Void
  ) {
    self.fleet = fleet
    self.clock = clock
    self.headStart = max(headStart, 0)
    queue = InMemoryJobQueue(clock: clock)
    service = JobService(
      queue: queue, settings: DeliverySettings(batchSize: 1_024, gatherTime: gatherTime), clock: clock, tell: tell,
      record: record)
    worker = QueueWorker(
      queue: queue, service: service, provider: SimulatedProvider(fleet, clock: clock),
      settings: WorkerSettings(
        concurrency: fleet.concurrency, timeLimit: fleet.timeLimit,
        retry: RetryPolicy(firstPause: .seconds(1) * fleet.settings.latencyScale), grace: .zero),
      clock: clock)
  }

  /// What has happened so far.
  package var report: Report {
    get async {
      var report = figures
      report.worker = await worker.report
      report.delivery = await service.report
      return report
    }
  }

  /// Works until ``stop()`` or the cancellation of the calling task; then what happened is stored, within a second.
  package func run() async {
    guard source == nil, !isStopped else { return }
    isRunning = true
    defer { isRunning = false }
    let source = Task { await bringJobs() }
    self.source = source
    await withTaskCancellationHandler {
      await worker.run()
    } onCancel: {
      source.cancel()
    }
    source.cancel()
    _ = await service.flush(within: .seconds(1))
    await service.stop()
    await queue.close()
  }

  /// Ends it: jobs under way are dropped.
  package func stop() async {
    isStopped = true
    source?.cancel()
    await worker.stop()
  }

  private func bringJobs() async {
    var next = SimulatedFleet.tick(at: clock.wallTime)
    for tick in next - headStart..<next { await bring(jobs(inTick: tick)) }
    while !Task.isCancelled {
      let current = SimulatedFleet.tick(at: clock.wallTime)
      // A clock that jumped, or a process that stood still: the time between is left out.
      if abs(current - next) > Self.maxTicksBehind { next = current }
      while next <= current {
        await bring(jobs(inTick: next))
        next += 1
      }
      let rest = SimulatedFleet.start(ofTick: next).timeIntervalSince(clock.wallTime)
      let pause = min(max(rest, 0.001), 1 / Double(SimulatedFleet.ticksPerSecond))
      guard (try? await clock.sleep(for: .seconds(pause))) != nil else { return }
    }
  }

  private static let maxTicksBehind = 20

  /// The jobs of a tick, or, where its own have come in already, of the next one that has not been, told as of this one.
  private func jobs(inTick tick: Int) -> [Job] {
    let source = latestTick < tick ? tick : latestTick + 1
    latestTick = source
    let jobs = fleet.arrivals(inTick: source)
    guard source != tick else { return jobs }
    let instant = SimulatedFleet.start(ofTick: tick)
    return jobs.map { Job(id: $0.id, slotID: $0.slotID, receivedAt: instant) }
  }

  private func bring(_ jobs: [Job]) async {
    guard !jobs.isEmpty else { return }
    let isBehind = await queue.unconfirmedCount > InMemoryJobQueue.defaultMaxUnconfirmedLogs / 2
    for job in jobs {
      if !isBehind, (try? await service.offer(job)) == true {
        figures.submitted += 1
      } else {
        figures.turnedAway += 1
      }
    }
  }
}
