#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The failures of the last while against what usual would have given, split by slot and kind.
///
/// Usual is the share of the slot's runs that failed this way at the same clock hours of the days before, where the source
/// has them, else on the finished days that are shown. What usual would have given is that share of the runs that came now:
/// more work alone changes nothing. It says what changed, and never why.
///
/// A pair of slot and kind stands by itself where so many failures, or so few, come by chance with a probability under
/// ``doubt`` (a Poisson count with the usual mean, see ``QuietRule``); the others are added up.
package struct FailureChanges: Hashable, Sendable {
  /// One slot and kind whose failures changed.
  package struct Entry: Hashable, Sendable {
    /// The slot.
    package let slot: Slot
    /// The kind.
    package let kind: FailureKind
    /// The failures of the while.
    package let failures: Int
    /// The slot's runs of the while.
    package let runs: Int
    /// What usual would have given.
    package let expected: Double
    /// The share of the rise, 0…1, that it explains; of what got better the share of the fall.
    package fileprivate(set) var share = 0.0
    /// Since when this kind fails more than usual there; `nil` where no start is found.
    package fileprivate(set) var since: Date?

    /// The failures beyond usual; below 0 where it got better.
    package var change: Double { Double(failures) - expected }
  }

  /// The while.
  package let span: ChangeSpan
  /// What was counted of all slots together.
  package private(set) var counters = StatsCounters.zero
  /// What usual would have given of all slots together, as far as anything is usual.
  package private(set) var expected = 0.0
  /// What got worse, the largest share first.
  package private(set) var rises: [Entry] = []
  /// What got better, the largest share first.
  package private(set) var falls: [Entry] = []
  /// How many other pairs of slot and kind failed at all, or usually do: what they changed may be chance.
  package private(set) var otherCount = 0
  /// The failures of these beyond usual; below 0 where they got better.
  package private(set) var otherChange = 0.0
  /// How many slots have runs, and nothing that is usual.
  package private(set) var unknownSlots = 0
  /// The failures of those.
  package private(set) var unknownFailures = 0

  /// The probability under which a change is no chance.
  static let doubt = 0.01
  /// The start is looked for of so many.
  private static let searched = 100

  /// What changed in the last while of a reading; `nil` where the source does not have the buckets for it.
  package init?(_ reading: FleetReading, span: ChangeSpan, thresholds: ThresholdRules) {
    guard ChangeSpan.all(in: reading).contains(span) else { return nil }
    self.span = span
    for slot in reading.slots where slot.isActive { add(slot, SlotChange(slot.id, reading, span)) }
    order()
    for place in rises.indices.prefix(Self.searched) {
      let slot = rises[place].slot.id
      rises[place].since = SlotChange(slot, reading, span).start(
        of: rises[place].kind, by: thresholds[slot: slot])
    }
  }

  private mutating func add(_ slot: Slot, _ change: SlotChange) {
    let (now, usual) = (change.counters, change.usual)
    let runs = now.totalRuns
    counters += now
    guard runs > 0 else { return }
    guard usual.totalRuns >= Thresholds.minUsualRuns else {
      unknownSlots += 1
      unknownFailures += now.shownFailures
      return
    }
    for kind in FailureKind.allCases {
      let (failures, before) = (kind.count(in: now), Double(kind.count(in: usual)))
      guard failures > 0 || before > 0 else { continue }
      let usualRuns = Double(usual.totalRuns)
      let entry = Entry(
        slot: slot, kind: kind, failures: failures, runs: runs, expected: before / usualRuns * Double(runs))
      expected += entry.expected
      // Half a failure more, so that what never failed before has a mean.
      let mean = (before + 0.5) / (usualRuns + 1) * Double(runs)
      switch Self.direction(failures, mean: mean) {
      case .above: rises.append(entry)
      case .below: falls.append(entry)
      case nil:
        otherCount += 1
        otherChange += entry.change
      }
    }
  }

  /// Whether so many failures are surely more, or fewer, than a mean gives.
  private static func direction(_ failures: Int, mean: Double) -> JudgedSeries.Trend? {
    let count = Double(failures)
    if count >= mean + 1 {
      return 1 - QuietRule.probability(ofAtMost: failures - 1, mean: mean) < doubt ? .above : nil
    }
    guard count <= mean - 1 else { return nil }
    return QuietRule.probability(ofAtMost: failures, mean: mean) < doubt ? .below : nil
  }

  private mutating func order() {
    func share(_ entries: inout [Entry], of whole: Double) {
      for place in entries.indices { entries[place].share = whole > 0 ? abs(entries[place].change) / whole : 0 }
      entries.sort { left, right in
        (abs(left.change), right.slot.id) > (abs(right.change), left.slot.id)
      }
    }
    let rise = rises.reduce(max(otherChange, 0)) { $0 + $1.change }
    let fall = falls.reduce(max(-otherChange, 0)) { $0 - $1.change }
    share(&rises, of: rise)
    share(&falls, of: fall)
  }

  /// The share of the rise that what may be chance explains, 0…1; `nil` where that is none.
  package var otherShare: Double? {
    let rise = rises.reduce(max(otherChange, 0)) { $0 + $1.change }
    return otherChange > 0 && rise > 0 ? otherChange / rise : nil
  }
}

/// One slot in the last while of a reading.
private struct SlotChange {
  /// What was counted in it.
  let counters: StatsCounters
  /// What was counted while all was as usual.
  let usual: StatsCounters
  private let slot: Slot.ID
  private let reading: FleetReading
  private let span: ChangeSpan

  init(_ slot: Slot.ID, _ reading: FleetReading, _ span: ChangeSpan) {
    (self.slot, self.reading, self.span) = (slot, reading, span)
    counters = StatsSummary(Self.buckets(of: slot, reading, span, last: span.minutes)).counters
    usual = Self.usual(of: slot, reading, span)
  }

  /// The buckets of the last so many minutes, ascending.
  private static func buckets(
    of slot: Slot.ID, _ reading: FleetReading, _ span: ChangeSpan, last minutes: Int
  ) -> [StatsMetric] {
    if span.window == .minute, let recent = reading.recent {
      let now = recent.minute
      return recent.bySlot[slot]?.minutes.minutes(in: now - minutes + 1...now).map {
        StatsMetric(.minute, start: MinuteCounts.start($0.number), counters: $0.counters)
      } ?? []
    }
    return reading.series[.hour]?.bySlot[slot]?.metrics ?? []
  }

  private static func usual(of slot: Slot.ID, _ reading: FleetReading, _ span: ChangeSpan) -> StatsCounters {
    if span.window == .minute, let recent = reading.recent, let series = recent.bySlot[slot] {
      let first = Int((Double(recent.minute - span.minutes + 1) / 60).rounded(.down))
      let count = min(series.usual.count, recent.hour - first + 1)
      let hours = series.usual.suffix(count).reduce(into: StatsCounters.zero) { $0 += $1.counters }
      if hours.totalRuns >= Thresholds.minUsualRuns { return hours }
    }
    let today = StatsWindow.day.bucketStart(containing: reading.generatedAt)
    let days = reading.series[.day]?.bySlot[slot]?.metrics ?? []
    return StatsSummary(days.lazy.filter { $0.periodStart < today }).counters
  }

  /// Since when a kind fails more than usual: other failures are taken for jobs that did not fail this way.
  func start(of kind: FailureKind, by thresholds: Thresholds) -> Date? {
    func alone(_ counters: StatsCounters) -> StatsCounters {
      let failures = min(kind.count(in: counters), counters.totalRuns)
      return StatsCounters(success: counters.totalRuns - failures, errors: failures)
    }
    guard let search = FailureOnset(usual: alone(usual), thresholds: thresholds) else { return nil }
    let buckets = Self.buckets(of: slot, reading, span, last: RecentReading.minutesBack).map {
      StatsMetric(periodStart: $0.periodStart, periodEnd: $0.periodEnd, counters: alone($0.counters))
    }
    return search.start(in: buckets[...])
  }
}
