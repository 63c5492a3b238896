import GRDB
import SQLiteFiles
import JobPipeline
import SlotStats
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A queue in an SQLite database: jobs, leases and the queue's log outlive the process, and what a method has done is
/// durable when it returns. Several processes may take from one file.
///
/// Leases and pauses are measured by the wall clock, which processes share; where it goes back, the queue's time stands
/// still until it has caught up. Those who wait see at once what this process did, and what others did within
/// `pollInterval`. It is bounded as ``InMemoryJobQueue`` is. Jobs are handed out in the order in which they came or
/// fell due, handed-back ones first.
///
/// Errors are ``JobQueueError``, and those of the database; `SQLITE_READONLY_DBMOVED` where the file was removed, renamed,
/// replaced or written over: whether that was done is not known then, and the queue has to be opened
/// again.
public final class SQLiteJobQueue: JobQueue {
  private let database: any DatabaseWriter
  private let files: OpenedDatabaseFiles?
  /// Whether the database was closed, since its files are not those of its path any more.
  private let isLetGo = Mutex(false)
  let capacity: Int
  let maxUnconfirmedLogs: Int
  let pollInterval: Duration
  let clock: JobClock
  let signal = QueueSignal()

  /// The queue in a file, which is made if it is missing.
  /// - Parameters:
  ///   - path: where the database is.
  ///   - capacity: how many jobs it holds, waiting and handed out together, from 1.
  ///   - maxUnconfirmedLogs: how many entries of its log wait for confirmation, from 1.
  ///   - pollInterval: how soon what other processes did is seen.
  ///   - clock: the time of day, and what waiting is measured by.
  /// - Returns: the queue with what the file held.
  /// - Throws: the database's error, also for a file that is another program's, which stays as it is.
  public static func open(
    _ path: String, capacity: Int = InMemoryJobQueue.defaultCapacity,
    maxUnconfirmedLogs: Int = InMemoryJobQueue.defaultMaxUnconfirmedLogs,
    pollInterval: Duration = .milliseconds(250), clock: JobClock = JobClock()
  ) throws -> SQLiteJobQueue {
    let before = FileIdentity(path: path)
    try QueueSchema.check(path)
    let files = OpenedDatabaseFiles(path: path, contentSQL: QueueSchema.content)
    let pool = try DatabasePool.opening(files.path, configuration(files))
    let queue = try SQLiteJobQueue(pool, files, capacity, maxUnconfirmedLogs, pollInterval, clock)
    // What tells the queue from others stands in its own file from now on, not in its log alone.
    pool.writeWithoutTransaction { db in _ = try? db.checkpoint(.passive) }
    do {
      try files.seal(since: before)
    } catch let loss as OpenedDatabaseFiles.Loss {
      throw QueueSchema.error(loss)
    }
    return queue
  }

  /// A queue in memory, which ends with this value.
  public static func inMemory(
    capacity: Int = InMemoryJobQueue.defaultCapacity,
    maxUnconfirmedLogs: Int = InMemoryJobQueue.defaultMaxUnconfirmedLogs, clock: JobClock = JobClock()
  ) throws -> SQLiteJobQueue {
    try SQLiteJobQueue(
      DatabaseQueue(configuration: configuration(nil)), nil, capacity, maxUnconfirmedLogs, .milliseconds(250), clock)
  }

  private init(
    _ database: any DatabaseWriter, _ files: OpenedDatabaseFiles?, _ capacity: Int, _ maxUnconfirmedLogs: Int,
    _ pollInterval: Duration, _ clock: JobClock
  ) throws {
    self.database = database
    self.files = files
    self.capacity = max(1, capacity)
    self.maxUnconfirmedLogs = max(1, maxUnconfirmedLogs)
    self.pollInterval = max(pollInterval, .milliseconds(1))
    self.clock = clock
    try QueueSchema.prepare(database)
  }

  deinit {
    if let files, (try? files.check()) == nil { letGo(of: files) }
  }

  /// Closes a database whose files are not those of its path any more, and waits until somebody else has: whoever opens
  /// what is there now must not find their log beside it.
  private func letGo(of files: OpenedDatabaseFiles) {
    isLetGo.withLock { isLetGo in
      guard !isLetGo else { return }
      isLetGo = true
      files.abandon(database)
    }
  }

  private static func configuration(_ files: OpenedDatabaseFiles?) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.label = "job queue"
    configuration.prepareDatabase { db in
      // A connection that is made later is to be one to the same file.
      try files?.check()
      try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
    }
    return configuration
  }

  /// How many jobs it holds, waiting and handed out together.
  public var count: Int {
    get async throws { try await read { try Int.fetchOne($0, sql: "SELECT jobs FROM queue") ?? 0 } }
  }

  /// How many jobs are handed out.
  public var leasedCount: Int {
    get async throws {
      try await read { [clock] db in
        let now = try QueueTime.now(db, clock.wallTime)
        return try Int.fetchOne(
          db, sql: "SELECT count(*) FROM jobs WHERE token IS NOT NULL AND due > ?", arguments: [now]) ?? 0
      }
    }
  }

  /// How many entries of the log nobody has confirmed.
  public var unconfirmedCount: Int {
    get async throws { try await read { try Int.fetchOne($0, sql: "SELECT unconfirmed FROM queue") ?? 0 } }
  }

  /// Takes no more jobs through this value and hands out none: whoever waits is let go. What is handed out can still be
  /// ended, and other processes go on.
  public func close() async { await signal.close() }

  /// Changes the database in one transaction at the queue's present time, and lets those who wait look again.
  func change<Value: Sendable>(
    _ body: @escaping @Sendable (_ db: Database, _ now: Int64) throws -> Value
  ) async throws -> Value {
    let value = try await write { [clock] db in
      let now = try QueueTime.now(db, clock.wallTime)
      try db.execute(sql: "UPDATE queue SET time = ? WHERE time < ?", arguments: [now, now])
      return try body(db, now)
    }
    await signal.give()
    return value
  }
}

extension SQLiteJobQueue {
  /// Reads in one transaction.
  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await watched { try await database.read(body) }
  }

  /// Writes in one transaction; when it returns, what was written is durable in the files of the queue's path.
  func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await watched { try await database.write(body) }
  }

  /// Does something between two looks at the files.
  private func watched<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      try files?.check()
      let value = try await body()
      try files?.check()
      return value
    } catch {
      guard let files, let loss = files.loss else { throw error }
      letGo(of: files)
      throw QueueSchema.error(loss)
    }
  }
}

/// The queue's time: whole microseconds since 1970 that never go back.
enum QueueTime {
  static func now(_ db: Database, _ wall: Date) throws -> Int64 {
    let last = try Int64.fetchOne(db, sql: "SELECT time FROM queue") ?? 0
    return max(last, microseconds(.seconds(wall.timeIntervalSince1970)))
  }

  /// A time span, as far as a file can hold it.
  static func microseconds(_ duration: Duration) -> Int64 {
    let value = (duration / .microseconds(1)).rounded()
    return Int64(min(max(value, -9e18), 9e18))
  }
}
