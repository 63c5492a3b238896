import GRDB
import JobPipeline
import SlotStats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension SQLiteJobQueue {
  /// Appends to the log; nothing of it where the lease is lost.
  public func appendProcessingLogs(_ logs: [ProcessingLog], under lease: JobLease?) async throws -> Int {
    try await change { [maxUnconfirmedLogs] db, now in
      if let lease { _ = try Self.held(lease, now, db) }
      return try Self.append(logs, maxUnconfirmedLogs, db)
    }
  }

  /// The oldest entries of the log that nobody has confirmed.
  public func unconfirmedProcessingLogs(limit: Int) async throws -> [ProcessingLog] {
    try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM logs WHERE confirmed = 0 ORDER BY number LIMIT ?", arguments: [max(limit, 0)]
      ).compactMap(Self.log)
    }
  }

  /// Forgets these entries of the log, but for what the next holder of a job must know.
  public func confirmProcessingLogs(_ ids: [ProcessingLog.ID]) async throws {
    guard !ids.isEmpty else { return }
    try await change { db, _ in
      for id in ids {
        try db.execute(
          sql: "DELETE FROM logs WHERE id = ? AND confirmed = 0 AND job NOT IN (SELECT id FROM jobs)",
          arguments: [id])
        try db.execute(sql: "UPDATE logs SET confirmed = 1 WHERE id = ? AND confirmed = 0", arguments: [id])
      }
    }
  }

  /// What the log holds of a job, oldest first.
  static func history(of job: Job.ID, _ db: Database) throws -> [ProcessingLog] {
    try Row.fetchAll(db, sql: "SELECT * FROM logs WHERE job = ? ORDER BY number", arguments: [job]).compactMap(log)
  }

  /// - Returns: how many there was no room for.
  static func append(_ logs: [ProcessingLog], _ maxUnconfirmed: Int, _ db: Database) throws -> Int {
    var unconfirmed = try Int.fetchOne(db, sql: "SELECT unconfirmed FROM queue") ?? 0
    var leftOut = 0
    for log in logs {
      let isHeld = try holds(log.jobID, db)
      if isHeld, try hasLogged(log, db) { continue }
      let hasRoom = unconfirmed < maxUnconfirmed
      if hasRoom { unconfirmed += 1 } else { leftOut += 1 }
      // Without room it is still history, which the job bounds.
      if hasRoom || isHeld { try insert(log, isConfirmed: !hasRoom, db) }
    }
    return leftOut
  }

  private static func hasLogged(_ log: ProcessingLog, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM logs WHERE id = ? AND job = ?)", arguments: [log.id, log.jobID]) ?? false
  }

  private static func insert(_ log: ProcessingLog, isConfirmed: Bool, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO logs (id, job, slot, status, occurred_at, message, failure_reason, latency_ms, confirmed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        log.id, log.jobID, log.slotID, log.status.rawValue, log.occurredAt.timeIntervalSinceReferenceDate, log.message,
        log.failureReason?.rawValue, log.providerLatencyMilliseconds, isConfirmed,
      ])
  }

  private static func log(_ row: Row) -> ProcessingLog? {
    guard let status = ProcessingLog.Status(rawValue: row["status"]) else { return nil }
    let reason: String? = row["failure_reason"]
    return ProcessingLog(
      id: row["id"], jobID: row["job"], slotID: row["slot"], status: status,
      occurredAt: Date(timeIntervalSinceReferenceDate: row["occurred_at"]), message: row["message"],
      failureReason: reason.map(ProcessingLog.FailureReason.init(rawValue:)),
      providerLatencyMilliseconds: row["latency_ms"])
  }
}
