import FoundationEssentials
import JobPipeline
import SlotStats

/// The events of the past, made one job at a time; the same counts as the forms by buckets.
///
/// Events of one job follow each other; jobs come hour by hour and slot by slot, so that instants go back at most an
/// hour.
package struct PastLogs: Sequence, IteratorProtocol, Sendable {
  private let fleet: SimulatedFleet
  private let end: Date
  private var hour: Date
  private var place = -1
  private var left = StatsCounters.zero
  private var jobs = 0
  private var numbers: SeededNumbers
  private var events: ArraySlice<ProcessingLog> = []

  fileprivate init(_ fleet: SimulatedFleet, from start: Date, endingAt end: Date) {
    self.fleet = fleet
    self.end = end
    hour = start
    numbers = fleet.numbers(.pastJob, 0)
  }

  /// The next event, `nil` at the end.
  package mutating func next() -> ProcessingLog? {
    while events.isEmpty {
      while left.totalRuns == 0 {
        guard advance() else { return nil }
      }
      events = makeJob()[...]
    }
    return events.popFirst()
  }

  /// Goes to the next slot of the hour, or the first one of the next hour.
  private mutating func advance() -> Bool {
    place += 1
    if place == fleet.members.count {
      place = 0
      hour = hour.addingTimeInterval(3_600)
    }
    guard hour < end else { return false }
    left = fleet.pastCounters(of: place, hour: hour, endingAt: end)
    jobs = left.totalRuns
    numbers = fleet.numbers(.pastJob, UInt64(bitPattern: Int64(hour.timeIntervalSince1970 / 3_600)), UInt64(place))
    return true
  }

  private mutating func makeJob() -> [ProcessingLog] {
    let span = Swift.min(end.timeIntervalSince(hour), 3_600) - SimulatedFleet.longestJob
    let done = Double(jobs - left.totalRuns)
    // Whole milliseconds, which every document can hold.
    let offset = ((done + numbers.unit()) / Double(jobs) * span * 1_000).rounded(.down) / 1_000
    let member = fleet.members[place]
    let job = Job(
      id: UUID(high: numbers.next(), low: numbers.next()), slotID: member.slot.id,
      receivedAt: hour.addingTimeInterval(offset))
    let latency = fleet.latency(of: member.provider, &numbers)
    let status = takeOutcome()
    let dispatched = job.receivedAt.addingTimeInterval(0.01)
    let ended = dispatched.addingTimeInterval(status.end == .timeout ? 6 : latency / .seconds(1))
    var logs = [
      ProcessingLog(.received, of: job, at: job.receivedAt), ProcessingLog(.dispatched, of: job, at: dispatched),
    ]
    if status.isAnswered {
      logs.append(ProcessingLog(.providerResponded, of: job, at: ended, latency: latency))
    }
    logs.append(ProcessingLog(status.end, of: job, at: ended, failureReason: status.reason))
    return logs
  }

  private typealias Outcome = (end: ProcessingLog.Status, reason: ProcessingLog.FailureReason?, isAnswered: Bool)

  /// Draws one of the outcomes that are left in the hour.
  private mutating func takeOutcome() -> Outcome {
    var draw = Int.random(in: 0..<left.totalRuns, using: &numbers)
    let kinds: [(WritableKeyPath<StatsCounters, Int>, Outcome)] = [
      (\.timeouts, (.timeout, nil, false)), (\.providerErrors, (.failed, .providerError, false)),
      (\.cancelled, (.failed, .cancelled, false)), (\.errors, (.failed, .resultRefused, true)),
    ]
    for (path, outcome) in kinds {
      if draw < left[keyPath: path] {
        left[keyPath: path] -= 1
        return outcome
      }
      draw -= left[keyPath: path]
    }
    left.success -= 1
    return (.succeeded, nil, true)
  }
}

extension SimulatedFleet {
  /// The events of all jobs that were finished by `end`, from the first hour of the past on.
  package func pastLogs(endingAt end: Date, weeks: Int = pastWeeks) -> PastLogs {
    PastLogs(self, from: Self.pastStart(endingAt: end, weeks: weeks), endingAt: end)
  }
}
