import Foundation
import SlotStats
import StatsFormats

/// Fleets of any size that are the same in every run.
enum FleetMaker {
  /// 2026-11-19T14:30:00Z.
  static let instant = Date(timeIntervalSince1970: 1_795_098_600)

  /// A document of `slots` slots with 14 days and 8 weeks each; `changed` adds runs to one slot in a hundred.
  static func document(slots: Int, changed: Int = 0) -> SnapshotDocument {
    var random = Numbers(state: 1)
    let ids = (1...max(slots, 1)).map { "slot-" + String(100_000 + $0).dropFirst() }
    let list = ids.map { Slot(id: $0, name: "Slot \($0.dropFirst(5))", providerID: "provider-\(random.below(4))") }
    var series: [StatsWindow: SnapshotDocument.Series] = [:]
    for window in StatsWindow.allCases {
      var bySlot: [Slot.ID: [StatsMetric]] = [:]
      var global: [StatsCounters] = Array(repeating: .zero, count: window.shownBuckets)
      let starts = window.shownStarts(endingAt: instant)
      for (index, id) in ids.enumerated() {
        var metrics = starts.map { StatsMetric(window, start: $0, counters: random.counters()) }
        if changed > 0, index % 100 == changed % 100 { metrics[metrics.count - 1].counters.success += changed }
        for (bucket, metric) in metrics.enumerated() { global[bucket] += metric.counters }
        bySlot[id] = metrics
      }
      series[window] = SnapshotDocument.Series(
        global: zip(starts, global).map { StatsMetric(window, start: $0, counters: $1) }, bySlot: bySlot)
    }
    return SnapshotDocument(generatedAt: instant, slots: list, series: series)
  }

  /// What a service reads from `document`.
  static func reading(_ document: SnapshotDocument, version: UInt64 = 1) -> FleetReading {
    var series: [StatsWindow: FleetReading.Series] = [:]
    for (window, rows) in document.series {
      series[window] = FleetReading.Series(
        global: StatsAggregation(window: window, metrics: rows.global),
        bySlot: rows.bySlot.mapValues { StatsAggregation(window: window, metrics: $0) })
    }
    return FleetReading(
      slots: document.slots, series: series, generatedAt: instant, readAt: instant, version: version)
  }
}

/// Numbers by the linear congruential method of Knuth's MMIX: plenty for made-up counters.
private struct Numbers {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }

  mutating func counters() -> StatsCounters {
    let success = below(4_000)
    let (timeouts, provider, errors) = (below(40), below(60), below(10))
    return StatsCounters(
      success: success, timeouts: timeouts, providerErrors: provider, cancelled: below(5), errors: errors,
      ingestCount: success + timeouts + provider + errors + 5)
  }
}
