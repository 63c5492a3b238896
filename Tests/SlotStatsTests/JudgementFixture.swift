import Foundation

@testable import SlotStats

/// Series and fleets that tests of judgement start from.
enum Judging {
  /// Thursday, 2026-11-19 00:00 UTC.
  static let today = Date(timeIntervalSince1970: 1_795_046_400)

  /// Counters of `runs` jobs of which `failures` failed.
  static func counters(_ failures: Int, of runs: Int, ingest: Int? = nil) -> StatsCounters {
    StatsCounters(success: runs - failures, timeouts: failures, ingestCount: ingest ?? runs)
  }

  /// Buckets that end with the current one; `nil` is a bucket that is not reported.
  static func metrics(_ newestFirst: [StatsCounters?], window: StatsWindow = .day) -> [StatsMetric] {
    let current = window.bucketStart(containing: today)
    return newestFirst.enumerated().reversed().compactMap { age, counters in
      counters.map { StatsMetric(window, start: window.start(current, advancedBy: -age), counters: $0) }
    }
  }

  /// A judged series of days, the newest bucket first.
  static func series(
    _ newestFirst: StatsCounters?..., window: StatsWindow = .day, isActive: Bool = true,
    thresholds: Thresholds = .standard
  ) -> JudgedSeries {
    JudgedSeries(
      metrics: metrics(newestFirst, window: window), window: window,
      currentStart: window.bucketStart(containing: today), isActive: isActive, thresholds: thresholds)
  }

  /// A reading of slots with these days, the newest first.
  static func reading(
    _ slots: [(slot: Slot, days: [StatsCounters?])], at instant: Date = today.addingTimeInterval(3600)
  ) -> FleetReading {
    let bySlot = Dictionary(
      uniqueKeysWithValues: slots.map { ($0.slot.id, StatsAggregation(window: .day, metrics: metrics($0.days))) })
    let empty = StatsAggregation(window: .week, metrics: [])
    return FleetReading(
      slots: slots.map(\.slot),
      series: [
        .day: .init(global: StatsAggregation(window: .day, metrics: []), bySlot: bySlot),
        .week: .init(global: empty, bySlot: [:]),
      ], generatedAt: instant, readAt: instant)
  }
}
