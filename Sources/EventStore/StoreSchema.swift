import GRDB
import SQLiteFiles
import SlotStats
import StatsFormats

/// The tables of an event store, and what tells its file from other databases.
enum StoreSchema {
  /// `SLOT`, in the file's header.
  static let applicationID: Int32 = 0x534C_4F54
  /// The version of the tables that is written; older ones are read too.
  static let version: Int32 = 2
  /// The windows that a store of version 1 has.
  static let firstWindows: Set<StatsWindow> = [.hour, .day, .week]

  /// Checks that a file is an event store, or may become one unless it must be one already.
  /// - Returns: the version of its tables; `nil` where it has none yet.
  static func check(_ path: String, mustExist: Bool) throws -> Int32? {
    try DatabaseFile(path: path, applicationID: applicationID, newestVersion: version).check(mustExist: mustExist)
  }

  /// The version of the tables that a connection sees.
  static func version(of db: Database) throws -> Int32 {
    let row = try StoreStatement(db, "PRAGMA user_version")
    defer { row.reset() }
    return try row.step() ? Int32(truncatingIfNeeded: row.int(0)) : 0
  }

  /// Makes the tables, or those that are missing; another process may do so at the same time. Each step is one
  /// transaction: whatever ends it, the store is as it was or as it is to be. `progress` is told how much of what is
  /// there has been counted again, from 0 to 1.
  static func prepare(
    _ database: any DatabaseWriter, _ settings: StoreSettings, progress: @escaping @Sendable (Double) -> Void
  ) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1", foreignKeyChecks: .immediate) { db in
      for statement in tables { try db.execute(sql: statement) }
      try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
    }
    migrator.registerMigration("2", foreignKeyChecks: .immediate) { db in
      for statement in minutes { try db.execute(sql: statement) }
      var migration = try MinuteMigration(db, settings)
      try migration.run(progress)
      try db.execute(sql: "PRAGMA user_version = 2")
    }
    // Programs that do not know it read and write the store as before.
    migrator.registerMigration("token") { db in
      try db.execute(sql: "CREATE TABLE token (value BLOB NOT NULL); INSERT INTO token VALUES (randomblob(16))")
    }
    migrator.registerMigration("newest event") { db in
      try db.execute(sql: newestEvent, arguments: [EventRecord.nanoseconds(settings.now())])
    }
    migrator.registerMigration("gaps") { db in
      try db.execute(sql: "CREATE TABLE gaps (number INTEGER PRIMARY KEY, told_at INTEGER NOT NULL)")
    }
    migrator.registerMigration("open jobs") { db in
      for statement in OpenJobTable.tables { try db.execute(sql: statement) }
    }
    migrator.registerMigration("acks") { db in try db.execute(sql: AcknowledgementTable.creation) }
    migrator.registerMigration("runbooks") { db in
      for column in ["runbook", "link"] { try db.execute(sql: "ALTER TABLE slots ADD COLUMN \(column) TEXT") }
    }
    migrator.registerMigration("marks") { db in try db.execute(sql: MarkTable.creation) }
    migrator.registerMigration("failures") { db in try db.execute(sql: FailureLog.index) }
    try migrator.run(on: database)
  }

  /// When the newest event happened, in nanoseconds since 1970; no row before the first one. Of a store that is older
  /// than this table, the events that came last are looked through.
  private static let newestEvent = """
    CREATE TABLE newest_event (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL);
    INSERT INTO newest_event SELECT 1, min(max(occurred_at), ?)
      FROM (SELECT occurred_at FROM logs ORDER BY number DESC LIMIT 1000) HAVING count(*) > 0
    """

  /// What tells a store from every other one, and a number that grows with its changes.
  static let content = "SELECT (SELECT value FROM token), (SELECT change FROM store)"

  /// What version 2 adds.
  static let minutes = [
    // The second of the slot's first event, since 1970: from there on a time without events is a quiet one.
    "ALTER TABLE slots ADD COLUMN first_at INTEGER",
    // From which second on the buckets of a width are kept.
    "CREATE TABLE rollup_horizons (width INTEGER PRIMARY KEY, start INTEGER NOT NULL)",
    "INSERT INTO rollup_horizons SELECT 0, hours_from FROM store",
    "ALTER TABLE store DROP COLUMN hours_from",
    // When somebody was there to take events, in minutes since 1970; both are part of the time.
    "CREATE TABLE heartbeats (first INTEGER PRIMARY KEY, last INTEGER NOT NULL)",
  ]

  private static let tables = [
    // One row. `change` grows with every change of the statistics; nothing before the instants (seconds since 1970) is
    // known of jobs, or kept by hour.
    """
    CREATE TABLE store (
      id INTEGER PRIMARY KEY CHECK (id = 1), change INTEGER NOT NULL, jobs_from INTEGER NOT NULL,
      hours_from INTEGER NOT NULL)
    """,
    "INSERT INTO store VALUES (1, 0, -9223372036854775808, -9223372036854775808)",
    // Rows are never removed, so that a key always means the same slot. Key 0 stands for all slots together.
    """
    CREATE TABLE slots (
      key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, provider_id TEXT, active INTEGER NOT NULL DEFAULT 1,
      last_reset_at INTEGER)
    """,
    "CREATE TABLE slot_changes (slot INTEGER PRIMARY KEY, change INTEGER NOT NULL)",
    // What each job has counted as, and the ids of its events: first the one that counts as received, then the one
    // that ended it, if there are such. One row a job makes telling repeated events one look-up for all of them.
    """
    CREATE TABLE jobs (
      job BLOB PRIMARY KEY, last_at INTEGER NOT NULL, received_at INTEGER, received_slot INTEGER, ended_at INTEGER,
      ended_slot INTEGER, outcome INTEGER, events BLOB NOT NULL) WITHOUT ROWID
    """,
    // The ids of events of jobs that have more than a row takes.
    "CREATE TABLE job_events (job BLOB, event BLOB, PRIMARY KEY (job, event)) WITHOUT ROWID",
    // Raw events in the order of their arrival, and the first one of each day of arrival.
    """
    CREATE TABLE logs (
      number INTEGER PRIMARY KEY, event BLOB NOT NULL, job BLOB NOT NULL, slot INTEGER NOT NULL, kind INTEGER NOT NULL,
      occurred_at INTEGER NOT NULL, latency_ms INTEGER, message TEXT, failure_reason TEXT)
    """,
    "CREATE TABLE log_days (day INTEGER PRIMARY KEY, first INTEGER NOT NULL)",
    // Counters of neighbouring buckets, packed: reading 10,000 slots takes a row a slot instead of one a bucket.
    """
    CREATE TABLE rollups (
      width INTEGER, block INTEGER, slot INTEGER, buckets BLOB NOT NULL, PRIMARY KEY (width, block, slot)) WITHOUT ROWID
    """,
    "CREATE TABLE positions (input TEXT PRIMARY KEY, identity TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID",
  ]
}
