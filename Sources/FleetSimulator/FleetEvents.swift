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
    let scaled = plan.latency * fleet.settings.latencyScale
    let latency = plan.outcome == .timeout ? fleet.patience : scaled
    let end = job.receivedAt.addingTimeInterval(latency / .seconds(1))
    append(ProcessingLog(.received, of: job, at: job.receivedAt))
    append(ProcessingLog(.dispatched, of: job, at: job.receivedAt))
    switch plan.outcome {
    case .success, .workerError:
      append(ProcessingLog(.providerResponded, of: job, at: end, latency: scaled))
    case .timeout, .providerError, .cancelled: break
    }
    append(outcome(plan.outcome, of: job, at: end))
  }

  private func outcome(_ outcome: SimulatedPlan.Outcome, of job: Job, at end: Date) -> ProcessingLog {
    let message = fleet.message(of: outcome, at: job.slotID)
    func failed(_ reason: ProcessingLog.FailureReason) -> ProcessingLog {
      ProcessingLog(.failed, of: job, at: end, message: message, failureReason: reason)
    }
    return switch outcome {
    case .success: ProcessingLog(.succeeded, of: job, at: end)
    case .timeout: ProcessingLog(.timeout, of: job, at: end, message: message)
    case .providerError: failed(.providerError)
    case .cancelled: failed(.cancelled)
    case .workerError: failed(.resultRefused)
    }
  }

  private mutating func append(_ log: ProcessingLog) {
    waiting.insert(log, due: .seconds(log.occurredAt.timeIntervalSince(origin)))
  }
}

extension SimulatedFleet {
  /// The failures of the jobs that came in within the `seconds` before `end` and had ended by then: what is said of them.
  package func pastFailures(endingAt end: Date, seconds: Int) -> [ProcessingLog] {
    let start = end.addingTimeInterval(-Double(seconds))
    var events = FleetEvents(self, from: start)
    var failures: [ProcessingLog] = []
    for second in 0..<max(seconds, 0) {
      events.take(until: start.addingTimeInterval(Double(second + 1))) { log in
        if log.status == .failed || log.status == .timeout { failures.append(log) }
      }
    }
    return failures
  }
}
