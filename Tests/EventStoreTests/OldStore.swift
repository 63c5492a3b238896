import Foundation
import GRDB
import SlotStats
import StatsFormats

@testable import EventStore

/// Stores as the program's first version left them: tables of version 1, without minutes.
enum OldStore {
  /// Makes one that holds these events.
  static func make(at path: String, settings: StoreSettings, _ logs: [ProcessingLog] = []) throws {
    let newer = path + ".new"
    let store = try SQLiteStatsRepository.open(newer, settings: settings)
    try store.database.write { db in
      var keys = SlotKeys()
      var writer = try BatchWriter(db, EventBatch(logs), settings)
      _ = try writer.write(&keys, day: 0)
    }
    try store.close()
    let database = try DatabasePool(path: path)
    try database.writeWithoutTransaction { db in
      for statement in tables { try db.execute(sql: statement) }
      try db.execute(sql: "ATTACH ? AS newer", arguments: [newer])
      try db.execute(
        sql: """
          UPDATE store SET change = (SELECT change FROM newer.store), jobs_from = (SELECT jobs_from FROM newer.store);
          INSERT INTO slots SELECT key, id, name, provider_id, active, last_reset_at FROM newer.slots;
          INSERT INTO rollups SELECT * FROM newer.rollups WHERE width IN (0, 1, 2);
          """)
      for table in ["slot_changes", "jobs", "job_events", "logs", "log_days", "positions"] {
        try db.execute(sql: "INSERT INTO \(table) SELECT * FROM newer.\(table)")
      }
      try db.execute(sql: "DETACH newer; PRAGMA application_id = 1397509972; PRAGMA user_version = 1")
    }
    try database.close()
    for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: newer + end) }
  }

  /// Everything that a file holds, except for how it is laid out; the name of each table with its rows.
  static func contents(of path: String) throws -> [String: [Row]] {
    var configuration = Configuration()
    configuration.readonly = true
    return try DatabaseQueue(path: path, configuration: configuration).read { db in
      var contents: [String: [Row]] = [:]
      for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
        contents[table] = try Row.fetchAll(db, sql: "SELECT * FROM \(table)")
      }
      contents["schema"] = try Row.fetchAll(db, sql: "SELECT sql FROM sqlite_schema ORDER BY name")
      return contents
    }
  }

  private static let tables = [
    "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)",
    "INSERT INTO grdb_migrations VALUES ('1')",
    """
    CREATE TABLE store (
      id INTEGER PRIMARY KEY CHECK (id = 1), change INTEGER NOT NULL, jobs_from INTEGER NOT NULL,
      hours_from INTEGER NOT NULL)
    """,
    "INSERT INTO store VALUES (1, 0, -9223372036854775808, -9223372036854775808)",
    """
    CREATE TABLE slots (
      key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, provider_id TEXT, active INTEGER NOT NULL DEFAULT 1,
      last_reset_at INTEGER)
    """,
    "CREATE TABLE slot_changes (slot INTEGER PRIMARY KEY, change INTEGER NOT NULL)",
    """
    CREATE TABLE jobs (
      job BLOB PRIMARY KEY, last_at INTEGER NOT NULL, received_at INTEGER, received_slot INTEGER, ended_at INTEGER,
      ended_slot INTEGER, outcome INTEGER, events BLOB NOT NULL) WITHOUT ROWID
    """,
    "CREATE TABLE job_events (job BLOB, event BLOB, PRIMARY KEY (job, event)) WITHOUT ROWID",
    """
    CREATE TABLE logs (
      number INTEGER PRIMARY KEY, event BLOB NOT NULL, job BLOB NOT NULL, slot INTEGER NOT NULL, kind INTEGER NOT NULL,
      occurred_at INTEGER NOT NULL, latency_ms INTEGER, message TEXT, failure_reason TEXT)
    """,
    "CREATE TABLE log_days (day INTEGER PRIMARY KEY, first INTEGER NOT NULL)",
    """
    CREATE TABLE rollups (
      width INTEGER, block INTEGER, slot INTEGER, buckets BLOB NOT NULL, PRIMARY KEY (width, block, slot)) WITHOUT ROWID
    """,
    "CREATE TABLE positions (input TEXT PRIMARY KEY, identity TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID",
  ]
}
