#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Whether numbers belong to the judged sample or to the whole shown range. It changes numbers, never marks.
public enum StatsScope: String, CaseIterable, Sendable {
  case current, range
}

/// One slot with its judged series.
public struct JudgedSlot: Hashable, Sendable, Identifiable {
  /// The slot.
  public let slot: Slot
  /// Its series, judged.
  public let series: JudgedSeries

  /// The slot's id.
  public var id: Slot.ID { slot.id }

  /// A slot with its judged series.
  public init(slot: Slot, series: JudgedSeries) {
    self.slot = slot
    self.series = series
  }
}

/// All slots of one provider together, judged.
public struct JudgedProvider: Hashable, Sendable, Identifiable {
  /// The provider's id; empty for slots that name none.
  public let id: String
  /// The sum of its slots' series, judged.
  public let series: JudgedSeries
}

/// A reading of all slots by one window, judged.
public struct JudgedFleet: Hashable, Sendable {
  /// The width of the buckets.
  public let window: StatsWindow
  /// The starts of the shown buckets, oldest first; the last one is the current bucket.
  public let starts: [Date]
  /// All slots together.
  public let global: JudgedSeries
  /// Each slot, worst first: judged ones by ratio, then runs, then id; after them few, missing, idle, off, unread.
  public let slots: [JudgedSlot]
  /// By what it was judged.
  public let rules: ThresholdRules

  /// By what all slots together, providers and slots without thresholds of their own were judged.
  public var thresholds: Thresholds { rules.standard }

  /// The start of the current bucket.
  public var currentStart: Date { starts[starts.count - 1] }
  /// The shown range `[from, to)`.
  public var shown: Range<Date> { starts[0]..<currentStart.addingTimeInterval(window.length) }

  /// Judges `reading` by `window`, each slot by its own thresholds.
  public init(_ reading: FleetReading, window: StatsWindow, thresholds rules: ThresholdRules) {
    self.window = window
    self.rules = rules
    let starts = window.shownStarts(endingAt: reading.generatedAt)
    let current = starts[starts.count - 1]
    self.starts = starts
    let series = reading.series[window]
    func judge(
      _ metrics: [StatsMetric]?, isActive: Bool = true, isRead: Bool = true, by thresholds: Thresholds
    ) -> JudgedSeries {
      JudgedSeries(
        metrics: metrics ?? [], window: window, currentStart: current, isActive: isActive, isRead: isRead,
        thresholds: thresholds)
    }
    global = judge(series?.global.metrics, by: rules.standard)
    let judged = reading.slots.map { slot in
      JudgedSlot(
        slot: slot,
        series: judge(
          series?.bySlot[slot.id]?.metrics, isActive: slot.isActive, isRead: reading.gaps.isKnown(slot.id, in: window),
          by: rules[slot: slot.id]))
    }
    slots = worstFirst(judged.count, series: { judged[$0].series }, id: { judged[$0].id }).map { judged[$0] }
  }

  /// The slots of each provider together, each as one judged series, worst first.
  public func providers() -> [JudgedProvider] {
    var sums: [String: [StatsCounters?]] = [:]
    for place in slots.indices {
      let provider = slots[place].slot.providerID ?? ""
      slots[place].series.add(to: &sums[provider, default: Array(repeating: nil, count: starts.count)], of: self)
    }
    let judged = sums.map { provider, buckets in
      let metrics = zip(starts, buckets).compactMap { start, counters in
        counters.map { StatsMetric(window, start: start, counters: $0) }
      }
      let series = JudgedSeries(
        metrics: metrics, window: window, currentStart: currentStart, thresholds: thresholds)
      return JudgedProvider(id: provider, series: series)
    }
    return worstFirst(judged.count, series: { judged[$0].series }, id: { judged[$0].id }).map { judged[$0] }
  }
}

extension JudgedSeries {
  /// Adds the shown buckets to `sums`, one for each of `fleet`'s starts; `nil` stays where nothing is reported.
  fileprivate func add(to sums: inout [StatsCounters?], of fleet: JudgedFleet) {
    for metric in metrics {
      let age = Int((fleet.currentStart.timeIntervalSince(metric.periodStart) / fleet.window.length).rounded())
      let index = sums.count - 1 - age
      guard sums.indices.contains(index) else { continue }
      sums[index] = (sums[index] ?? .zero) + metric.counters
    }
  }
}

/// Where a series stands among others, worst first: judged ones by ratio, then runs; after them few, missing, idle, off.
private struct Standing {
  /// The rank in the three high bits, then how far the ratio is from 1; the bits of ratios from 0 order as they do.
  let worst: UInt64
  let runs: Int
  let place: Int

  init(_ series: borrowing JudgedSeries, place: Int) {
    let rank = series.state.rank
    let isOrdered = rank < SlotState.missing.rank
    let ratio = isOrdered ? series.judged.failureRatio : nil
    let distance = ratio.map { (1.0.bitPattern &- $0.bitPattern) >> 1 } ?? (1 << 61 - 1)
    worst = UInt64(rank) << 61 | distance
    runs = isOrdered ? series.judged.totalRuns : 0
    self.place = place
  }
}

/// The places of `count` series, worst first, by id among equals.
private func worstFirst(
  _ count: Int, series: (Int) -> JudgedSeries, id: (Int) -> String
) -> [Int] {
  // Small keys are sorted, not the series themselves, which are large to move.
  (0..<count).map { Standing(series($0), place: $0) }.sorted { left, right in
    if left.worst != right.worst { return left.worst < right.worst }
    if left.runs != right.runs { return left.runs > right.runs }
    return id(left.place) < id(right.place)
  }.map(\.place)
}
