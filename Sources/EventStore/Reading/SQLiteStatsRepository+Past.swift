import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

extension SQLiteStatsRepository {
  /// Whether it has been migrated: what is past is put together from minutes.
  package var keepsHistory: Bool { windows.contains(.minute) }

  /// Everything as it was counted up to a past instant, of one state of the store; `nil` while it has not been migrated.
  /// Slots that had their first event later are left out.
  package func past(at asked: Date) async throws -> FleetReading? {
    guard keepsHistory else { return nil }
    let now = settings.now()
    return try await read { [self] db in try past(at: min(asked, now), readAt: now, db) }
  }

  private func past(at asked: Date, readAt: Date, _ db: Database) throws -> FleetReading {
    let first = try firstEvent(db)
    let moment = PastMoment(asked, keptFrom: try keptFrom(db))
    // What was counted within its first minute was there at the end of it.
    guard let first, moment.instant.timeIntervalSince1970 > Double(first) else {
      let start = first.map { Date(timeIntervalSince1970: Double($0)) } ?? readAt
      throw StatsSourceError.nothing(before: StatsWindow.minute.bucketStart(containing: start))
    }
    let ids = try allIDs(db)
    var global: [StatsWindow: [StatsMetric]] = [:]
    var bySlot: [StatsWindow: [[StatsMetric]]] = [:]
    for window in moment.windows {
      let reader = try RollupReader(
        db, window, since: moment.firstNeeded(window), now: moment.instant, isMigrated: true, firstOfAll: first,
        finishedOnly: true)
      global[window] = try reader.global()
      bySlot[window] = try reader.everySlot(count: ids.count)
    }
    let listed = try slots(knownBefore: moment.instant, db)
    let places = Dictionary(uniqueKeysWithValues: listed.map { ($0.slot.id, $0.key - 1) })
    return FleetReading(
      moment, slots: listed.map(\.slot), global: global,
      bySlot: { id in
        guard let place = places[id] else { return [:] }
        return bySlot.mapValues { $0.indices.contains(place) ? $0[place] : [] }
      }, recent: try moment.hasRecent ? recent(moment, ids, from: first, db) : nil, readAt: readAt)
  }

  /// From when on the buckets of each window are kept.
  private func keptFrom(_ db: Database) throws -> [StatsWindow: Date] {
    let horizon = try RollupHorizon(db)
    return Dictionary(
      uniqueKeysWithValues: StatsWindow.allCases.map { window in
        let second = horizon[window]
        return (window, second == .min ? .distantPast : Date(timeIntervalSince1970: Double(second)))
      })
  }

  /// The slots in the order in which they were first named, each with its key, but for those whose first event is later.
  private func slots(knownBefore instant: Date, _ db: Database) throws -> [(key: Int, slot: Slot)] {
    let rows = try StoreStatement(
      db, "SELECT \(try Self.slotColumns(db)), key FROM slots WHERE coalesce(first_at, 0) < ?1 ORDER BY key")
    rows.bind(Int64(instant.timeIntervalSince1970), at: 1)
    defer { rows.reset() }
    var slots: [(key: Int, slot: Slot)] = []
    while try rows.step() { slots.append((Int(rows.int(7)), Self.slot(rows))) }
    return slots
  }

  /// The last minutes before the moment. Open jobs are those of now, and are left out.
  private func recent(
    _ moment: PastMoment, _ ids: [Slot.ID], from first: Int64, _ db: Database
  ) throws -> RecentReading {
    let reader = try RecentReader(db, at: moment.instant, firstOfAll: first, finishedOnly: true)
    let (global, series) = try reader.everySlot(count: ids.count, from: first)
    return RecentReading(
      global: global, bySlot: Dictionary(uniqueKeysWithValues: zip(ids, series)),
      reported: try reader.reported(global), at: moment.instant)
  }
}
