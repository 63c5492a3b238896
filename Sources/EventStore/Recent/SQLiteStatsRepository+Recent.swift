import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

extension SQLiteStatsRepository {
  /// The last minutes as the store has them now; `nil` while it has not been migrated. Of a slot that is not known nothing
  /// was counted.
  package func collectRecent(at instant: Date, slots: Set<Slot.ID>?) async throws -> RecentReading? {
    guard windows.contains(.minute) else { return nil }
    return try await read { [self] db in
      let first = try firstEvent(db)
      let reader = try RecentReader(db, at: instant, firstOfAll: first)
      let jobs = try OpenJobTable(db, at: instant)
      guard let slots else { return try everySlot(db, reader, jobs, at: instant, from: first) }
      var bySlot: [Slot.ID: RecentSeries] = [:]
      let find = try StoreStatement(db, "SELECT key, first_at FROM slots WHERE id = ?1")
      for id in slots {
        find.bind(text: id, at: 1)
        defer { find.reset() }
        guard try find.step() else { continue }
        let key = find.int(0)
        var series = try reader.series(ofSlot: key, from: find.isNull(1) ? nil : find.int(1))
        series.open = try jobs?.jobs(ofSlot: key, series)
        bySlot[id] = series
      }
      let global = try reader.series(ofSlot: 0, from: first)
      return RecentReading(global: global, bySlot: bySlot, reported: try reader.reported(global), at: instant)
    }
  }

  private func everySlot(
    _ db: Database, _ reader: RecentReader, _ jobs: OpenJobTable?, at instant: Date, from first: Int64?
  ) throws -> RecentReading {
    let names = try allIDs(db)
    var (global, series) = try reader.everySlot(count: names.count, from: first)
    for key in try jobs?.slots() ?? [] where series.indices.contains(Int(key) - 1) {
      let place = Int(key) - 1
      series[place].open = try jobs?.jobs(ofSlot: key, series[place])
    }
    global.open = OpenJobs(together: series.compactMap(\.open))
    let newest = try Self.newestEvent(db) ?? instant
    var bySlot = [Slot.ID: RecentSeries](minimumCapacity: names.count)
    for (name, series) in zip(names, series) { bySlot[name] = series }
    return RecentReading(
      global: global, bySlot: bySlot, reported: try reader.reported(global),
      longestGap: try LongestGap.seconds(db, newest: newest), at: instant)
  }
}
