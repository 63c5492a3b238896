#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension CachedStatsService {
  /// Everything that one frame shows: the shown range of every window, for all slots together and for each.
  ///
  /// A source with versions is asked for its current one, and the whole frame is of it, also where another reader
  /// sees a newer one meanwhile; while it stays the same, the same frame is handed out with its new `readAt` whatever
  /// the time to live (unless that is 0), since a version never changes.
  ///
  /// From any other source the shown range ends at `now`, and loads are dated `now`. The frame's parts are of different
  /// ages, since an event makes only its slot be read anew; so it has two instants. `generatedAt` is when the newest of
  /// its loads ended: no count is of an event after it, whichever part it stands in, and no bucket of such a count is
  /// taken for one that lies ahead. `readAt` is when the oldest began: everything that the source had then is in it.
  /// What is older than `generatedAt` is as it was read at `readAt` at the earliest; where every event is recorded or
  /// invalidated here, it has not changed since. Nothing from before the current day is used, so that a frame never mixes
  /// two ranges. Its version number changes whenever a part of it was read anew.
  ///
  /// What a source has not read of a version stands in the frame's gaps.
  /// - Parameter now: the time of day.
  /// - Returns: the frame; every listed slot is in the series of every window.
  /// - Throws: what the source throws; what was read before stays cached.
  nonisolated(nonsending) public func readFleet(now: Date) async throws -> FleetReading {
    guard hasVersions else { return try await readLiveFleet(now: now) }
    let (mark, kept) = frames.current
    return try await frame(of: try await repository.currentVersion(after: kept?.version), from: kept, since: mark)
  }

  /// The frame of what an incremental source has gathered so far, without asking it for anything.
  /// - Returns: the frame; `nil` before the source's first version, and from any other source.
  /// - Throws: what the version throws.
  nonisolated(nonsending) public func readGathered() async throws -> FleetReading? {
    guard repository.reading == .incrementally else { return nil }
    let (mark, kept) = frames.current
    guard let version = await repository.gatheredVersion(after: kept?.version) else { return nil }
    return try await frame(of: version, from: kept, since: mark)
  }

  /// The frame of a version: `kept` with its new ages where it is of the same, `kept` with what changed since, or a
  /// new one.
  private nonisolated(nonsending) func frame(
    of version: SourceVersion, from kept: FleetReading?, since mark: UInt64
  ) async throws -> FleetReading {
    var frame: FleetReading
    if ttl > .zero, let kept, kept.version == version.id, kept.shows(bucketsAt: version.generatedAt) {
      frame = kept
      frame.generatedAt = version.generatedAt
      frame.readAt = version.readAt
      frame.newestEventAt = version.newestEventAt
      frame.clockLead = version.clockLead
      frame.gaps = version.gaps
      return frame
    }
    adopt(version.id)
    if ttl > .zero, let kept, let mended = try await mended(kept, by: version) {
      frame = mended
    } else {
      let parts = try await fleetParts(shownAt: version.generatedAt, in: LoadScope(version: version))
      frame = parts.frame(generatedAt: version.generatedAt, readAt: version.readAt)
      frame.recent = try await version.contents.collectRecent(at: version.generatedAt, slots: nil)
    }
    frame.refreshInterval = version.refreshInterval
    frame.notice = version.notice
    frame.version = version.id
    frame.newestEventAt = version.newestEventAt
    frame.clockLead = version.clockLead
    frame.gaps = version.gaps
    if ttl > .zero { frames.keep(frame, since: mark) }
    return frame
  }

  private nonisolated(nonsending) func readLiveFleet(now: Date) async throws -> FleetReading {
    let today = StatsWindow.standard.bucketStart(containing: now)
    let parts = try await fleetParts(shownAt: now, in: LoadScope(readAt: now, notBefore: today))
    var frame = parts.frame(generatedAt: parts.newestCount ?? now, readAt: parts.oldestReading ?? now)
    frame.version = frames.number(of: parts.serials)
    frame.recent = try await frames.recent(of: frame.version, at: frame.generatedAt) {
      try await repository.collectRecent(at: frame.generatedAt, slots: nil)
    }
    return frame
  }

  private nonisolated(nonsending) func fleetParts(shownAt instant: Date, in scope: LoadScope) async throws
    -> FleetParts
  {
    var parts = FleetParts(slots: try await slotList(in: scope))
    let windows = scope.version?.contents.windows ?? repository.windows
    for window in StatsWindow.allCases where windows.contains(window) {
      let key = StatsKey(nil, window, since: window.shownStart(endingAt: instant))
      let global = try await singleSeries(key, in: scope)
      let bySlot = try await everySlot(key, in: scope)
      parts.windows.append((window, global, bySlot))
    }
    return parts
  }
}

/// What a frame is put together from.
private struct FleetParts {
  var slots: StatsEntry<[Slot]>
  var windows:
    [(window: StatsWindow, global: StatsEntry<StatsAggregation>, bySlot: StatsEntry<[Slot.ID: StatsAggregation]>)] = []

  /// Tells these parts from others.
  var serials: [UInt64] { [slots.serial] + windows.flatMap { [$0.global.serial, $0.bySlot.serial] } }

  /// The list of slots has no part in either: it is no statistics.
  var newestCount: Date? { windows.map { max($0.global.generatedAt, $0.bySlot.generatedAt) }.max() }
  var oldestReading: Date? { windows.map { min($0.global.readAt, $0.bySlot.readAt) }.min() }

  func frame(generatedAt: Date, readAt: Date) -> FleetReading {
    var series: [StatsWindow: FleetReading.Series] = [:]
    for part in windows {
      series[part.window] = FleetReading.Series(global: part.global.value, bySlot: part.bySlot.value)
        .completed(for: slots.value, window: part.window, through: generatedAt)
    }
    return FleetReading(slots: slots.value, series: series, generatedAt: generatedAt, readAt: readAt)
  }
}
