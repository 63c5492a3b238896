import Foundation
import SlotStats
import StatsFormats

/// What the stand-in holds: a snapshot whose current buckets can go on.
package struct StandInFleet: Sendable {
  /// The statistics.
  package var document: SnapshotDocument
  /// Whether the buckets are moved so that the last ones are the current ones by the panel's clock.
  package var followsClock: Bool

  /// A fleet of this document.
  package init(_ document: SnapshotDocument, followsClock: Bool = false) {
    self.document = document
    self.followsClock = followsClock
  }

  /// A fleet of `slots` slots with 60 days, 30 weeks and 30 hours that end at `instant`, and with 70 minutes where those
  /// are asked for; equal seeds give equal fleets.
  package init(slots: Int, seed: UInt64 = 1, at instant: Date, followsClock: Bool = false, minutes: Bool = false) {
    var numbers = Numbers(state: seed)
    let list = (0..<slots).map { index in
      let id = "slot-" + String(1_000_001 + index).dropFirst(slots < 1_000 ? 4 : 2)
      return Slot(id: id, name: "Slot \(index + 1)", providerID: ["gemini", "turbotext"][index % 2])
    }
    var document = SnapshotDocument(generatedAt: instant, slots: list, series: [:])
    let counts = [(StatsWindow.day, 60), (.week, 30), (.hour, 30)] + (minutes ? [(.minute, 70)] : [])
    for (window, count) in counts {
      let current = window.bucketStart(containing: instant)
      let starts = (0..<count).map { window.start(current, advancedBy: $0 + 1 - count) }
      var series = SnapshotDocument.Series()
      var global = starts.map { StatsMetric(window, start: $0, counters: .zero) }
      for slot in list {
        let metrics = starts.map { StatsMetric(window, start: $0, counters: numbers.counters()) }
        for index in metrics.indices { global[index].counters += metrics[index].counters }
        series.bySlot[slot.id] = metrics
      }
      series.global = slots == 0 ? [] : global
      document.series[window] = series
    }
    self.init(document, followsClock: followsClock)
  }

  /// Adds to the current buckets of these slots, of all for `nil`, and to those of all slots together.
  package mutating func advance(_ slotIDs: [Slot.ID]?, by counters: StatsCounters) {
    for window in StatsWindow.allCases {
      for slotID in slotIDs ?? document.slots.map(\.id) {
        guard let last = document.series[window]?.bySlot[slotID]?.indices.last else { continue }
        document.series[window]?.bySlot[slotID]?[last].counters += counters
        if let last = document.series[window]?.global.indices.last {
          document.series[window]?.global[last].counters += counters
        }
      }
    }
  }

  /// Takes slots out.
  package mutating func drop(_ slotIDs: [Slot.ID]) {
    document.slots.removeAll { slotIDs.contains($0.id) }
  }

  /// The buckets that a panel whose clock says `now` gives, ascending.
  func metrics(_ slotID: Slot.ID?, _ window: StatsWindow, at now: Date, daysOld: Int) -> [StatsMetric] {
    let rows = slotID.map { document.series[window]?.bySlot[$0] } ?? document.series[window]?.global
    let until = now.addingTimeInterval(Double(-daysOld) * 86_400)
    guard followsClock else { return (rows ?? []).filter { $0.periodStart <= until } }
    let distance = window.bucketStart(containing: until)
      .timeIntervalSince(window.bucketStart(containing: document.generatedAt))
    return (rows ?? []).map {
      StatsMetric(window, start: $0.periodStart.addingTimeInterval(distance), counters: $0.counters)
    }
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
    let success = below(400)
    let (timeouts, provider, cancelled, errors) = (below(8), below(12), below(4), below(5))
    return StatsCounters(
      success: success, timeouts: timeouts, providerErrors: provider, cancelled: cancelled, errors: errors,
      ingestCount: success + timeouts + provider + cancelled + errors + 2)
  }
}
