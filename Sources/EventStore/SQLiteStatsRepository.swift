import FoundationEssentials
import GRDB
import SQLiteFiles
import SlotStats
import StatsFormats
import Synchronization

/// An event store in an SQLite database: raw events, what each job counts as, and counters by slot and bucket, all
/// changed in the same transaction.
///
/// Counting: per job and once, whatever is repeated or out of order. The first `received` is ingest, the first terminal
/// event decides the outcome; first is the least by instant, then by id, and one that arrives later moves the count
/// to its own slot and bucket. An event's id tells it from the others of its job.
///
/// A file has one pool of connections: one writes, others read what is committed. A memory database has one
/// connection. Errors are ``StatsSourceError``; a cancelled task stores nothing.
package final class SQLiteStatsRepository: EventLedger {
  /// The connections.
  let database: any DatabaseWriter
  /// What a person calls the store: its path.
  package let name: String
  /// Where its own file is, links followed; `nil` for a store in memory.
  let path: String?
  let settings: StoreSettings
  /// The keys of slots as the writer knows them.
  private let keys = Mutex(SlotKeys())
  /// The ids of slots as readers know them, by key.
  let ids = Mutex<[Slot.ID]>([])
  /// The job at which the removal of old jobs goes on.
  let sweep = Mutex<JobSweep?>(nil)
  /// What changed, as it was last asked for: who tells of a change, who lists slots and who reads ask the same.
  let lastChanges = Mutex<(since: Int64, changes: EventChanges)?>(nil)
  /// The first event of all slots, as of a change.
  let lastFirstEvent = Mutex<(change: Int64, second: Int64?)?>(nil)
  /// The last minute that this value left a heartbeat in.
  let heartbeat = Mutex<Int64?>(nil)
  /// Whether the store is known to have the tables of the present version.
  let isMigrated: Mutex<Bool>
  /// Whether the file is read as one that cannot change: whoever wants to see what others write opens it again.
  let isStill: Bool
  /// The files that are open; `nil` for a store in memory.
  private let files: OpenedDatabaseFiles?

  /// Opens the store in a file, which is made if it is missing, and brought to the present version if it is older. Read
  /// only, it is one that another process writes, and nothing is changed. `migrating` is called with how far the migration
  /// of an older store is, from 0 to 1, many times.
  /// - Throws: ``StatsSourceError``, also for a database that is no event store or a newer one. A migration that fails
  ///   leaves the store as it was.
  package static func open(
    _ path: String, readOnly: Bool = false, settings: StoreSettings,
    migrating: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws -> SQLiteStatsRepository {
    var action = StoreError.Action.open
    do {
      let before = FileIdentity(path: path)
      let version = try StoreSchema.check(path, mustExist: readOnly)
      let files = OpenedDatabaseFiles(path: path, contentSQL: readOnly ? nil : StoreSchema.content)
      let configuration = configuration(settings, readOnly: readOnly, files)
      if readOnly {
        let (database, isStill) = try reading(files.path, configuration)
        try files.seal(since: before)
        return SQLiteStatsRepository(
          database, name: path, files: files, settings: settings, isStill: isStill,
          isMigrated: version.map { $0 >= StoreSchema.version } ?? true)
      }
      let isOlder = version.map { (1..<StoreSchema.version).contains($0) } ?? false
      if isOlder { action = .migrate }
      let pool = try DatabasePool.opening(files.path, configuration)
      try StoreSchema.prepare(pool, settings) { share in
        if isOlder { migrating(share) }
      }
      // What tells the store from others stands in its own file from now on, not in its log alone.
      pool.writeWithoutTransaction { db in _ = try? db.checkpoint(.passive) }
      try files.seal(since: before)
      return SQLiteStatsRepository(pool, name: path, files: files, settings: settings)
    } catch {
      throw StoreError.translated(error, action, name: path)
    }
  }

  /// Opens a store in memory, which ends with this value.
  package static func inMemory(settings: StoreSettings) throws -> SQLiteStatsRepository {
    do {
      let queue = try DatabaseQueue(configuration: configuration(settings, readOnly: false, nil))
      try StoreSchema.prepare(queue, settings) { _ in }
      return SQLiteStatsRepository(queue, name: ":memory:", files: nil, settings: settings)
    } catch {
      throw StoreError.translated(error, .open, name: ":memory:")
    }
  }

  private init(
    _ database: any DatabaseWriter, name: String, files: OpenedDatabaseFiles?, settings: StoreSettings,
    isStill: Bool = false, isMigrated: Bool = true
  ) {
    self.database = database
    self.name = name
    self.files = files
    path = files?.path
    self.settings = settings
    self.isStill = isStill
    self.isMigrated = Mutex(isMigrated)
  }

  /// Connections that only read; one where the folder takes no file beside the database.
  private static func reading(
    _ path: String, _ configuration: Configuration
  ) throws -> (database: any DatabaseWriter, isStill: Bool) {
    do {
      return (try DatabasePool.opening(path, configuration), false)
    } catch {
      guard let still = DatabaseQueue.still(path, configuration, after: error) else { throw error }
      return (still, true)
    }
  }

  private static func configuration(
    _ settings: StoreSettings, readOnly: Bool, _ files: OpenedDatabaseFiles?
  ) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(settings.busyTimeout)
    configuration.label = "event store"
    configuration.prepareDatabase { db in
      // A connection that is made later is to be one to the same file.
      try files?.check()
      try db.execute(sql: "PRAGMA cache_size = -32000")
      guard !db.configuration.readonly else { return }
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864")
    }
    return configuration
  }

  /// What was noticed of the store's files: once it is anything, nothing more is read or stored here.
  package var loss: (any Error)? { files?.loss.map { StoreError.translated($0, .write, name: name) } }

  /// The same, before it is put into words.
  var noticedLoss: OpenedDatabaseFiles.Loss? { files?.loss }

  /// Looks what happened to the files, for whoever has nothing to read or store meanwhile.
  package func lookForLoss() -> (any Error)? {
    try? checkFiles()
    return loss
  }

  /// Whether they still are.
  var isThere: Bool { (try? checkFiles()) != nil }

  /// Looks whether the files of the store's path are still the ones that are open.
  func checkFiles() throws { try files?.check() }

  /// Changes the store in one transaction; when it returns, the change is durable in the files of the store's path.
  func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    do {
      try checkFiles()
      let value = try await database.write(body)
      // Whoever removed or replaced them meanwhile has not got it.
      try checkFiles()
      return value
    } catch {
      throw StoreError.translated(noticedLoss ?? error, .write, name: name)
    }
  }

  /// Closes the connections of a store whose files are not those of its path any more.
  /// - Returns: what became of them, and of what their file did not get.
  func abandon() -> (any Error)? {
    guard let files, let loss = files.loss else { return nil }
    return StoreError.translated(loss, .write, name: name, logAside: files.abandon(database))
  }

  /// Closes the connections; what comes later fails. Files that took the place of those that are open stay as they are.
  package func close() throws {
    try? files?.check()
    if loss != nil {
      _ = abandon()
      return
    }
    do {
      // Readers first: only a writer that is the last one empties the write-ahead log and removes it.
      (database as? DatabasePool)?.invalidateReadOnlyConnections()
      try database.close()
    } catch {
      throw StoreError.translated(error, .write, name: name)
    }
  }

  /// Stores a batch in one transaction; when it returns, accepted and duplicate events are durable.
  ///
  /// Ages are the reader's business (``ProcessingLogReader``); only what is older than anything known of jobs is
  /// refused here. The position, where the input of the batch goes on, is kept in the same transaction.
  package func append(_ batch: EventBatch, position: InputPosition?) async throws -> StoredBatch {
    let day = settings.rawLogDays > 0 ? day(of: settings.now()) : nil
    do {
      let receipt = try await write { [self] db in
        try keys.withLock { keys in
          do {
            var writer = try BatchWriter(db, batch, settings)
            let receipt = try writer.write(&keys, day: day)
            if let position { try Self.keep(position, db) }
            return receipt
          } catch {
            keys.forget()
            throw error
          }
        }
      }
      // The events are durable; what fails here is tried again after the next batch.
      try? await emptyLargeWAL()
      return receipt
    } catch {
      // The commit may have failed after the slots were noted.
      keys.withLock { $0.forget() }
      throw error
    }
  }

  /// The UTC day of an instant, counted from 1970.
  func day(of instant: Date) -> Int64 {
    EventRecord.nanoseconds(instant).flooredDivision(by: EventRecord.day).quotient
  }
}
