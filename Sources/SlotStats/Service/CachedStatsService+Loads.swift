#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a value may be taken from: the newest state of the source, or the one state that a frame is built from.
struct LoadScope: Sendable {
  /// The version that everything has to be of.
  var version: SourceVersion?
  /// The time of day that loads are given; the service's wall clock if there is none.
  var readAt: Date?
  /// What was read before this instant is not good enough.
  var notBefore: Date?

  static let newest = LoadScope()
}

extension CachedStatsService {
  /// One series, from memory or from a load.
  nonisolated(nonsending) func singleSeries(
    _ key: StatsKey, in scope: LoadScope
  ) async throws -> StatsEntry<StatsAggregation> {
    try await series.value(
      plan(key, in: scope, for: series) { repository in
        let metrics =
          if let slotID = key.slotID {
            try await repository.collectSlotMetrics(slotID, window: key.window, since: key.since)
          } else {
            try await repository.collectGlobalMetrics(window: key.window, since: key.since)
          }
        return StatsAggregation(window: key.window, metrics: metrics)
      }, sharing: ttl > .zero)
  }

  /// The list of slots, from memory or from a load.
  nonisolated(nonsending) func slotList(in scope: LoadScope) async throws -> StatsEntry<[Slot]> {
    // There is one list, whatever the window.
    let key = StatsKey(nil, .standard, since: nil)
    return try await slotLists.value(
      plan(key, in: scope, for: slotLists) { [descriptions] in try await $0.slots().described(by: descriptions) },
      sharing: ttl > .zero)
  }

  /// The series of every slot, from memory or from a load; stale slots alone are read one by one.
  nonisolated(nonsending) func everySlot(
    _ key: StatsKey, in scope: LoadScope
  ) async throws -> StatsEntry<[Slot.ID: StatsAggregation]> {
    // Before the look at the entries: what comes later is stale in a load that starts now.
    let epoch = events.lastEvent
    let kept =
      ttl > .zero
      ? bulks.entry(
        for: key, at: clockTime(), version: scope.version?.id, notBefore: scope.notBefore) : nil
    if let kept, kept.epoch >= epoch { return kept }
    var plan = plan(key, in: scope, for: bulks) { repository in
      try await repository.collectSlotMetrics(window: key.window, since: key.since)
        .mapValues { StatsAggregation(window: key.window, metrics: $0) }
    }
    plan.epoch = epoch
    // A version never changes, so there is nothing in it to mend.
    if let kept, !hasVersions, let stale = events.slots(after: kept.epoch) {
      mend(kept, stale: stale, in: &plan)
    }
    return try await bulks.value(plan, sharing: ttl > .zero)
  }

  /// Turns the load of every slot into one of the stale ones; the others keep the age they have.
  private func mend(
    _ kept: StatsEntry<[Slot.ID: StatsAggregation]>, stale: [Slot.ID],
    in plan: inout SingleFlightCache<[Slot.ID: StatsAggregation]>.Plan
  ) {
    plan.readAt = kept.readAt
    plan.baseGeneration = kept.generation
    let (key, repository, wallClock) = (plan.key, repository, wallClock)
    plan.body = { _ in
      var mended = kept
      for slotID in stale {
        do {
          let metrics = try await repository.collectSlotMetrics(slotID, window: key.window, since: key.since)
          mended.value[slotID] = StatsAggregation(window: key.window, metrics: metrics)
        } catch let error as StatsSourceError where error.kind == .noSuchSlot {
          mended.value[slotID] = nil
        }
      }
      mended.generatedAt = max(kept.generatedAt, wallClock())
      return mended
    }
  }

  /// A load from the scope's version, or from the newest one of a source that has them, or from the repository.
  private func plan<Value>(
    _ key: StatsKey, in scope: LoadScope, for loads: SingleFlightCache<Value>,
    reading read: @escaping @Sendable (any StatsRepository) async throws -> Value
  ) -> SingleFlightCache<Value>.Plan {
    let (now, readAt) = (clockTime(), scope.version?.readAt ?? scope.readAt ?? wallClock())
    return SingleFlightCache.Plan(
      key: key, now: now, readAt: readAt, version: scope.version?.id, notBefore: scope.notBefore
    ) { [self] load in
      var version = scope.version
      if version == nil, hasVersions {
        let newest = try await repository.currentVersion(after: nil)
        adopt(newest.id, keeping: load, of: loads)
        version = newest
      }
      let value = try await read(version?.contents ?? repository)
      // A count may be of any moment of the load; of none after its end.
      return StatsEntry(
        value: value, loadStarted: now, generatedAt: version?.generatedAt ?? max(readAt, wallClock()),
        readAt: version?.readAt ?? readAt, version: version?.id)
    }
  }

  private func adopt<Value>(_ version: UInt64, keeping load: UInt64?, of loads: SingleFlightCache<Value>) {
    // First, since the ones below know nothing of this load's number.
    loads.adopt(version: version, keeping: load)
    adopt(version)
  }

  /// Makes a newer version the one that every entry is of.
  func adopt(_ version: UInt64) {
    series.adopt(version: version)
    bulks.adopt(version: version)
    slotLists.adopt(version: version)
  }
}
