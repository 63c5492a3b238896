import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

/// The table of acknowledgements: a row a slot, and one with an empty id for all slots together.
enum AcknowledgementTable {
  /// Makes it. Programs that do not know it read and write the store as before.
  static let creation = """
    CREATE TABLE acks (
      slot TEXT PRIMARY KEY, note TEXT NOT NULL, author TEXT NOT NULL, made_at INTEGER NOT NULL, until INTEGER,
      state TEXT NOT NULL, high REAL, kind TEXT, judged_by TEXT, seen TEXT) WITHOUT ROWID
    """

  /// Everything in it; nothing where an older program has made the store.
  static func book(_ db: Database) throws -> AcknowledgementBook {
    var book = AcknowledgementBook()
    guard try db.tableExists("acks") else { return book }
    for row in try Row.fetchAll(db, sql: "SELECT * FROM acks") {
      guard let entry = entry(row) else {
        let id: String = row["slot"] ?? ""
        throw Unreadable(slotID: id)
      }
      book.restore(entry)
    }
    return book
  }

  /// A row that says what this program does not know, such as a state of a newer one.
  struct Unreadable: Error {
    let slotID: Slot.ID
  }

  private static func entry(_ row: Row) -> Acknowledgement? {
    let (kind, window, seen): (String?, String?, String?) = (row["kind"], row["judged_by"], row["seen"])
    guard let id: String = row["slot"], let word: String = row["state"], let state = SlotState(rawValue: word),
      let note: String = row["note"], let author: String = row["author"], let madeAt: Int64 = row["made_at"],
      kind == nil || kind.flatMap(AcknowledgementDocument.kind) != nil
    else { return nil }
    let end: Int64? = row["until"]
    return Acknowledgement(
      of: id.isEmpty ? nil : id, note: note, by: author, at: EventRecord.date(madeAt),
      until: end.map { .at(EventRecord.date($0)) } ?? .recovery,
      trouble: Trouble(state: state, low: nil, high: row["high"], kind: kind.flatMap(AcknowledgementDocument.kind)),
      window: window.flatMap { StatsWindow(rawValue: $0) },
      seen: seen.flatMap { Acknowledgement.Sighting(rawValue: $0) })
  }

  static func keep(_ entry: Acknowledgement, _ db: Database) throws {
    var end: Int64?
    if case .at(let instant) = entry.until { end = EventRecord.nanoseconds(instant) }
    try db.execute(
      sql: "INSERT OR REPLACE INTO acks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        entry.slotID ?? "", entry.note, entry.by, EventRecord.nanoseconds(entry.at), end, entry.state.rawValue,
        entry.high,
        entry.kind.map(AcknowledgementDocument.name), entry.window?.rawValue, entry.seen?.rawValue,
      ])
  }

  static func remove(_ slotID: Slot.ID?, _ db: Database) throws -> Bool {
    try db.execute(sql: "DELETE FROM acks WHERE slot = ?", arguments: [slotID ?? ""])
    return db.changesCount > 0
  }

  /// Counts as a change of the slot, so that whoever follows the store is told. One of all slots together has no slot.
  static func tell(_ slotID: Slot.ID?, _ db: Database) throws {
    let change = try SQLiteStatsRepository.latestChange(db) + 1
    try db.execute(sql: "UPDATE store SET change = ?", arguments: [change])
    guard let slotID else { return }
    try db.execute(
      sql: "INSERT OR REPLACE INTO slot_changes SELECT key, ? FROM slots WHERE id = ?", arguments: [change, slotID])
  }
}

extension SQLiteStatsRepository {
  package func acknowledgements() async throws -> AcknowledgementBook? {
    try await translating("read") { [self] in try await read { db in try AcknowledgementTable.book(db) } }
  }

  package func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    let isKept = try await translating("write") { [self] in
      try await write { db in
        let before = try AcknowledgementTable.book(db)
        var book = before
        guard book.add(acknowledgement) else { return false }
        // Those whose time was long over leave with it.
        for old in before.all where book[old.slotID] == nil { _ = try AcknowledgementTable.remove(old.slotID, db) }
        try AcknowledgementTable.keep(acknowledgement, db)
        try AcknowledgementTable.tell(acknowledgement.slotID, db)
        return true
      }
    }
    guard isKept else {
      throw refusal("write", "it has \(AcknowledgementBook.maxCount) acknowledgements, the most there can be")
    }
  }

  package func withdraw(_ slotID: Slot.ID?) async throws -> Bool {
    try await write { db in
      guard try AcknowledgementTable.remove(slotID, db) else { return false }
      try AcknowledgementTable.tell(slotID, db)
      return true
    }
  }

  package func note(_ sightings: [AcknowledgementSighting]) async throws {
    if sightings.isEmpty { return }
    try await translating("write") { [self] in
      try await write { db in
        var book = try AcknowledgementTable.book(db)
        for sighting in sightings where book.note(sighting) {
          if let entry = book[sighting.slotID] { try AcknowledgementTable.keep(entry, db) }
          try AcknowledgementTable.tell(sighting.slotID, db)
        }
      }
    }
  }

  private func translating<Value>(_ verb: String, _ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let row as AcknowledgementTable.Unreadable {
      let name = row.slotID.isEmpty ? "all slots together" : JSONPlace.quoted(row.slotID)
      throw refusal(verb, "that of \(name) cannot be read; a newer program may have written it")
    }
  }

  private func refusal(_ verb: String, _ cause: String) -> StatsSourceError {
    StatsSourceError(.contentRefused, action: "Cannot \(verb) acknowledgements in \"\(name)\"", cause: cause)
  }
}

extension SQLiteEventLedger {
  package func acknowledgements() async throws -> AcknowledgementBook? {
    try await use { try await $0.acknowledgements() }
  }

  package func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    try await use { try await $0.acknowledge(acknowledgement) }
  }

  package func withdraw(_ slotID: Slot.ID?) async throws -> Bool { try await use { try await $0.withdraw(slotID) } }

  package func note(_ sightings: [AcknowledgementSighting]) async throws {
    try await use { try await $0.note(sightings) }
  }
}
