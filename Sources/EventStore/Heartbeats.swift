import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats
import Synchronization

/// When somebody was there to take events: a row for each time without a longer pause, by the minute.
struct Heartbeats {
  /// The first second that the store knows of; `nil` where nobody ever left a heartbeat.
  private(set) var first: Int64?
  /// The seconds during which somebody counted, ascending.
  private(set) var spans: [Range<Int64>] = []

  /// So many minutes without a heartbeat are bridged: it may come late, and a restart takes a moment.
  private static let bridgedMinutes: Int64 = 2

  /// Reads the spans that end after `second`.
  init(_ db: Database, since second: Int64) throws {
    let least = try StoreStatement(db, "SELECT min(first) FROM heartbeats")
    defer { least.reset() }
    guard try least.step(), !least.isNull(0) else { return }
    first = least.int(0) * 60
    let rows = try StoreStatement(db, "SELECT first, last FROM heartbeats WHERE last >= ?1 ORDER BY first")
    rows.bind(Self.minute(containing: second), at: 1)
    defer { rows.reset() }
    while try rows.step() { spans.append(rows.int(0) * 60..<(rows.int(1) + 1) * 60) }
  }

  /// Notes that somebody is there in this minute, counted from 1970.
  static func record(minute: Int64, _ db: Database) throws {
    let row = try Row.fetchOne(
      db, sql: "SELECT first, last FROM heartbeats WHERE first <= ? ORDER BY first DESC LIMIT 1", arguments: [minute])
    if let row, let last = row["last"] as Int64?, minute - last <= bridgedMinutes {
      guard minute > last else { return }
      try db.execute(
        sql: "UPDATE heartbeats SET last = ? WHERE first = ?", arguments: [minute, row["first"] as Int64?])
    } else {
      try db.execute(sql: "INSERT INTO heartbeats VALUES (?, ?)", arguments: [minute, minute])
    }
  }

  /// Removes what ended before a second.
  static func remove(before second: Int64, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM heartbeats WHERE last < ?", arguments: [minute(containing: second)])
  }

  /// The minute that contains a second, both counted from 1970.
  static func minute(containing second: Int64) -> Int64 { second.flooredDivision(by: 60).quotient }
}

extension SQLiteStatsRepository {
  /// Notes that somebody is here to take events; writes at most once a minute, however often it is called.
  package func recordHeartbeat() async throws {
    let minute = Heartbeats.minute(containing: Int64(settings.now().timeIntervalSince1970.rounded(.down)))
    guard heartbeat.withLock({ $0 != minute }) else { return }
    try await write { db in try Heartbeats.record(minute: minute, db) }
    heartbeat.withLock { $0 = minute }
  }
}
