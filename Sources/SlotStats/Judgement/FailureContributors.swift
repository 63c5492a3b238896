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

  /// The failures over usual from which a slot is named in a line.
  package static let named = 3
  private static let kept = 8

  /// Looks through the judged slots; places are compared, not slots, which are large to move.
  package init(_ fleet: JudgedFleet) {
    let slots = fleet.slots
    stalled = slots.indices.filter { slots[$0].series.state == .stalled }
      .max { slots[$0].series.judged.open < slots[$1].series.judged.open }.map { place in
        let sample = slots[place].series.judged
        return Stalled(id: slots[place].id, open: sample.open, ingest: sample.ingestCount)
      }
    excesses = Self.excesses(fleet)
    withoutDominant = Self.withoutDominant(fleet)
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
