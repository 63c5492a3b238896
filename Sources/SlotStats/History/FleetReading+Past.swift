#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension FleetReading {
  /// Everything as it was at a past moment.
  /// - Parameters:
  ///   - moment: when.
  ///   - slots: the slots that there were, in the source's order.
  ///   - global: the buckets of all slots together by each window, as ``PastMoment/series(_:)`` takes them.
  ///   - bySlot: the same of one slot.
  ///   - recent: the last minutes of then; `nil` where they are no longer kept.
  ///   - readAt: when the source was read, by the wall clock.
  public init(
    _ moment: PastMoment, slots: [Slot], global: [StatsWindow: [StatsMetric]],
    bySlot: (Slot.ID) -> [StatsWindow: [StatsMetric]], recent: RecentReading?, readAt: Date
  ) {
    var parts: [StatsWindow: [Slot.ID: StatsAggregation]] = [:]
    for window in moment.windows { parts[window] = Dictionary(minimumCapacity: slots.count) }
    for slot in slots {
      for (window, metrics) in moment.series(bySlot(slot.id)) {
        parts[window]?[slot.id] = StatsAggregation(window: window, metrics: metrics)
      }
    }
    var series: [StatsWindow: Series] = [:]
    for (window, metrics) in moment.series(global) {
      series[window] = Series(
        global: StatsAggregation(window: window, metrics: metrics), bySlot: parts[window] ?? [:])
    }
    self.init(slots: slots, series: series, generatedAt: moment.instant, readAt: readAt, recent: recent)
  }
}

extension RecentReading {
  /// The same as it was at the start of its minute: without what was counted in that minute, and without what is known
  /// of the present alone, such as open jobs.
  public func beforeItsMinute() -> RecentReading {
    let minute = minute
    func cut(_ series: RecentSeries) -> RecentSeries {
      var series = series
      series.open = nil
      series.minutes.removeMinutes(from: minute)
      return series
    }
    return RecentReading(
      global: cut(global), bySlot: bySlot.mapValues(cut), reported: reported & ~1, at: MinuteCounts.start(minute))
  }
}

extension StatsRepository {
  /// What a source was at a past moment, made of its series. The last minutes of then are those that the source gives as
  /// of that instant.
  /// - Throws: what reading the series throws.
  public func past(_ moment: PastMoment, readAt: Date) async throws -> FleetReading {
    let slots = try await slots()
    var global: [StatsWindow: [StatsMetric]] = [:]
    var bySlot: [StatsWindow: [Slot.ID: [StatsMetric]]] = [:]
    for window in moment.windows {
      let since = moment.firstNeeded(window)
      global[window] = try await collectGlobalMetrics(window: window, since: since)
      bySlot[window] = try await collectSlotMetrics(window: window, since: since)
    }
    let recent = moment.hasRecent ? try await collectRecent(at: moment.instant, slots: nil)?.beforeItsMinute() : nil
    return FleetReading(
      moment, slots: slots, global: global, bySlot: { id in bySlot.mapValues { $0[id] ?? [] } }, recent: recent,
      readAt: readAt)
  }
}

extension StatsSourceError {
  private static let goingBack = "Cannot go back in time"

  /// That a source has nothing from before `first`.
  public static func nothing(before first: Date) -> StatsSourceError {
    let date = CivilDate(first)
    return StatsSourceError(
      .notKept, action: goingBack, cause: "no data before \(date.dayAndMonth) \(date.time) UTC")
  }

  /// That a source keeps no history, and nothing of it was recorded.
  public static let noHistory = StatsSourceError(
    .notKept, action: goingBack, cause: "this source keeps no history, and none was recorded")
}
