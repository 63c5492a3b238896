import JobPipeline
import JobPipelineTesting
import SlotStats

/// A queue that lets tests wait, without spinning, for what the calls of others make of it.
final class RingingQueue: InspectableQueue {
  private let base: any InspectableQueue
  private let bell = Bell()

  init(_ base: any InspectableQueue) { self.base = base }

  /// Lets those who wait look again.
  func ring() { bell.ring() }

  /// Waits, while time stands still, until `condition` holds; it is asked again after each call of the queue.
  func wait(until condition: () async throws -> Bool) async rethrows { try await bell.wait(until: condition) }

  private func ringing<Result>(_ work: () async throws -> Result) async rethrows -> Result {
    defer { ring() }
    return try await work()
  }

  var count: Int { get async throws { try await base.count } }
  var leasedCount: Int { get async throws { try await base.leasedCount } }
  var unconfirmedCount: Int { get async throws { try await base.unconfirmedCount } }

  func close() async { await ringing { await base.close() } }
  func enqueue(_ job: Job, logs: [ProcessingLog]) async throws {
    try await ringing { try await base.enqueue(job, logs: logs) }
  }
  func offer(_ job: Job, logs: [ProcessingLog]) async throws -> Bool {
    try await ringing { try await base.offer(job, logs: logs) }
  }
  func take(for time: Duration) async throws -> JobLease? { try await ringing { try await base.take(for: time) } }
  func extend(_ lease: JobLease, for time: Duration) async throws -> Bool {
    try await ringing { try await base.extend(lease, for: time) }
  }
  func complete(_ lease: JobLease) async throws { try await ringing { try await base.complete(lease) } }
  func retry(_ lease: JobLease, after pause: Duration) async throws {
    try await ringing { try await base.retry(lease, after: pause) }
  }
  func handBack(_ lease: JobLease) async throws { try await ringing { try await base.handBack(lease) } }
  func cancel(_ jobID: Job.ID) async throws -> Bool { try await ringing { try await base.cancel(jobID) } }
  func appendProcessingLogs(_ logs: [ProcessingLog], under lease: JobLease?) async throws -> Int {
    try await ringing { try await base.appendProcessingLogs(logs, under: lease) }
  }
  func unconfirmedProcessingLogs(limit: Int) async throws -> [ProcessingLog] {
    try await ringing { try await base.unconfirmedProcessingLogs(limit: limit) }
  }
  func confirmProcessingLogs(_ ids: [ProcessingLog.ID]) async throws {
    try await ringing { try await base.confirmProcessingLogs(ids) }
  }
}
