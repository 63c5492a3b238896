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

  /// The place in the reading of each of ``slots``.
  package let order: [Int]

  /// The same with some of the slots left out; all slots together, and every judgement, stay what they were.
  package func keeping(_ isKept: (JudgedSlot) -> Bool) -> JudgedFleet { JudgedFleet(self, keeping: isKept) }

  private init(_ all: JudgedFleet, keeping isKept: (JudgedSlot) -> Bool) {
    let kept = all.slots.indices.filter { isKept(all.slots[$0]) }
    order = kept.map { all.order[$0] }
    slots = kept.map { all.slots[$0] }
    (window, starts, global, rules) = (all.window, all.starts, all.global, all.rules)
  }

  /// Judges `reading` by `window`, each slot by its own thresholds.
  public init(_ reading: FleetReading, window: StatsWindow, thresholds rules: ThresholdRules) {
    let judge = FleetJudge(reading, window: window, rules: rules)
    var slots = reading.slots.map(judge.slot)
    order = worstFirst(slots.count, series: { slots[$0].series }, id: { slots[$0].id })
    slots.arrange(by: order)
    self.slots = slots
    global = judge.global
    starts = judge.starts
    self.window = window
    self.rules = rules
  }

  /// Judges `reading`, which differs from the one that `earlier` was judged from in the slots at these places alone:
  /// only those are judged, and put in their new rows.
  /// - Returns: `nil` where the current bucket is another one.
  package init?(_ reading: FleetReading, updating earlier: JudgedFleet, at places: Set<Int>) {
    let judge = FleetJudge(reading, window: earlier.window, rules: earlier.rules)
    guard judge.starts == earlier.starts, earlier.slots.count == reading.slots.count else { return nil }
    let changed = places.map { (place: $0, slot: judge.slot(reading.slots[$0])) }
    let sorted = worstFirst(changed.count, series: { changed[$0].slot.series }, id: { changed[$0].slot.id })
    let gone = earlier.order.indices.filter { places.contains(earlier.order[$0]) }
    var (slots, order) = ([JudgedSlot](), [Int]())
    slots.reserveCapacity(earlier.slots.count)
    order.reserveCapacity(earlier.slots.count)
    var next = 0
    var goneNext = gone[...]
    // Takes over what stood before a row, save what changed.
    func takeOver(upTo end: Int) {
      while next < end {
        let stop = min(goneNext.first ?? end, end)
        slots.append(contentsOf: earlier.slots[next..<stop])
        order.append(contentsOf: earlier.order[next..<stop])
        next = stop
        if stop < end {
          goneNext = goneNext.dropFirst()
          next += 1
        }
      }
    }
    for index in sorted {
      takeOver(upTo: earlier.row(of: changed[index].slot, from: next))
      slots.append(changed[index].slot)
      order.append(changed[index].place)
    }
    takeOver(upTo: earlier.slots.count)
    self.slots = slots
    self.order = order
    global = judge.global
    starts = judge.starts
    window = earlier.window
    rules = earlier.rules
  }

  /// The row from `start` on before which a slot comes.
  private func row(of slot: JudgedSlot, from start: Int) -> Int {
    var (low, high) = (start, slots.count)
    while low < high {
      let middle = (low + high) / 2
      if slot.stands(before: slots[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The slots of each provider together, each as one judged series, worst first.
  public func providers() -> [JudgedProvider] {
    var sums: [String: [StatsCounters?]] = [:]
    for place in slots.indices {
      let provider = slots[place].slot.providerID ?? ""
      slots[place].series.add(to: &sums[provider, default: Array(repeating: nil, count: starts.count)], of: self)
    }
    return judgedProviders(sums)
  }

  /// The same, where `known` are those of `earlier`, which differs in these rows alone: what its slots counted is taken
  /// away and what they count now added.
  package func providers(from known: [JudgedProvider], of earlier: JudgedFleet, rows: [(old: Int, new: Int)])
    -> [JudgedProvider]
  {
    guard starts == earlier.starts else { return providers() }
    var sums: [String: [StatsCounters?]] = [:]
    for provider in known {
      provider.series.add(to: &sums[provider.id, default: Array(repeating: nil, count: starts.count)], of: self)
    }
    for (old, new) in rows {
      let (before, now) = (earlier.slots[old], slots[new])
      let provider = now.slot.providerID ?? ""
      guard before.slot.providerID ?? "" == provider,
        before.series.exchange(for: now.series, in: &sums[provider, default: []], of: self)
      else { return providers() }
    }
    return judgedProviders(sums)
  }

  private func judgedProviders(_ sums: [String: [StatsCounters?]]) -> [JudgedProvider] {
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

/// Judges the series of one reading by one window.
private struct FleetJudge {
  let starts: [Date]
  private let reading: FleetReading
  private let window: StatsWindow
  private let rules: ThresholdRules
  private let series: FleetReading.Series?

  init(_ reading: FleetReading, window: StatsWindow, rules: ThresholdRules) {
    self.reading = reading
    self.window = window
    self.rules = rules
    series = reading.series[window]
    starts = window.shownStarts(endingAt: reading.generatedAt)
  }

  /// All slots together: not known while they are to be added up and a slot of them has not been read.
  var global: JudgedSeries {
    let metrics = series?.global.metrics ?? []
    return judge(
      metrics, isRead: !metrics.isEmpty || reading.gaps.unknownCount(in: window) == 0, by: rules.standard)
  }

  func slot(_ slot: Slot) -> JudgedSlot {
    JudgedSlot(
      slot: slot,
      series: judge(
        series?.bySlot[slot.id]?.metrics, isActive: slot.isActive, isRead: reading.gaps.isKnown(slot.id, in: window),
        by: rules[slot: slot.id]))
  }

  private func judge(
    _ metrics: [StatsMetric]?, isActive: Bool = true, isRead: Bool = true, by thresholds: Thresholds
  ) -> JudgedSeries {
    JudgedSeries(
      metrics: metrics ?? [], window: window, currentStart: starts[starts.count - 1], isActive: isActive,
      isRead: isRead, thresholds: thresholds)
  }
}

extension JudgedSlot {
  /// Whether it comes first in the order of ``JudgedFleet/slots``.
  fileprivate func stands(before other: JudgedSlot) -> Bool {
    let (own, others) = (Standing(series, place: 0), Standing(other.series, place: 1))
    return own.precedes(others) ?? (id < other.id)
  }
}

extension JudgedSeries {
  /// Adds the shown buckets to `sums`, one for each of `fleet`'s starts; `nil` stays where nothing is reported.
  fileprivate func add(to sums: inout [StatsCounters?], of fleet: JudgedFleet) {
    for metric in metrics {
      guard let index = fleet.index(of: metric), sums.indices.contains(index) else { continue }
      sums[index] = (sums[index] ?? .zero) + metric.counters
    }
  }

  /// Takes the shown buckets away from `sums`, in which they are, and adds those of `other`.
  /// - Returns: `false` where that cannot be done: a bucket is not reported any more, or a sum has reached its most.
  fileprivate func exchange(for other: JudgedSeries, in sums: inout [StatsCounters?], of fleet: JudgedFleet) -> Bool {
    let reported = Set(other.metrics.map(\.periodStart))
    for metric in metrics {
      guard let index = fleet.index(of: metric) else { continue }
      guard sums.indices.contains(index), reported.contains(metric.periodStart),
        let rest = sums[index]?.subtracting(metric.counters)
      else { return false }
      sums[index] = rest
    }
    other.add(to: &sums, of: fleet)
    return true
  }
}

extension JudgedFleet {
  /// The place of a bucket among the shown ones; `nil` where it is none of them.
  fileprivate func index(of metric: StatsMetric) -> Int? {
    let age = Int((currentStart.timeIntervalSince(metric.periodStart) / window.length).rounded())
    return (0..<starts.count).contains(age) ? starts.count - 1 - age : nil
  }
}

extension StatsCounters {
  /// What is left without `part`; `nil` where a counter has reached its most, and where `part` is no part of it.
  fileprivate func subtracting(_ part: StatsCounters) -> StatsCounters? {
    var rest = self
    for (_, path) in Self.keys {
      guard self[keyPath: path] < .max, self[keyPath: path] >= part[keyPath: path] else { return nil }
      rest[keyPath: path] -= part[keyPath: path]
    }
    return rest
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
    let judged = isOrdered ? series.judged : .zero
    let ratio = judged.failureRatio
    let distance = ratio.map { (1.0.bitPattern &- $0.bitPattern) >> 1 } ?? (1 << 61 - 1)
    worst = UInt64(rank) << 61 | distance
    runs = judged.totalRuns
    self.place = place
  }

  /// Whether it comes first; `nil` among equals.
  func precedes(_ other: Standing) -> Bool? {
    if worst != other.worst { return worst < other.worst }
    return runs != other.runs ? runs > other.runs : nil
  }
}

/// The places of `count` series, worst first, by id among equals.
private func worstFirst(
  _ count: Int, series: (Int) -> JudgedSeries, id: (Int) -> String
) -> [Int] {
  // Small keys are sorted, not the series themselves, which are large to move.
  (0..<count).map { Standing(series($0), place: $0) }.sorted { left, right in
    left.precedes(right) ?? (id(left.place) < id(right.place))
  }.map(\.place)
}

extension Array {
  /// Puts the elements in another order, without a copy of them: the one at place `order[i]` goes to place `i`.
  fileprivate mutating func arrange(by order: [Int]) {
    var isPlaced = [Bool](repeating: false, count: count)
    withUnsafeMutableBufferPointer { elements in
      guard let base = elements.baseAddress else { return }
      // Along each circle of places everything moves on by one, so that nothing is counted as used once more.
      for start in elements.indices where !isPlaced[start] {
        let first = (base + start).move()
        var place = start
        while order[place] != start {
          (base + place).moveInitialize(from: base + order[place], count: 1)
          isPlaced[place] = true
          place = order[place]
        }
        (base + place).initialize(to: first)
        isPlaced[place] = true
      }
    }
  }
}
