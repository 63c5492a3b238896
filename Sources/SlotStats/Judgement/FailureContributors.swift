#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Who holds the failures and the open jobs of a fleet: the same names on a screen and in a report.
package struct FailureContributors: Equatable, Sendable {
  /// A slot with more failures than usual.
  package struct Excess: Equatable, Sendable {
    /// The slot.
    package let id: Slot.ID
    /// `failures − usual × runs` of the judged sample, from 1, rounded; never more than the failures that belong to the
    /// verdict on all slots.
    package let failures: Int
    /// The kind that adds most.
    package let kind: FailureKind?
  }

  /// A slot that works off little of what comes in.
  package struct Stalled: Equatable, Sendable {
    /// The slot.
    package let id: Slot.ID
    /// Jobs of the judged sample received and not ended.
    package let open: Int
    /// Jobs of the judged sample received.
    package let ingest: Int
    /// When the oldest open one was received, where the source knows; the open ones are all of the slot's then.
    package let oldest: Date?
  }

  /// The slots that fail more than usual just now.
  package struct Rising: Equatable, Sendable {
    /// They, the most failures over usual first.
    package let ids: [Slot.ID]
    /// How many slots are not off.
    package let of: Int
    /// The provider of most of them, and of how many, where the fleet has several.
    package let provider: (id: String, count: Int)?

    package static func == (left: Rising, right: Rising) -> Bool {
      left.ids == right.ids && left.of == right.of && left.provider?.id == right.provider?.id
        && left.provider?.count == right.provider?.count
    }
  }

  /// What is left of all slots together without one of them.
  package struct Rest: Equatable, Sendable {
    /// The slot that is left out: it has over half of all failures.
    package let id: Slot.ID
    /// The others' failures.
    package let failures: Int
    /// The others' runs, from 1.
    package let runs: Int
  }

  /// The stalled slot with most open jobs.
  package let stalled: Stalled?
  /// The judged slots with most failures over usual, largest first; a few of them.
  package let excesses: [Excess]
  /// Without the one slot that has over half of all failures, if there is one.
  package let withoutDominant: Rest?
  /// The slots that rise; `nil` where the source has no minutes, or none rises.
  package let rising: Rising?

  /// The failures over usual from which a slot is named in a line.
  package static let named = 3
  private static let kept = 8

  /// Looks through the judged slots; places are compared, not slots, which are large to move.
  package init(_ fleet: JudgedFleet) {
    let slots = fleet.slots
    stalled = slots.indices.filter { slots[$0].series.state == .stalled }
      .max { slots[$0].series.judged.open < slots[$1].series.judged.open }.map { place in
        let series = slots[place].series
        let sample = series.isOfRecent ? series.recent?.counters ?? series.judged : series.judged
        let jobs = series.recent?.open
        return Stalled(
          id: slots[place].id, open: jobs?.count ?? sample.open, ingest: sample.ingestCount, oldest: jobs?.oldest)
      }
    let isOfRecent = fleet.speaksOfRecent
    excesses = isOfRecent ? Self.recentExcesses(fleet) : Self.excesses(fleet)
    withoutDominant = isOfRecent ? nil : Self.withoutDominant(fleet)
    rising = Self.rising(fleet)
  }

  /// How much more than usual a slot that is not marked has to fail to be rising: in its last hour, and in its own sample.
  private static let risingFactors = (recent: 2.0, own: 1.5)

  /// Whether more of a slot fails than usual, surely, in its last hour or in its own sample: a marked one by any measure,
  /// another one by some factor. A slot that is over does not rise.
  private static func isRising(_ series: JudgedSeries) -> Bool {
    guard let recent = series.recent, ![.off, .missing, .unread, .over].contains(series.state) else { return false }
    let isMarked = series.state == .critical || series.state == .warning
    return exceeds(recent.comparison, by: isMarked ? 1 : risingFactors.recent)
      || exceeds(SampleComparison(sample: series.judged, rest: series.rest), by: risingFactors.own)
  }

  private static func exceeds(_ comparison: SampleComparison, by factor: Double) -> Bool {
    guard comparison.sample.failureCount >= Thresholds.minFailures, let usual = comparison.usual,
      let low = comparison.interval?.low
    else { return false }
    return low > usual * factor
  }

  private static func rising(_ fleet: JudgedFleet) -> Rising? {
    let slots = fleet.slots
    let rising = slots.indices.filter { isRising(slots[$0].series) }
      .map { (place: $0, over: slots[$0].series.recent?.failuresOverUsual ?? 0) }
      .sorted { $0.over == $1.over ? slots[$0.place].id < slots[$1.place].id : $0.over > $1.over }
    if rising.isEmpty { return nil }
    let providers = Dictionary(grouping: rising.compactMap { slots[$0.place].slot.providerID }) { $0 }
    let most = providers.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    let hasSeveral = Set(slots.lazy.compactMap(\.slot.providerID)).count > 1
    return Rising(
      ids: rising.map { slots[$0.place].id }, of: slots.count { $0.series.state != .off },
      provider: most.flatMap { most in
        hasSeveral && 3 * most.value.count >= 2 * rising.count ? (most.key, most.value.count) : nil
      })
  }

  private static func recentExcesses(_ fleet: JudgedFleet) -> [Excess] {
    let slots = fleet.slots
    let over = slots.indices.compactMap { place -> (place: Int, failures: Double)? in
      let series = slots[place].series
      guard ![.off, .missing, .unread].contains(series.state), let failures = series.recent?.failuresOverUsual,
        failures.rounded() >= 1
      else { return nil }
      return (place, failures.rounded())
    }
    let largest = over.sorted { left, right in
      left.failures == right.failures ? slots[left.place].id < slots[right.place].id : left.failures > right.failures
    }
    return largest.prefix(kept).map { place, failures in
      Excess(
        id: slots[place].id, failures: Int(min(failures, 1e18)), kind: slots[place].series.recent?.leadingKind)
    }
  }

  private static func excesses(_ fleet: JudgedFleet) -> [Excess] {
    let slots = fleet.slots
    let over = slots.indices.compactMap { place -> (place: Int, failures: Int)? in
      let state = slots[place].series.state
      guard state.isMarked || state == .ok, slots[place].series.judged.failureCount > 0,
        let failures = slots[place].series.failuresOverUsual,
        failures.rounded() >= 1
      else { return nil }
      // A sample that reaches further back than the verdict's must not blame today for the day before.
      let isLonger = slots[place].series.judgedBuckets > 1 && fleet.global.judgedBuckets == 1
      let ofSample = isLonger ? slots[place].series.current?.failureCount ?? 0 : .max
      let excess = min(Int(min(failures.rounded(), 1e18)), ofSample)
      return excess >= 1 ? (place, excess) : nil
    }
    let largest = over.sorted { left, right in
      left.failures == right.failures ? slots[left.place].id < slots[right.place].id : left.failures > right.failures
    }
    return largest.prefix(kept).map { place, failures in
      Excess(id: slots[place].id, failures: failures, kind: slots[place].series.leadingKind)
    }
  }

  private static func withoutDominant(_ fleet: JudgedFleet) -> Rest? {
    let all = fleet.global.judged
    let half = all.failureCount / 2
    let place = fleet.slots.indices.first { place in
      fleet.slots[place].series.judged.failureCount > half && fleet.slots[place].series.state != .off
        && fleet.slots[place].series.judgedBuckets == fleet.global.judgedBuckets
    }
    guard all.failureCount > 0, let place else { return nil }
    let own = fleet.slots[place].series.judged
    let (runs, failures) = (all.totalRuns - own.totalRuns, all.failureCount - own.failureCount)
    return runs > 0 && failures >= 0 ? Rest(id: fleet.slots[place].id, failures: failures, runs: runs) : nil
  }
}
