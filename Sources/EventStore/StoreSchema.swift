import GRDB

/// The tables of an event store, and what tells its file from other databases.
enum StoreSchema {
  /// `SLOT`, in the file's header.
  static let applicationID: Int32 = 0x534C_4F54
  /// The version of the tables that is written and read.
  static let version: Int32 = 1

  /// Makes or extends the tables; another process may do so at the same time.
  static func prepare(_ database: any DatabaseWriter) throws {
    let migrator = migrator
    do {
      try migrator.migrate(database)
    } catch {
      // Whoever came second finds the tables made between its look and its turn.
      guard (try? database.read(migrator.hasCompletedMigrations)) == true else { throw error }
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      for statement in tables { try db.execute(sql: statement) }
      try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
    }
    return migrator
  }

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
