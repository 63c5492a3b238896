import GRDB
import SQLiteFiles

/// The tables of a job queue, and what tells its file from other databases.
enum QueueSchema {
  /// `SLTQ`, in the file's header.
  static let applicationID: Int32 = 0x534C_5451

  /// Checks that a file is a job queue, or may become one.
  /// - Throws: the database's error.
  static func check(_ path: String) throws {
    do {
      try DatabaseFile(path: path, applicationID: applicationID, newestVersion: .max).check(mustExist: false)
    } catch let refusal as DatabaseFile.Refusal {
      let (code, cause): (ResultCode, String) =
        switch refusal {
        case .missing, .unreadable: (.SQLITE_CANTOPEN, "it cannot be opened")
        case .directory: (.SQLITE_CANTOPEN, "it is a directory")
        case .danglingLink: (.SQLITE_CANTOPEN, "it is a link to a file that is not there")
        case .unfinished: (.SQLITE_NOTADB, "it has no tables yet")
        case .noDatabase: (.SQLITE_NOTADB, "it is no job queue")
        case .foreign: (.SQLITE_NOTADB, "it is a database of another program")
        case .newer(let version): (.SQLITE_NOTADB, "it has version \(version), which this program does not know")
        }
      throw DatabaseError(resultCode: code, message: cause)
    }
  }

  /// Makes the tables where there are none; another process may do so at the same time.
  static func prepare(_ database: any DatabaseWriter) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      for statement in statements { try db.execute(sql: statement) }
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
    }
    migrator.registerMigration("token") { db in
      try db.execute(sql: "CREATE TABLE token (value BLOB NOT NULL); INSERT INTO token VALUES (randomblob(16))")
    }
    try migrator.run(on: database)
  }

  /// What tells a queue from every other one, and a number that never goes down.
  static let content = "SELECT (SELECT value FROM token), (SELECT time FROM queue)"

  /// The error that says what became of the files of an opened queue.
  static func error(_ loss: OpenedDatabaseFiles.Loss) -> DatabaseError {
    let cause =
      switch loss {
      case .removed: "the queue's file was removed or renamed while it was open; put it back and open it again"
      case .replaced: "the queue's file was replaced while it was open; open it again"
      case .overwritten: "the queue's file was written over while it was open; open it again"
      }
    return DatabaseError(resultCode: .SQLITE_READONLY_DBMOVED, message: cause)
  }

  private static let statements = [
    // One row. Counts are kept by triggers, so that a full queue costs no counting.
    """
    CREATE TABLE queue (
      id INTEGER PRIMARY KEY CHECK (id = 1), time INTEGER NOT NULL, last_token INTEGER NOT NULL, jobs INTEGER NOT NULL,
      unconfirmed INTEGER NOT NULL)
    """,
    "INSERT INTO queue VALUES (1, 0, 0, 0, 0)",
    // `due`: from when it may be handed out; of one that is handed out, the end of its lease.
    """
    CREATE TABLE jobs (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, slot TEXT NOT NULL, received_at REAL NOT NULL,
      payload BLOB NOT NULL, time_limit INTEGER, attempt INTEGER NOT NULL, deliveries INTEGER NOT NULL,
      called_off INTEGER NOT NULL, token INTEGER, due INTEGER NOT NULL)
    """,
    "CREATE INDEX jobs_due ON jobs (due, number)",
    // An entry stays until it is confirmed and its job has ended.
    """
    CREATE TABLE logs (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL, job BLOB NOT NULL, slot TEXT NOT NULL,
      status TEXT NOT NULL, occurred_at REAL NOT NULL, message TEXT, failure_reason TEXT, latency_ms INTEGER,
      confirmed INTEGER NOT NULL)
    """,
    "CREATE INDEX logs_job ON logs (job)",
    "CREATE INDEX logs_id ON logs (id)",
    "CREATE INDEX logs_unconfirmed ON logs (number) WHERE confirmed = 0",
    "CREATE TRIGGER jobs_added AFTER INSERT ON jobs BEGIN UPDATE queue SET jobs = jobs + 1; END",
    "CREATE TRIGGER jobs_gone AFTER DELETE ON jobs BEGIN UPDATE queue SET jobs = jobs - 1; END",
    """
    CREATE TRIGGER logs_added AFTER INSERT ON logs WHEN new.confirmed = 0
      BEGIN UPDATE queue SET unconfirmed = unconfirmed + 1; END
    """,
    """
    CREATE TRIGGER logs_gone AFTER DELETE ON logs WHEN old.confirmed = 0
      BEGIN UPDATE queue SET unconfirmed = unconfirmed - 1; END
    """,
    """
    CREATE TRIGGER logs_confirmed AFTER UPDATE OF confirmed ON logs WHEN old.confirmed = 0 AND new.confirmed = 1
      BEGIN UPDATE queue SET unconfirmed = unconfirmed - 1; END
    """,
  ]
}
