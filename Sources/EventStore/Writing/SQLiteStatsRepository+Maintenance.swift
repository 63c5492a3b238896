import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats
import Synchronization

/// How far the removal of old jobs has come.
struct JobSweep: Sendable {
  /// The day it is for, counted from 1970.
  var day: Int64
  /// The last job that was looked at; `nil` before the first.
  var job: Data?
  var isDone = false
}

extension SQLiteStatsRepository {
  /// How many rows one step of the maintenance looks at.
  private static let rowsPerStep = 5_000

  /// Removes a bounded piece of what is no longer kept: raw events, minutes and hours, heartbeats, and what is known of
  /// old jobs, whose events are refused from then on. Never changes a count of a day or week.
  /// - Returns: whether more is left to do; call it again, with other work in between.
  package func performMaintenance() async throws -> Bool {
    let today = day(of: settings.now())
    do {
      if try await removeLogs(before: today - Int64(settings.rawLogDays)) { return true }
      try await removeBuckets()
      if try await removeJobs(today: today) { return true }
      try await emptyWAL()
      return false
    } catch {
      throw StoreError.translated(error, .write, name: name)
    }
  }

  private func removeLogs(before day: Int64) async throws -> Bool {
    try await write { db in
      // The mark of the last day before the kept ones stays until its events are gone.
      let kept = try Int64.fetchOne(db, sql: "SELECT min(first) FROM log_days WHERE day >= ?", arguments: [day])
      try db.execute(
        sql: """
          DELETE FROM logs WHERE number IN (SELECT number FROM logs WHERE number < ? ORDER BY number LIMIT ?)
          """, arguments: [kept ?? .max, Self.rowsPerStep])
      if db.changesCount == Self.rowsPerStep { return true }
      try db.execute(sql: "DELETE FROM log_days WHERE day < ?", arguments: [day])
      return false
    }
  }

  private func removeBuckets() async throws {
    let now = settings.now()
    try await write { [settings] db in
      var horizon = try RollupHorizon(db)
      try horizon.advance(to: now, settings, db)
      for window in StatsWindow.allCases where horizon[window] > .min {
        let layout = window.layout
        let block = layout.place(ofBucket: layout.bucket(containing: horizon[window])).block
        try db.execute(
          sql: "DELETE FROM rollups WHERE width = ? AND block < ?", arguments: [layout.number, block])
      }
      guard let longest = StatsWindow.allCases.compactMap(\.facts.keptSeconds).max() else { return }
      try Heartbeats.remove(before: Int64(now.timeIntervalSince1970.rounded(.down) - longest), db)
    }
  }

  private func removeJobs(today: Int64) async throws -> Bool {
    var sweep = sweep.withLock { $0 } ?? JobSweep(day: .min)
    if sweep.day != today { sweep = JobSweep(day: today) }
    if sweep.isDone { return false }
    let horizon = (today - Int64(settings.keptDays)) * 86_400
    sweep = try await write { [sweep] db in try Self.removeJobs(sweep, before: horizon, db) }
    self.sweep.withLock { [sweep] in $0 = sweep }
    return !sweep.isDone
  }

  private static func removeJobs(_ sweep: JobSweep, before horizon: Int64, _ db: Database) throws -> JobSweep {
    var sweep = sweep
    // Refused from now on, so that a job of which nothing is known any more cannot count twice.
    try db.execute(sql: "UPDATE store SET jobs_from = max(jobs_from, ?)", arguments: [horizon])
    let from = sweep.job ?? Data()
    let last = try Data.fetchOne(
      db, sql: "SELECT job FROM jobs WHERE job > ? ORDER BY job LIMIT 1 OFFSET ?", arguments: [from, rowsPerStep])
    let range = last == nil ? "job > ?" : "job > ? AND job <= ?"
    let arguments = StatementArguments([from] + (last.map { [$0] } ?? []))
    try db.execute(
      sql: """
        DELETE FROM job_events WHERE job IN (SELECT job FROM jobs WHERE \(range) AND last_at < \(horizon)
          AND length(events) >= \(JobState.rowIDs * 16))
        """, arguments: arguments)
    try db.execute(sql: "DELETE FROM jobs WHERE \(range) AND last_at < \(horizon)", arguments: arguments)
    sweep.job = last
    sweep.isDone = last == nil
    return sweep
  }

  /// Empties the write-ahead log where it has grown past its limit, which a long reader can cause.
  func emptyLargeWAL() async throws {
    guard let path else { return }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
    guard let size = attributes?[.size] as? Int, size > settings.maxWALBytes else { return }
    try await emptyWAL()
  }

  private func emptyWAL() async throws {
    guard path != nil else { return }
    // Into the files of the path, or into none.
    try checkFiles()
    do {
      try await database.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED {
      // A reader is in the way; the next one finds it gone.
    }
  }
}
