import FoundationEssentials
import SlotStats
import StatsFormats

extension CountTable {
  /// The statistics at an instant. Hours and days that are not settled are made of the minutes and hours in them; weeks are
  /// made of days, from the first one that is known whole.
  /// - Parameter instant: the data's instant; buckets that begin after it are left out.
  /// - Returns: all slots by id, with their series.
  package func document(at instant: Date) -> SnapshotDocument {
    var windows: [StatsWindow: [Slot.ID: [StatsMetric]]] = [:]
    var finer: [Slot.ID: [StatsMetric]] = [:]
    for window in Self.windows {
      let end = settled[window]?.all.last.map { Date(timeIntervalSince1970: Double($0.upperBound)) }
      finer = merged(series[window] ?? [:], finer, window, from: end ?? .distantPast, through: instant)
      windows[window] = finer
    }
    windows[.week] = weeks(of: finer)
    let seen = Set(windows.values.flatMap { $0.filter { !$0.value.isEmpty }.keys })
    let slots = owners.values.filter { seen.contains($0.slot) }.sorted { $0.slot < $1.slot }
      .map { Slot(id: $0.slot, name: $0.name, providerID: $0.provider) }
    var all: [StatsWindow: SnapshotDocument.Series] = [:]
    for (window, rows) in windows {
      let bySlot = Dictionary(slots.map { ($0.id, rows[$0.id] ?? []) }) { first, _ in first }
      all[window] = SnapshotDocument.Series(global: Self.sum(bySlot.values), bySlot: bySlot)
    }
    return SnapshotDocument(generatedAt: instant, slots: slots, series: all)
  }

  /// The buckets of a window, with those from `end` on made of finer ones.
  private func merged(
    _ known: [Slot.ID: [StatsMetric]], _ finer: [Slot.ID: [StatsMetric]], _ window: StatsWindow, from end: Date,
    through instant: Date
  ) -> [Slot.ID: [StatsMetric]] {
    var merged = known.mapValues { metrics in
      metrics.last.map { $0.periodStart <= instant } ?? true ? metrics : metrics.filter { $0.periodStart <= instant }
    }
    for (slot, metrics) in finer {
      // What was asked for itself goes before what can be made.
      let known = merged[slot]?.last?.periodEnd ?? end
      let unsettled = metrics.drop { $0.periodStart < max(end, known) }
      if !unsettled.isEmpty { merged[slot, default: []] += Self.folded(unsettled, into: window) }
    }
    return merged
  }

  private func weeks(of days: [Slot.ID: [StatsMetric]]) -> [Slot.ID: [StatsMetric]] {
    guard let first = settled[.day]?.all.first?.lowerBound else { return days.mapValues { _ in [] } }
    let known = Date(timeIntervalSince1970: Double(first))
    return days.mapValues { days in
      Self.folded(days[...], into: .week).filter { $0.periodStart >= known }
    }
  }

  /// Buckets, ascending, added up into those of a longer window.
  private static func folded(_ metrics: ArraySlice<StatsMetric>, into window: StatsWindow) -> [StatsMetric] {
    var folded: [StatsMetric] = []
    for metric in metrics {
      let start = window.bucketStart(containing: metric.periodStart)
      if folded.last?.periodStart == start {
        folded[folded.count - 1].counters += metric.counters
      } else {
        folded.append(StatsMetric(window, start: start, counters: metric.counters))
      }
    }
    return folded
  }

  private static func sum(_ series: some Sequence<[StatsMetric]>) -> [StatsMetric] {
    var sums: [Date: StatsMetric] = [:]
    for metric in series.joined() {
      if sums[metric.periodStart] == nil {
        sums[metric.periodStart] = metric
      } else {
        sums[metric.periodStart]?.counters += metric.counters
      }
    }
    return sums.values.sorted { $0.periodStart < $1.periodStart }
  }
}
