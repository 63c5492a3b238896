import Foundation
import JobPipeline
import SlotStats
import Synchronization

/// A store that keeps each event once, fails when it is told to, and counts as the rule says: the first `received` of a
/// job and its first outcome, first by instant and id.
package final class EventBook: Sendable {
  /// What it fails with.
  package struct Refusal: Error {
    /// A failure.
    package init() {}
  }

  private struct State {
    var logs: [ProcessingLog] = []
    var ids: Set<UUID> = []
    var repeated = 0
    var failures: [(error: any Error, keepsFirst: Int)] = []
    var isDown = false
    var calls = 0
  }

  private let state = Mutex(State())
  private let bell = Bell()

  /// An empty book.
  package init() {}

  /// Waits, while time stands still, until `condition` holds; it is asked again after each call of the book.
  package func wait(until condition: (EventBook) -> Bool) async { await bell.wait(until: { condition(self) }) }

  /// The events that it has, as they came.
  package var logs: [ProcessingLog] { state.withLock { $0.logs } }
  /// How many events were given that it had already.
  package var repeated: Int { state.withLock { $0.repeated } }
  /// How often it was given events.
  package var calls: Int { state.withLock { $0.calls } }

  /// What it was told of a job, in order.
  package func statuses(of job: Job) -> [ProcessingLog.Status] { logs.filter { $0.jobID == job.id }.map(\.status) }

  /// Lets the next call fail after it has kept the first ones.
  package func failNext(with error: any Error = Refusal(), keepingFirst count: Int = 0) {
    state.withLock { $0.failures.append((error, count)) }
  }

  /// Lets all calls fail from now on, or none.
  package func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

  /// Takes events in.
  /// - Throws: what it was told to fail with.
  package func record(_ logs: [ProcessingLog]) throws {
    defer { bell.ring() }
    try state.withLock { state in
      state.calls += 1
      if state.isDown { throw Refusal() }
      let failure = state.failures.isEmpty ? nil : state.failures.removeFirst()
      for log in failure.map({ logs.prefix($0.keepsFirst) }) ?? logs[...] {
        if state.ids.insert(log.id).inserted { state.logs.append(log) } else { state.repeated += 1 }
      }
      if let failure { throw failure.error }
    }
  }

  /// What its events count.
  package var counters: [Slot.ID: StatsCounters] { count(logs) }
}

private struct JobEvents {
  var received: ProcessingLog?
  var outcome: ProcessingLog?
}

/// What events count, by job.
package func count(_ logs: some Sequence<ProcessingLog>) -> [Slot.ID: StatsCounters] {
  func earlier(_ left: ProcessingLog?, _ right: ProcessingLog) -> ProcessingLog {
    guard let left else { return right }
    return (left.occurredAt, left.id.uuidString) <= (right.occurredAt, right.id.uuidString) ? left : right
  }
  var jobs: [UUID: JobEvents] = [:]
  for log in logs {
    switch log.status {
    case .received: jobs[log.jobID, default: JobEvents()].received = earlier(jobs[log.jobID]?.received, log)
    case .dispatched, .providerResponded: break
    case .timeout, .failed, .succeeded:
      jobs[log.jobID, default: JobEvents()].outcome = earlier(jobs[log.jobID]?.outcome, log)
    }
  }
  var counters: [Slot.ID: StatsCounters] = [:]
  for job in jobs.values {
    if let received = job.received { counters[received.slotID, default: .zero].ingestCount += 1 }
    guard let outcome = job.outcome else { continue }
    let path: WritableKeyPath<StatsCounters, Int> =
      switch (outcome.status, outcome.failureReason) {
      case (.succeeded, _): \.success
      case (.timeout, _), (_, .timeout): \.timeouts
      case (_, .providerError): \.providerErrors
      case (_, .cancelled): \.cancelled
      default: \.errors
      }
    counters[outcome.slotID, default: .zero][keyPath: path] += 1
  }
  return counters
}
