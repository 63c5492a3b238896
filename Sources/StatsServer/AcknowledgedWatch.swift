import FoundationEssentials
import SlotStats
import StatsFormats

/// Looks at acknowledged slots by day and by their last hour, with nobody watching, and notes in the store what becomes of them.
///
/// Whoever acknowledged may judge by other thresholds. So a recovery, and a graver state, are noted only where the trouble
/// was seen here before as it was acknowledged: what was none here, or a graver one at once, says nothing.
struct AcknowledgedWatch {
  /// What tells an acknowledgement from a later one of the same slot.
  private struct Key: Hashable {
    let slotID: Slot.ID?
    let madeAt: Date
  }

  let ledger: any EventLedger
  let service: CachedStatsService
  let thresholds: ThresholdRules
  let wallClock: @Sendable () -> Date
  private var troubled: Set<Key> = []

  init(
    ledger: any EventLedger, service: CachedStatsService, thresholds: ThresholdRules,
    wallClock: @escaping @Sendable () -> Date
  ) {
    self.ledger = ledger
    self.service = service
    self.thresholds = thresholds
    self.wallClock = wallClock
  }

  /// Looks once.
  mutating func look() async throws {
    guard let book = try await ledger.acknowledgements(), !book.isEmpty else {
      troubled = []
      return
    }
    let now = wallClock()
    let entries = book.all.filter { $0.seen == nil }
    let hasSlots = entries.contains { $0.slotID != nil }
    let slots = try await hasSlots ? service.readSlots() : []
    let inactive = Set(slots.filter { !$0.isActive }.map(\.id))
    let recent = try await recent(of: entries, among: slots, at: now)
    var sightings: [AcknowledgementSighting] = []
    for entry in entries {
      let isActive = !inactive.contains(entry.slotID ?? "")
      // One that cannot be read, such as that of a slot that is gone, holds nothing up.
      guard let series = try? await series(of: entry.slotID, isActive: isActive, recent, at: now) else { continue }
      let key = Key(slotID: entry.slotID, madeAt: entry.at)
      let standing = entry.standing(for: Trouble(series), by: .standard, at: now)
      if series.state.isTrouble, standing.holds { troubled.insert(key) }
      let dependsOnThresholds = standing.sighting == .recovered || standing == .ended(.graver, .worse)
      guard let seen = standing.sighting, !dependsOnThresholds || troubled.contains(key) else { continue }
      sightings.append(AcknowledgementSighting(of: entry.slotID, madeAt: entry.at, seen: seen))
    }
    let kept = Set(book.all.map { Key(slotID: $0.slotID, madeAt: $0.at) })
    troubled.formIntersection(kept)
    try await ledger.note(sightings)
  }

  /// The last minutes of what is acknowledged, and of nothing else; `nil` where the store has none.
  private func recent(
    of entries: [Acknowledgement], among slots: [Slot], at now: Date
  ) async throws -> RecentReading? {
    if entries.isEmpty { return nil }
    let ids = Set(entries.compactMap(\.slotID)).intersection(slots.map(\.id))
    return try await ledger.collectRecent(at: now, slots: ids)
  }

  private func series(
    of slotID: Slot.ID?, isActive: Bool, _ recent: RecentReading?, at now: Date
  ) async throws -> JudgedSeries {
    let window = StatsWindow.standard
    let since = window.shownStart(endingAt: now)
    let stats =
      if let slotID {
        try await service.collectSlotStats(slotID, window: window, since: since)
      } else {
        try await service.collectGlobalStats(window: window, since: since)
      }
    let limits = slotID.map { thresholds[slot: $0] } ?? thresholds.standard
    let sample = recent.map { recent in
      let minutes = slotID.map { recent.bySlot[$0] ?? RecentSeries() } ?? recent.global
      return RecentJudge(recent).sample(minutes, by: limits)
    }
    return JudgedSeries(
      metrics: stats.metrics, window: window, currentStart: window.bucketStart(containing: now), isActive: isActive,
      recent: sample, thresholds: limits)
  }
}
