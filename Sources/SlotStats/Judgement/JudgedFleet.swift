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

  /// The minute, from 1970 on, to which the last hour reaches; `nil` where the source has no minutes.
  package let minute: Int?

  /// Whether the last hour of all slots together, or of any, is worse than what the window's own sample says.
  package let speaksOfRecent: Bool

  /// The worst of all slots together and of each.
  package var worstState: SlotState { slots.reduce(global.state) { $0.graver($1.series.state) } }

  private static func speaksOfRecent(_ global: JudgedSeries, _ slots: [JudgedSlot]) -> Bool {
    guard global.recent != nil else { return false }
    return global.isOfRecent && global.state.isMarked
      || slots.contains { $0.series.isOfRecent && $0.series.state.isMarked }
  }

  /// The place in the reading of each of ``slots``.
  package let order: [Int]

  /// The same with some of the slots left out; all slots together, and every judgement, stay what they were.
  package func keeping(_ isKept: (JudgedSlot) -> Bool) -> JudgedFleet { JudgedFleet(self, keeping: isKept) }

  private init(_ all: JudgedFleet, keeping isKept: (JudgedSlot) -> Bool) {
    let kept = all.slots.indices.filter { isKept(all.slots[$0]) }
    order = kept.map { all.order[$0] }
    slots = kept.map { all.slots[$0] }
    (window, starts, global, rules, minute) = (all.window, all.starts, all.global, all.rules, all.minute)
    speaksOfRecent = Self.speaksOfRecent(global, slots)
  }

  /// Judges `reading` by `window`, each slot by its own thresholds.
  public init(_ reading: FleetReading, window: StatsWindow, thresholds rules: ThresholdRules) {
    let judge = FleetJudge(reading, window: window, rules: rules)
    minute = judge.minute
    var slots = reading.slots.map(judge.slot)
    order = worstFirst(slots.count, series: { slots[$0].series }, id: { slots[$0].id })
    slots.arrange(by: order)
    self.slots = slots
    global = judge.global
    speaksOfRecent = Self.speaksOfRecent(global, slots)
    starts = judge.starts
    self.window = window
    self.rules = rules
  }

  /// Judges `reading`, which differs from the one that `earlier` was judged from in the slots at these places alone:
  /// only those are judged, and put in their new rows.
  /// - Returns: `nil` where the current bucket is another one.
  package init?(_ reading: FleetReading, updating earlier: JudgedFleet, at places: Set<Int>) {
    let judge = FleetJudge(reading, window: earlier.window, rules: earlier.rules)
    guard judge.starts == earlier.starts, judge.minute == earlier.minute, earlier.slots.count == reading.slots.count
    else { return nil }
    minute = judge.minute
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
    speaksOfRecent = Self.speaksOfRecent(global, slots)
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
}

/// Judges the series of one reading by one window.
private struct FleetJudge {
  let starts: [Date]
  private let reading: FleetReading
  private let window: StatsWindow
  private let rules: ThresholdRules
  private let series: FleetReading.Series?
  private let recent: RecentJudge?

  init(_ reading: FleetReading, window: StatsWindow, rules: ThresholdRules) {
    self.reading = reading
    self.window = window
    self.rules = rules
    series = reading.series[window]
    starts = window.shownStarts(endingAt: reading.generatedAt)
    recent = reading.recent.map(RecentJudge.init)
  }

  var minute: Int? { recent?.minute }

  /// All slots together: not known while they are to be added up and a slot of them has not been read.
  var global: JudgedSeries {
    let metrics = series?.global.metrics ?? []
    return judge(
      metrics, isRead: !metrics.isEmpty || reading.gaps.unknownCount(in: window) == 0, reading.recent?.global,
      by: rules.standard)
  }

  func slot(_ slot: Slot) -> JudgedSlot {
    JudgedSlot(
      slot: slot,
      series: judge(
        series?.bySlot[slot.id]?.metrics, isActive: slot.isActive, isRead: reading.gaps.isKnown(slot.id, in: window),
        reading.recent?.bySlot[slot.id], by: rules[slot: slot.id]))
  }

  private func judge(
    _ metrics: [StatsMetric]?, isActive: Bool = true, isRead: Bool = true, _ minutes: RecentSeries?,
    by thresholds: Thresholds
  ) -> JudgedSeries {
    JudgedSeries(
      metrics: metrics ?? [], window: window, currentStart: starts[starts.count - 1], isActive: isActive,
      isRead: isRead, recent: recent?.sample(minutes ?? RecentSeries(), by: thresholds), thresholds: thresholds)
  }
}
