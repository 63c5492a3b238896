import SlotStats

/// Takes jobs from a queue, has a provider work them, and publishes what happens: `received`, `dispatched`,
/// `provider_responded`, then `succeeded`, `failed` with its reason, or `timeout`, each once for a job, whatever the
/// number of its attempts and of the workers that died over it.
///
/// A failed attempt that may be tried again gives the job back to the queue with a growing pause and publishes nothing.
/// At the time limit the provider is cancelled and not waited for. Limits are measured by the injected clock.
///
/// ``run()`` works until ``stop()``, which takes no more jobs, waits for those under way within the grace, and hands
/// back the rest; cancelling the task of ``run()`` hands them back at once. The library JobLifecycle makes it a service of
/// swift-service-lifecycle.
public actor QueueWorker {
  enum Phase { case ready, taking, stopping, stopped }

  /// A job under way.
  struct Held: Sendable {
    let lease: JobLease
    let interruption = Interruption()
  }

  let queue: any JobQueue
  let service: JobService
  let provider: any JobProvider
  let settings: WorkerSettings
  let clock: JobClock
  let chance: @Sendable () -> Double

  private var phase = Phase.ready
  private var held: [UInt64: Held] = [:]
  private var taker: Task<Void, Never>?
  private var roomWaiter: CheckedContinuation<Void, Never>?
  private var endWaiter: CheckedContinuation<Void, Never>?
  var figures = WorkerReport()

  /// A worker that has not begun.
  /// - Parameters:
  ///   - queue: where it takes jobs from.
  ///   - service: where it publishes; of the same queue.
  ///   - provider: who does the work.
  ///   - settings: its limits.
  ///   - clock: measures limits and gives events their instants.
  ///   - chance: numbers from 0 to below 1 that shorten pauses.
  public init(
    queue: any JobQueue, service: JobService, provider: any JobProvider, settings: WorkerSettings = WorkerSettings(),
    clock: JobClock = JobClock(), chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.queue = queue
    self.service = service
    self.provider = provider
    self.settings = settings
    self.clock = clock
    self.chance = chance
  }

  /// What it has done so far.
  public var report: WorkerReport { figures }

  /// How many jobs are under way.
  public var heldCount: Int { held.count }

  /// Works until ``stop()``, the end of the queue, or the cancellation of the calling task. A worker runs once: later
  /// calls return at once.
  public func run() async {
    guard phase == .ready else { return }
    phase = .taking
    let taker = Task { await takeJobs() }
    self.taker = taker
    await withTaskCancellationHandler {
      await taker.value
      await waitForHeld()
    } onCancel: {
      Task { await self.abandon() }
    }
    phase = .stopped
  }

  /// Takes no more jobs; ``run()`` returns once those under way have ended or were handed back.
  public func stop() {
    guard phase == .ready || phase == .taking else { return }
    phase = phase == .ready ? .stopped : .stopping
    taker?.cancel()
    makeRoom()
  }

  /// Calls off a job that is under way here.
  /// - Returns: whether it is.
  @discardableResult
  public func cancel(_ jobID: Job.ID) -> Bool {
    guard let job = held.values.first(where: { $0.lease.job.id == jobID }) else { return false }
    job.interruption.raise(.calledOff)
    return true
  }

  private func takeJobs() async {
    var failedInARow = 0
    while phase == .taking {
      guard held.count < settings.concurrency else {
        await withCheckedContinuation { roomWaiter = $0 }
        continue
      }
      do {
        guard let lease = try await queue.take(for: settings.lease) else { break }
        failedInARow = 0
        begin(lease)
      } catch {
        // A stop cancels the taking; any other failure is the queue's, and passes or not.
        guard !Task.isCancelled, !(error is CancellationError) else { break }
        failedInARow += 1
        figures.queueFailures += 1
        let pause = Self.queuePauses.pause(after: failedInARow, chance: chance())
        guard (try? await clock.sleep(for: pause)) != nil else { break }
      }
    }
    if phase == .taking { phase = .stopping }
  }

  /// The pauses while the queue itself fails.
  private static let queuePauses = RetryPolicy(firstPause: .milliseconds(100), longestPause: .seconds(10))

  private func begin(_ lease: JobLease) {
    let job = Held(lease: lease)
    // A job that came in the very moment of a stop goes back.
    if phase != .taking { job.interruption.raise(.handBack) }
    held[lease.token] = job
    Task {
      await work(job)
      held[lease.token] = nil
      makeRoom()
      if held.isEmpty {
        endWaiter?.resume()
        endWaiter = nil
      }
    }
  }

  private func makeRoom() {
    roomWaiter?.resume()
    roomWaiter = nil
  }

  private func waitForHeld() async {
    guard !held.isEmpty else { return }
    let due = clock.now + settings.grace
    let timer = Task {
      try await clock.sleep(until: due)
      interruptAll()
    }
    await withCheckedContinuation { endWaiter = $0 }
    timer.cancel()
  }

  private func abandon() {
    stop()
    interruptAll()
  }

  private func interruptAll() {
    for job in held.values { job.interruption.raise(.handBack) }
  }
}
