import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats
import Synchronization

extension SQLiteStatsRepository {
  /// All windows; those of an older version while the store has not been migrated.
  package var windows: Set<StatsWindow> {
    isMigrated.withLock { $0 } ? Set(StatsWindow.allCases) : StoreSchema.firstWindows
  }

  /// The slots in the order in which they were first named.
  package func slots() async throws -> [Slot] {
    try await read { db in
      let rows = try StoreStatement(db, "SELECT \(try Self.slotColumns(db)) FROM slots ORDER BY key")
      defer { rows.reset() }
      var slots: [Slot] = []
      while try rows.step() { slots.append(Self.slot(rows)) }
      return slots
    }
  }

  /// The columns that describe a slot. A store that an older program has made knows of no runbooks.
  static func slotColumns(_ db: Database) throws -> String {
    let hasRunbooks = try db.columns(in: "slots").contains { $0.name == "runbook" }
    return "id, name, provider_id, active, last_reset_at, " + (hasRunbooks ? "runbook, link" : "NULL, NULL")
  }

  /// The slot of a row with ``slotColumns(_:)``.
  static func slot(_ row: StoreStatement) -> Slot {
    Slot(
      id: row.text(0) ?? "", name: row.text(1), providerID: row.text(2), isActive: row.int(3) != 0,
      lastResetAt: row.isNull(4) ? nil : EventRecord.date(row.int(4)), runbook: row.text(5), link: row.text(6))
  }

  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await read { [self] db in try reader(db, window, since).global() }
  }

  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    try await read { [self] db in
      guard let series = try reader(db, window, since).slot(slotID) else {
        throw noSuchSlot(slotID)
      }
      return series
    }
  }

  package func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await read { [self] db in
      let names = try allIDs(db)
      let series = try reader(db, window, since).everySlot(count: names.count)
      var result = [Slot.ID: [StatsMetric]](minimumCapacity: names.count)
      for (name, metrics) in zip(names, series) { result[name] = metrics }
      return result
    }
  }

  private func reader(_ db: Database, _ window: StatsWindow, _ since: Date?) throws -> RollupReader {
    let isMigrated = try isMigrated.withLock { isMigrated in
      // A store is never turned back, but another process may migrate it while it is read here.
      if !isMigrated { isMigrated = try StoreSchema.version(of: db) >= StoreSchema.version }
      return isMigrated
    }
    return try RollupReader(
      db, window, since: since, now: settings.now(), isMigrated: isMigrated,
      firstOfAll: isMigrated ? try firstEvent(db) : nil)
  }

  /// The ids of all slots by key, the first one's being 1.
  func allIDs(_ db: Database) throws -> [Slot.ID] { try ids.withLock { try Self.refresh(&$0, db) } }

  /// Only new ones are read.
  private static func refresh(_ ids: inout [Slot.ID], _ db: Database) throws -> [Slot.ID] {
    let rows = try StoreStatement(db, "SELECT id FROM slots WHERE key > ?1 ORDER BY key")
    rows.bind(Int64(ids.count), at: 1)
    defer { rows.reset() }
    while try rows.step() { ids.append(rows.text(0) ?? "") }
    return ids
  }

  /// Reads in one transaction, so that everything read is of one state.
  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    do {
      try checkFiles()
      return try await database.read(body)
    } catch {
      throw StoreError.translated(noticedLoss ?? error, .read, name: name)
    }
  }
}
