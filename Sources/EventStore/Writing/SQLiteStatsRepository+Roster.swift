import GRDB
import SlotStats
import StatsFormats

extension SQLiteStatsRepository {
  /// Says what slots are called, who works for them and whether they are active; unknown ones are added.
  package func describe(_ slots: [Slot]) async throws {
    try await write { db in
      let change = try Self.latestChange(db) + 1
      for slot in slots { try Self.describe(slot, change: change, db) }
      try db.execute(sql: "UPDATE store SET change = ?", arguments: [change])
    }
  }

  private static func describe(_ slot: Slot, change: Int64, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO slots (id, name, provider_id, active, last_reset_at, runbook, link) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, provider_id = excluded.provider_id,
          active = excluded.active, last_reset_at = excluded.last_reset_at,
          runbook = coalesce(excluded.runbook, runbook), link = coalesce(excluded.link, link)
        """,
      arguments: [
        slot.id, slot.name == slot.id ? nil : slot.name, slot.providerID, slot.isActive,
        slot.lastResetAt.map(EventRecord.nanoseconds), slot.runbook, slot.link,
      ])
    try db.execute(
      sql: "INSERT OR REPLACE INTO slot_changes SELECT key, ? FROM slots WHERE id = ?", arguments: [change, slot.id])
  }

  package func describe(_ slotID: Slot.ID, as description: SlotDescription) async throws {
    try await write { [self] db in
      let find = try StoreStatement(db, "SELECT \(try Self.slotColumns(db)) FROM slots WHERE id = ?1")
      find.bind(text: slotID, at: 1)
      defer { find.reset() }
      guard try find.step() else { throw noSuchSlot(slotID) }
      let slot = Self.slot(find).described(by: description)
      find.reset()
      try db.execute(
        sql: "UPDATE slots SET name = ?, provider_id = ?, runbook = ?, link = ? WHERE id = ?",
        arguments: [slot.name == slot.id ? nil : slot.name, slot.providerID, slot.runbook, slot.link, slotID])
      try AcknowledgementTable.tell(slotID, db)
    }
  }

  /// The refusal of a slot that is not there.
  func noSuchSlot(_ slotID: Slot.ID) -> StatsSourceError {
    StatsSourceError(
      .noSuchSlot, action: "Cannot read slot \(JSONPlace.quoted(slotID))",
      cause: "event store \"\(name)\" has no such slot")
  }

  /// Where the reading of an input goes on; `nil` where nothing of it was stored.
  package func position(of input: String) async throws -> InputPosition? {
    try await read { db in
      let row = try StoreStatement(db, "SELECT identity, position FROM positions WHERE input = ?1")
      row.bind(text: input, at: 1)
      defer { row.reset() }
      guard try row.step() else { return nil }
      return InputPosition(input: input, identity: row.text(0) ?? "", offset: UInt64(max(row.int(1), 0)))
    }
  }

  static func keep(_ position: InputPosition, _ db: Database) throws {
    let row = try StoreStatement(db, "INSERT OR REPLACE INTO positions VALUES (?1, ?2, ?3)")
    row.bind(text: position.input, at: 1)
    row.bind(text: position.identity, at: 2)
    row.bind(Int64(clamping: position.offset), at: 3)
    try row.run()
  }
}
