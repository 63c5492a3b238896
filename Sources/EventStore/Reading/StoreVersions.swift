import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

/// Gives the states of an event store as versions: a version's id is the number of the store's latest change, and what
/// changed since an earlier one is what the store has noted, so that nothing is compared.
package actor StoreVersions {
  /// How many bits of an id the number of the change takes; the opening stands above.
  private static let changeBits: UInt64 = 40
  private let store: SQLiteStatsRepository
  /// Tells this opening of a store from others, whose changes are numbered in their own way.
  private let opening: UInt64
  /// All slots as of a change, with the place of each.
  private var roster: (change: Int64, slots: [Slot], places: [Slot.ID: Int])?

  /// The versions of an opened store; `opening` grows with each opening of the same source.
  package init(_ store: SQLiteStatsRepository, opening: UInt64) {
    self.store = store
    self.opening = opening
  }

  /// The store as it is at `now`, and what changed since the version `known`. What is read of it may be newer already.
  /// - Throws: ``StatsSourceError``.
  package func current(after known: UInt64?, at now: Date) async throws -> SourceVersion {
    let (latest, newestEvent) = try await store.latest()
    let from = known.flatMap { change(of: $0) }
    let list = try await slots(at: latest)
    let changed = try await changedSlots(after: from, upTo: latest)
    return SourceVersion(
      id: opening << Self.changeBits | UInt64(clamping: latest), contents: StoreVersion(store: store, list: list),
      changed: changed, generatedAt: now, readAt: now, newestEventAt: newestEvent)
  }

  private func change(of id: UInt64) -> Int64? {
    id >> Self.changeBits == opening ? Int64(id & (1 << Self.changeBits - 1)) : nil
  }

  private func changedSlots(after change: Int64?, upTo latest: Int64) async throws -> ChangedSlots {
    // A number that went back is another content of the file, such as a backup that was restored.
    guard let change, change <= latest else { return .all }
    if change == latest { return .only([]) }
    return try await store.changes(since: change).slots.map { .only(Set($0)) } ?? .all
  }

  /// All slots; only those with a change are read again.
  private func slots(at latest: Int64) async throws -> [Slot] {
    if let roster, roster.change == latest { return roster.slots }
    guard var known = roster, known.change < latest,
      let changed = listed(try await store.changes(since: known.change).slots, in: known.places)
    else { return try await adoptAll(latest) }
    for slot in try await store.slots(changed) {
      if let place = known.places[slot.id], known.slots[place] != slot { known.slots[place] = slot }
    }
    known.change = latest
    roster = known
    return known.slots
  }

  /// The ids, if they are known and all of them are listed.
  private func listed(_ ids: (some Collection<Slot.ID>)?, in places: [Slot.ID: Int]) -> [Slot.ID]? {
    guard let ids, ids.allSatisfy({ places[$0] != nil }) else { return nil }
    return Array(ids)
  }

  private func adoptAll(_ latest: Int64) async throws -> [Slot] {
    let slots = try await store.slots()
    let places = Dictionary(slots.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    roster = (latest, slots, places)
    return slots
  }
}

/// What a version of a store contains: the list of its slots, and the series as they are when they are read.
private struct StoreVersion: StatsRepository {
  let store: SQLiteStatsRepository
  let list: [Slot]

  var windows: Set<StatsWindow> { store.windows }

  func slots() async throws -> [Slot] { list }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await store.collectGlobalMetrics(window: window, since: since)
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await store.collectSlotMetrics(slotID, window: window, since: since)
  }

  func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await store.collectSlotMetrics(window: window, since: since)
  }

  func collectRecent(at instant: Date, slots: Set<Slot.ID>?) async throws -> RecentReading? {
    try await store.collectRecent(at: instant, slots: slots)
  }
}

extension SQLiteStatsRepository {
  /// What is known of these slots, in any order; those that are not there are left out.
  fileprivate func slots(_ ids: [Slot.ID]) async throws -> [Slot] {
    try await read { db in
      let find = try StoreStatement(db, "SELECT \(try Self.slotColumns(db)) FROM slots WHERE id = ?1")
      return try ids.compactMap { id in
        find.reset()
        find.bind(text: id, at: 1)
        defer { find.reset() }
        return try find.step() ? Self.slot(find) : nil
      }
    }
  }
}
