#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension CachedStatsService {
  /// Beyond this share of all slots, reading every slot in one call is cheaper than one by one.
  private static let mendedShare = 8

  /// The frame `kept` with what `version` says has changed since; windows whose range has moved on are read whole.
  /// - Returns: `nil` where that is not known, or too much, or where slots came, went or are described otherwise.
  nonisolated(nonsending) func mended(_ kept: FleetReading, by version: SourceVersion) async throws -> FleetReading? {
    guard case .only(let slots) = version.changed, slots.count <= max(kept.slots.count / Self.mendedShare, 1),
      version.contents.windows == Set(kept.series.keys),
      try await version.contents.slots().described(by: descriptions) == kept.slots
    else { return nil }
    var frame = kept
    (frame.generatedAt, frame.readAt) = (version.generatedAt, version.readAt)
    for window in version.contents.windows {
      let since = window.shownStart(endingAt: version.generatedAt)
      if since == window.shownStart(endingAt: kept.generatedAt) {
        guard try await mend(&frame, slots, by: window, since: since, of: version) else { return nil }
      } else {
        frame.series[window] = try await whole(window, since: since, of: version)
      }
    }
    frame.recent = try await recent(kept.recent, slots, of: version)
    frame.difference = FleetReading.Difference(slots: slots, since: kept.version)
    return frame
  }

  /// The last minutes as `version` has them: those of the changed slots, and of all of them once a minute, since time alone
  /// moves them on.
  private nonisolated(nonsending) func recent(
    _ kept: RecentReading?, _ slots: Set<Slot.ID>, of version: SourceVersion
  ) async throws -> RecentReading? {
    let isSameMinute = kept?.minute == MinuteCounts.number(version.generatedAt)
    guard isSameMinute, var recent = kept else {
      return try await version.contents.collectRecent(at: version.generatedAt, slots: nil)
    }
    if slots.isEmpty { return recent }
    if let newer = try await version.contents.collectRecent(at: version.generatedAt, slots: slots) {
      recent.take(newer)
    }
    return recent
  }

  private nonisolated(nonsending) func mend(
    _ frame: inout FleetReading, _ slots: Set<Slot.ID>, by window: StatsWindow, since: Date, of version: SourceVersion
  ) async throws -> Bool {
    func stats(_ metrics: [StatsMetric]) -> StatsAggregation {
      StatsAggregation(window: window, metrics: metrics).through(version.generatedAt)
    }
    let global = try await version.contents.collectGlobalMetrics(window: window, since: since)
    frame.series[window]?.global = stats(global)
    for slot in slots {
      guard frame.series[window]?.bySlot[slot] != nil else { return false }
      let metrics = try await version.contents.collectSlotMetrics(slot, window: window, since: since)
      frame.series[window]?.bySlot[slot] = stats(metrics)
    }
    return true
  }

  private nonisolated(nonsending) func whole(
    _ window: StatsWindow, since: Date, of version: SourceVersion
  ) async throws -> FleetReading.Series {
    let key = StatsKey(nil, window, since: since)
    let global = try await singleSeries(key, in: LoadScope(version: version)).value
    let bySlot = try await everySlot(key, in: LoadScope(version: version)).value
    return FleetReading.Series(global: global, bySlot: bySlot).completed(
      for: try await version.contents.slots(), window: window, through: version.generatedAt)
  }
}

extension FleetReading {
  /// Whether an instant lies in the same buckets as the data, by every window.
  func shows(bucketsAt instant: Date) -> Bool {
    series.keys.allSatisfy { $0.bucketStart(containing: instant) == $0.bucketStart(containing: generatedAt) }
  }
}

extension FleetReading.Series {
  /// The series with one for every slot, and without the buckets that begin after `instant`.
  func completed(for slots: [Slot], window: StatsWindow, through instant: Date) -> FleetReading.Series {
    var all = bySlot.all
    // Written to only where something changes, so that it shares the cache's storage.
    for (slotID, stats) in bySlot.all where stats.reaches(beyond: instant) { all[slotID] = stats.through(instant) }
    for slot in slots where all[slot.id] == nil { all[slot.id] = StatsAggregation(window: window, metrics: []) }
    return FleetReading.Series(global: global.through(instant), bySlot: all)
  }
}

extension StatsAggregation {
  /// Whether a bucket begins after `instant`.
  func reaches(beyond instant: Date) -> Bool {
    metrics.last.map { $0.periodStart > instant } ?? false
  }

  /// Without the buckets that begin after `instant`.
  func through(_ instant: Date) -> StatsAggregation {
    guard reaches(beyond: instant) else { return self }
    return StatsAggregation(window: window, metrics: metrics.filter { $0.periodStart <= instant })
  }
}
