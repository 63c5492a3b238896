import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

/// The failures among the raw events, slot by slot.
enum FailureLog {
  /// What a store has for it: an index of the failures alone, so that the many other events cost nothing more.
  static let index = "CREATE INDEX failures ON logs (slot) WHERE \(isFailure)"

  /// Ends of jobs that failed; the numbers of kinds stand in every store.
  private static let isFailure = "kind >= 4"

  /// The messages of the newest failures of a slot by its key, as they arrived, that happened at `since` or later; a
  /// failure without one is told by its reason.
  static func messages(ofSlot key: Int64, since: Date?, _ db: Database) throws -> [FailureMessages.Message] {
    // What is older is passed over afterwards: only so many rows are looked at, whatever there is.
    let rows = try StoreStatement(
      db,
      """
      SELECT occurred_at, coalesce(nullif(message, ''), failure_reason) FROM logs INDEXED BY failures
      WHERE slot = ?1 AND \(isFailure) ORDER BY number DESC LIMIT \(FailureMessages.maxExamined)
      """)
    rows.bind(key, at: 1)
    defer { rows.reset() }
    let first = since.map(EventRecord.nanoseconds) ?? .min
    var messages: [FailureMessages.Message] = []
    while try rows.step() {
      guard rows.int(0) >= first, let text = rows.text(1) else { continue }
      messages.append(FailureMessages.Message(text, at: EventRecord.date(rows.int(0))))
    }
    return messages
  }

  /// Whether a store has the index; one that an older program has made has not.
  static func isThere(_ db: Database) throws -> Bool {
    try db.indexes(on: "logs").contains { $0.name == "failures" }
  }
}

extension SQLiteStatsRepository {
  package func failureMessages(
    of slotID: Slot.ID, since: Date?, limit: Int
  ) async throws -> FailureMessages? {
    let messages = try await read { [self] db -> [FailureMessages.Message]? in
      let find = try StoreStatement(db, "SELECT key FROM slots WHERE id = ?1")
      find.bind(text: slotID, at: 1)
      defer { find.reset() }
      guard try find.step() else { throw noSuchSlot(slotID) }
      guard try FailureLog.isThere(db) else { return nil }
      return try FailureLog.messages(ofSlot: find.int(0), since: since, db)
    }
    return messages.map { FailureMessages(folding: $0, since: since, limit: limit) }
  }
}
