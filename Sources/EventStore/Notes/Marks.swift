import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

/// The table of marks: a row each, under numbers that are given once.
enum MarkTable {
  /// Makes it. Programs that do not know it read and write the store as before.
  static let creation = """
    CREATE TABLE marks (number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL)
    """

  /// All of them; nothing where an older program has made the store.
  static func book(_ db: Database) throws -> MarkBook {
    guard try db.tableExists("marks") else { return MarkBook() }
    let rows = try StoreStatement(
      db, "SELECT number, at, text, author FROM marks ORDER BY at DESC, number DESC LIMIT \(MarkBook.maxCount)")
    defer { rows.reset() }
    var marks: [Mark] = []
    while try rows.step() {
      marks.append(
        Mark(
          id: Int(rows.int(0)), at: EventRecord.date(rows.int(1)), text: rows.text(2) ?? "", by: rows.text(3) ?? ""))
    }
    return MarkBook(marks)
  }

  /// Adds one; those that a book would not keep beside it leave.
  static func add(_ mark: Mark, now: Date, _ db: Database) throws -> Mark {
    try db.execute(
      sql: "INSERT INTO marks (at, text, author) VALUES (?, ?, ?)",
      arguments: [EventRecord.nanoseconds(mark.at), mark.text, mark.by])
    var mark = mark
    mark.id = Int(db.lastInsertedRowID)
    try db.execute(
      sql: """
        DELETE FROM marks WHERE at < ? OR number NOT IN
          (SELECT number FROM marks ORDER BY at DESC, number DESC LIMIT \(MarkBook.maxCount))
        """, arguments: [EventRecord.nanoseconds(now.addingTimeInterval(-Mark.keptTime))])
    return mark
  }

  static func remove(_ id: Int, _ db: Database) throws -> Bool {
    try db.execute(sql: "DELETE FROM marks WHERE number = ?", arguments: [id])
    return db.changesCount > 0
  }
}

extension SQLiteStatsRepository {
  package func marks() async throws -> MarkBook? { try await read { try MarkTable.book($0) } }

  package func add(_ mark: Mark, now: Date) async throws -> Mark {
    try await write { try MarkTable.add(mark, now: now, $0) }
  }

  package func removeMark(_ id: Int) async throws -> Bool { try await write { try MarkTable.remove(id, $0) } }
}

extension SQLiteEventLedger {
  package func marks() async throws -> MarkBook? { try await use { try await $0.marks() } }

  package func add(_ mark: Mark, now: Date) async throws -> Mark { try await use { try await $0.add(mark, now: now) } }

  package func removeMark(_ id: Int) async throws -> Bool { try await use { try await $0.removeMark(id) } }
}
