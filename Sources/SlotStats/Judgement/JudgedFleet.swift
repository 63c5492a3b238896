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
  /// Each slot, worst first: judged ones by ratio, then runs, then id; after them few, missing, idle, off.
  public let slots: [JudgedSlot]
  /// By what it was judged.
  public let thresholds: Thresholds

  /// The start of the current bucket.
  public var currentStart: Date { starts[starts.count - 1] }
  /// The shown range `[from, to)`.
  public var shown: Range<Date> { starts[0]..<currentStart.addingTimeInterval(window.length) }

  /// Judges `reading` by `window`.
  public init(_ reading: FleetReading, window: StatsWindow, thresholds: Thresholds) {
    self.window = window
    self.thresholds = thresholds
    let starts = window.shownStarts(endingAt: reading.generatedAt)
    let current = starts[starts.count - 1]
    self.starts = starts
    let series = reading.series[window]
    func judge(_ metrics: [StatsMetric]?, isActive: Bool = true) -> JudgedSeries {
      JudgedSeries(
        metrics: metrics ?? [], window: window, currentStart: current, isActive: isActive, thresholds: thresholds)
    }
    global = judge(series?.global.metrics)
    slots = reading.slots.map { slot in
      JudgedSlot(slot: slot, series: judge(series?.bySlot[slot.id]?.metrics, isActive: slot.isActive))
    }.sortedWorstFirst(series: \.series, id: \.slot.id)
  }

  /// The slots of each provider together, each as one judged series, worst first.
  public func providers() -> [JudgedProvider] {
    var sums: [String: [StatsCounters?]] = [:]
    for slot in slots {
      slot.series.add(to: &sums[slot.slot.providerID ?? "", default: Array(repeating: nil, count: starts.count)], of: self)
    }
    return sums.map { provider, buckets in
      let metrics = zip(starts, buckets).compactMap { start, counters in
        counters.map { StatsMetric(window, start: start, counters: $0) }
      }
      let series = JudgedSeries(
        metrics: metrics, window: window, currentStart: currentStart, thresholds: thresholds)
      return JudgedProvider(id: provider, series: series)
    }.sortedWorstFirst(series: \.series, id: \.id)
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
private struct Standing: Comparable {
  let rank: Int
  let ratio: Double
  let runs: Int

  init(_ series: JudgedSeries) {
    rank = series.state.rank
    let isOrdered = rank < SlotState.missing.rank
    ratio = isOrdered ? series.judged.failureRatio ?? -1 : 0
    runs = isOrdered ? series.judged.totalRuns : 0
  }

  static func < (left: Standing, right: Standing) -> Bool {
    if left.rank != right.rank { return left.rank < right.rank }
    if left.ratio != right.ratio { return left.ratio > right.ratio }
    return left.runs > right.runs
  }
}

extension Array {
  /// Worst first, by id among equals. Sorts small keys, since a judged slot is large to move.
  fileprivate func sortedWorstFirst(series: KeyPath<Element, JudgedSeries>, id: KeyPath<Element, String>) -> [Element] {
    let standings = map { Standing($0[keyPath: series]) }
    return indices.sorted { left, right in
      standings[left] == standings[right]
        ? self[left][keyPath: id] < self[right][keyPath: id] : standings[left] < standings[right]
    }.map { self[$0] }
  }
}
