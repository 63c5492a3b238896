import FoundationEssentials
import JobPipeline
import SlotStats

/// What a simulated fleet would publish, without workers that do it: for rates that one process's workers do not reach.
///
/// Jobs come in and end as the fleet has planned, each event at its time, and an event's id follows from its job. It
/// holds the events of the jobs under way. At a standstill of the process of more than two seconds no jobs come in.
package struct FleetEvents: Sendable {
  private let fleet: SimulatedFleet
  private let origin: Date
  private var nextTick: Int
  private var waiting = DueTimes<ProcessingLog>()

  /// The events of the jobs that come in from `start` on.
  package init(_ fleet: SimulatedFleet, from start: Date) {
    self.fleet = fleet
    nextTick = SimulatedFleet.tick(at: start)
    origin = SimulatedFleet.start(ofTick: nextTick)
  }

  /// Hands out what has happened by `instant` and was not handed out before, in the order of time; more than two
  /// seconds after the last call, only what became of the jobs that were under way.
  package mutating func take(until instant: Date, _ body: (ProcessingLog) -> Void) {
    let last = SimulatedFleet.tick(at: instant)
    // The jobs of a whole night, made at once, would keep everything else waiting.
    if last - nextTick > Self.maxTicksBehind { nextTick = last }
    while nextTick <= last {
      for job in fleet.arrivals(inTick: nextTick) { add(job) }
      nextTick += 1
      // One tick after the other, so that little waits also after a long pause.
      handOut(until: min(instant, SimulatedFleet.start(ofTick: nextTick)), body)
    }
    handOut(until: instant, body)
  }

  private static let maxTicksBehind = 2 * SimulatedFleet.ticksPerSecond

  private mutating func handOut(until instant: Date, _ body: (ProcessingLog) -> Void) {
    let due = Duration.seconds(instant.timeIntervalSince(origin))
    while let first = waiting.first, first.due <= due {
      _ = waiting.removeFirst()
      body(first.element)
    }
  }

  private mutating func add(_ job: Job) {
    let plan = fleet.plan(of: job)
    let end = fleet.end(of: job, plan)
    append(ProcessingLog(.received, of: job, at: job.receivedAt))
    append(ProcessingLog(.dispatched, of: job, at: job.receivedAt))
    switch plan.outcome {
    case .success, .workerError:
      let latency = plan.latency * fleet.settings.latencyScale
      append(ProcessingLog(.providerResponded, of: job, at: end.occurredAt, latency: latency))
    case .timeout, .providerError, .cancelled: break
    }
    append(end)
  }

  private mutating func append(_ log: ProcessingLog) {
    waiting.insert(log, due: .seconds(log.occurredAt.timeIntervalSince(origin)))
  }
}

extension SimulatedFleet {
  /// The event that ends a job as it was planned.
  func end(of job: Job, _ plan: SimulatedPlan) -> ProcessingLog {
    let latency = plan.outcome == .timeout ? patience : plan.latency * settings.latencyScale
    let instant = job.receivedAt.addingTimeInterval(latency / .seconds(1))
    let message = message(of: plan.outcome, at: job.slotID)
    func failed(_ reason: ProcessingLog.FailureReason) -> ProcessingLog {
      ProcessingLog(.failed, of: job, at: instant, message: message, failureReason: reason)
    }
    return switch plan.outcome {
    case .success: ProcessingLog(.succeeded, of: job, at: instant)
    case .timeout: ProcessingLog(.timeout, of: job, at: instant, message: message)
    case .providerError: failed(.providerError)
    case .cancelled: failed(.cancelled)
    case .workerError: failed(.resultRefused)
    }
  }

  /// The failures of the jobs that came in within the `seconds` before `end` and had ended by then, in the order of time.
  package func pastFailures(endingAt end: Date, seconds: Int) -> [ProcessingLog] {
    let last = Self.tick(at: end)
    var failures: [ProcessingLog] = []
    for tick in last - max(seconds, 0) * Self.ticksPerSecond..<last {
      for job in arrivals(inTick: tick) {
        let plan = plan(of: job)
        if plan.outcome != .success { failures.append(self.end(of: job, plan)) }
      }
    }
    return failures.filter { $0.occurredAt < end }.sorted { $0.occurredAt < $1.occurredAt }
  }
}
