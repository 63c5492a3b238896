import GRDB
import JobPipeline
import SlotStats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension SQLiteJobQueue {
  /// Adds a job, and waits while the queue is full.
  public func enqueue(_ job: Job, logs: [ProcessingLog]) async throws {
    while true {
      let seen = await signal.count
      let due = clock.now + pollInterval
      if try await offer(job, logs: logs) { return }
      await signal.wait(since: seen, until: due, clock: clock)
      try Task.checkCancellation()
    }
  }

  /// Adds a job, unless the queue is full.
  public func offer(_ job: Job, logs: [ProcessingLog]) async throws -> Bool {
    if await signal.isClosed { throw JobQueueError.closed }
    // A full queue is asked often, and by those whom a change would wake again.
    guard try await hasRoom(for: job.id) else { return false }
    return try await change { [capacity, maxUnconfirmedLogs] db, now in
      if try Self.holds(job.id, db) { return true }
      guard try Int.fetchOne(db, sql: "SELECT jobs FROM queue") ?? 0 < capacity else { return false }
      try db.execute(
        sql: """
          INSERT INTO jobs (id, slot, received_at, payload, time_limit, attempt, deliveries, called_off, due)
          VALUES (?, ?, ?, ?, ?, 1, 0, 0, ?)
          """,
        arguments: [
          job.id, job.slotID, job.receivedAt.timeIntervalSinceReferenceDate, job.payload,
          job.timeLimit.map(QueueTime.microseconds), now,
        ])
      _ = try Self.append(logs, maxUnconfirmedLogs, db)
      return true
    }
  }

  private func hasRoom(for job: Job.ID) async throws -> Bool {
    try await read { [capacity] db in
      let count = try Int.fetchOne(db, sql: "SELECT jobs FROM queue") ?? 0
      return try count < capacity || Self.holds(job, db)
    }
  }

  /// Waits for a job and hands it out.
  public func take(for time: Duration) async throws -> JobLease? {
    while true {
      try Task.checkCancellation()
      if await signal.isClosed { return nil }
      let seen = await signal.count
      // Read before the time of day, so that nobody sleeps past what falls due meanwhile.
      let start = clock.now
      let next = try await nextDue()
      if next.isDue, let lease = try await takeNow(for: time) { return lease }
      let pause = next.isDue ? .zero : min(next.pause ?? pollInterval, pollInterval)
      await signal.wait(since: seen, until: start + max(pause, .milliseconds(1)), clock: clock)
    }
  }

  /// Whether a job is due, else when the next one is.
  private func nextDue() async throws -> (isDue: Bool, pause: Duration?) {
    try await read { [clock] db in
      let now = try QueueTime.now(db, clock.wallTime)
      guard let due = try Int64.fetchOne(db, sql: "SELECT min(due) FROM jobs") else { return (false, nil) }
      return due <= now ? (true, nil) : (false, .microseconds(due - now))
    }
  }

  private func takeNow(for time: Duration) async throws -> JobLease? {
    // Nobody waits for what this changes: no signal is given.
    try await write { [clock] db in
      let now = try QueueTime.now(db, clock.wallTime)
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT * FROM jobs WHERE due <= ? ORDER BY due, number LIMIT 1", arguments: [now])
      else { return nil }
      try db.execute(
        sql: "UPDATE queue SET last_token = last_token + 1, time = max(time, ?)", arguments: [now])
      let token = try Int64.fetchOne(db, sql: "SELECT last_token FROM queue") ?? 0
      let number: Int64 = row["number"]
      try db.execute(
        sql: "UPDATE jobs SET token = ?, deliveries = deliveries + 1, due = ? WHERE number = ?",
        arguments: [token, now + max(QueueTime.microseconds(time), 1), number])
      let job = Self.job(row)
      let deliveries: Int = row["deliveries"]
      return JobLease(
        job: job, token: UInt64(token), deliveries: deliveries + 1, isCalledOff: row["called_off"],
        history: try Self.history(of: job.id, db))
    }
  }

  private static func job(_ row: Row) -> Job {
    let limit: Int64? = row["time_limit"]
    return Job(
      id: row["id"], slotID: row["slot"], receivedAt: Date(timeIntervalSinceReferenceDate: row["received_at"]),
      payload: row["payload"], timeLimit: limit.map { .microseconds($0) }
    ).atAttempt(row["attempt"])
  }

  /// Makes a lease end `time` from now, and says whether the job was called off.
  public func extend(_ lease: JobLease, for time: Duration) async throws -> Bool {
    try await change { db, now in
      let number = try Self.held(lease, now, db)
      try db.execute(
        sql: "UPDATE jobs SET due = ? WHERE number = ?",
        arguments: [now + max(QueueTime.microseconds(time), 1), number])
      return try Bool.fetchOne(db, sql: "SELECT called_off FROM jobs WHERE number = ?", arguments: [number]) ?? false
    }
  }

  /// Forgets the job; of its log stays what nobody has confirmed.
  public func complete(_ lease: JobLease) async throws {
    try await change { db, now in
      let number = try Self.held(lease, now, db)
      try db.execute(sql: "DELETE FROM jobs WHERE number = ?", arguments: [number])
      try db.execute(sql: "DELETE FROM logs WHERE job = ? AND confirmed = 1", arguments: [lease.job.id])
    }
  }

  /// Hands the job out again after `pause`, as the next attempt; one that was called off waits for nothing.
  public func retry(_ lease: JobLease, after pause: Duration) async throws {
    try await change { db, now in
      let number = try Self.held(lease, now, db)
      try db.execute(
        sql: """
          UPDATE jobs SET token = NULL, attempt = attempt + 1, due = ? + CASE called_off WHEN 0 THEN ? ELSE 0 END
          WHERE number = ?
          """, arguments: [now, max(QueueTime.microseconds(pause), 0), number])
    }
  }

  /// Hands the job out again, before all others, as the same attempt.
  public func handBack(_ lease: JobLease) async throws {
    try await change { db, now in
      let number = try Self.held(lease, now, db)
      try db.execute(
        sql: "UPDATE jobs SET token = NULL, due = min(0, (SELECT min(due) FROM jobs)) - 1 WHERE number = ?",
        arguments: [number])
    }
  }

  /// Calls a job off, and says whether the queue holds it.
  public func cancel(_ jobID: Job.ID) async throws -> Bool {
    try await change { db, now in
      try db.execute(sql: "UPDATE jobs SET called_off = 1 WHERE id = ?", arguments: [jobID])
      guard db.changesCount > 0 else { return false }
      try db.execute(
        sql: "UPDATE jobs SET due = min(due, ?) WHERE id = ? AND token IS NULL", arguments: [now, jobID])
      return true
    }
  }

  static func holds(_ job: Job.ID, _ db: Database) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ?)", arguments: [job]) ?? false
  }

  /// The number of the job of a lease that is still good.
  static func held(_ lease: JobLease, _ now: Int64, _ db: Database) throws -> Int64 {
    let number = try Int64.fetchOne(
      db, sql: "SELECT number FROM jobs WHERE id = ? AND token = ? AND due > ?",
      arguments: [lease.job.id, Int64(clamping: lease.token), now])
    guard let number else { throw JobQueueError.leaseLost }
    return number
  }
}
