import SlotStats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where jobs wait for workers, and the queue's own log of what happened to them.
///
/// A job is handed to one worker at a time, on a lease; a worker that dies lets the lease run out, and the job is
/// handed out again. The log is kept with the jobs: what a worker appended is there for the next one
/// (``JobLease/history``), and for the statistics until a ``JobService`` confirms it. One service relays a queue's log.
///
/// Time is the queue's own clock. Errors are ``JobQueueError`` or what the queue is kept in throws.
public protocol JobQueue: Sendable {
  /// Adds `job` with the first entries of its log, and waits while the queue is full. A job that the queue holds
  /// already is left as it is.
  /// - Throws: `CancellationError`, ``JobQueueError/closed``.
  func enqueue(_ job: Job, logs: [ProcessingLog]) async throws

  /// Adds `job` with the first entries of its log, without waiting.
  /// - Returns: `false` where the queue is full and does not hold the job; nothing has changed then.
  func offer(_ job: Job, logs: [ProcessingLog]) async throws -> Bool

  /// Waits for a job and hands it out until `time` has passed.
  /// - Returns: `nil` once the queue is closed.
  /// - Throws: `CancellationError`.
  func take(for time: Duration) async throws -> JobLease?

  /// Makes a lease end when `time` has passed from now.
  /// - Returns: whether the job was called off meanwhile.
  /// - Throws: ``JobQueueError/leaseLost``.
  func extend(_ lease: JobLease, for time: Duration) async throws -> Bool

  /// Ends a job: the queue forgets it. Its log stays until it is confirmed.
  /// - Throws: ``JobQueueError/leaseLost``.
  func complete(_ lease: JobLease) async throws

  /// Gives a job back after a failed attempt, to be handed out again when `pause` has passed.
  /// - Throws: ``JobQueueError/leaseLost``.
  func retry(_ lease: JobLease, after pause: Duration) async throws

  /// Gives a job back untried: it is handed out again, before all others, and the attempt does not count.
  /// - Throws: ``JobQueueError/leaseLost``.
  func handBack(_ lease: JobLease) async throws

  /// Calls a job off: whoever holds it learns it when the lease is extended, or the next one when it is taken, which
  /// is at once.
  /// - Returns: whether the queue holds the job.
  func cancel(_ jobID: Job.ID) async throws -> Bool

  /// Appends to the log, in this order; an entry that a job's history has already is not appended again. The lease is
  /// the right to write for a job; without one, the entries are taken as they are.
  /// - Returns: how many entries were left out of the statistics for want of room.
  /// - Throws: ``JobQueueError/leaseLost``; nothing has been appended then.
  func appendProcessingLogs(_ logs: [ProcessingLog], under lease: JobLease?) async throws -> Int

  /// The oldest entries of the log that nobody has confirmed, at most `limit`.
  func unconfirmedProcessingLogs(limit: Int) async throws -> [ProcessingLog]

  /// Says that the statistics hold these entries, or never will.
  func confirmProcessingLogs(_ ids: [ProcessingLog.ID]) async throws
}

/// Why a queue does not do what it was asked for.
public enum JobQueueError: Error, Hashable, Sendable {
  /// The queue takes no more jobs.
  case closed
  /// The lease has run out, or the job has ended: somebody else may hold it.
  case leaseLost
}

/// The right to work on a job for a while.
public struct JobLease: Sendable {
  /// The job, at its present attempt.
  public let job: Job
  /// What tells this lease from every other of the queue.
  public let token: UInt64
  /// How often the job was handed out, this time included. More than its attempts where workers died or gave it back.
  public let deliveries: Int
  /// Whether the job was called off.
  public let isCalledOff: Bool
  /// What the log holds of this job, oldest first.
  public let history: [ProcessingLog]

  /// A lease: for queues.
  public init(job: Job, token: UInt64, deliveries: Int, isCalledOff: Bool, history: [ProcessingLog]) {
    self.job = job
    self.token = token
    self.deliveries = deliveries
    self.isCalledOff = isCalledOff
    self.history = history
  }
}
