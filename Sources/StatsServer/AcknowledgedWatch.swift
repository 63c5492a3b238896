import FoundationEssentials
import SlotStats

/// Looks at acknowledged slots by day, with nobody watching, and notes in the store what becomes of them.
///
/// Whoever acknowledged may judge by other thresholds. So a recovery, and a graver state, are noted only where the trouble
/// was seen here before as it was acknowledged: what was none here, or a graver one at once, says nothing.
struct AcknowledgedWatch {
  /// What tells an acknowledgement from a later one of the same slot.
  private struct Key: Hashable {
    let slotID: Slot.ID?
    let madeAt: Date
  }

  let store: any AcknowledgementStore
  let service: CachedStatsService
  let thresholds: ThresholdRules
  let wallClock: @Sendable () -> Date
  private var troubled: Set<Key> = []

  init(
    store: any AcknowledgementStore, service: CachedStatsService, thresholds: ThresholdRules,
    wallClock: @escaping @Sendable () -> Date
  ) {
    self.store = store
    self.service = service
    self.thresholds = thresholds
    self.wallClock = wallClock
  }

  /// Looks once.
  mutating func look() async throws {
    guard let book = try await store.acknowledgements(), !book.isEmpty else {
      troubled = []
      return
    }
    let now = wallClock()
    var inactive: Set<Slot.ID> = []
    var sightings: [AcknowledgementSighting] = []
    if book.all.contains(where: { $0.slotID != nil }) {
      inactive = Set(try await service.readSlots().filter { !$0.isActive }.map(\.id))
    }
    for entry in book.all where entry.seen == nil {
      // One that cannot be read, such as that of a slot that is gone, holds nothing up.
      guard let series = try? await series(of: entry.slotID, isActive: !inactive.contains(entry.slotID ?? ""), at: now)
      else { continue }
      let key = Key(slotID: entry.slotID, madeAt: entry.at)
      let standing = entry.standing(for: Trouble(series), by: .standard, at: now)
      if series.state.isTrouble, standing.holds { troubled.insert(key) }
      let dependsOnThresholds = standing.sighting == .recovered || standing == .ended(.graver, .worse)
      guard let seen = standing.sighting, !dependsOnThresholds || troubled.contains(key) else { continue }
      sightings.append(AcknowledgementSighting(of: entry.slotID, madeAt: entry.at, seen: seen))
    }
    let kept = Set(book.all.map { Key(slotID: $0.slotID, madeAt: $0.at) })
    troubled.formIntersection(kept)
    try await store.note(sightings)
  }

  private func series(of slotID: Slot.ID?, isActive: Bool, at now: Date) async throws -> JudgedSeries {
    let window = StatsWindow.standard
    let since = window.shownStart(endingAt: now)
    let stats =
      if let slotID {
        try await service.collectSlotStats(slotID, window: window, since: since)
      } else {
        try await service.collectGlobalStats(window: window, since: since)
      }
    return JudgedSeries(
      metrics: stats.metrics, window: window, currentStart: window.bucketStart(containing: now), isActive: isActive,
      thresholds: slotID.map { thresholds[slot: $0] } ?? thresholds.standard)
  }
}
