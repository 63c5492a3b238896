import SlotStats

/// What is said of all slots together by one window; worked out once a reading, not once a frame.
struct FleetFigures: Equatable, Sendable {
  /// A slot with more failures than usual.
  struct Excess: Equatable, Sendable {
    let id: Slot.ID
    /// `failures − usual × runs` of the judged sample.
    let failures: Double
    /// The kind that adds most.
    let kind: FailureKind?

    /// `+14`.
    var count: String { "+" + NumberText.count(Int(failures.rounded())) }
  }

  /// The widest values of every column of the table.
  let extents: ColumnExtents
  /// How many slots are in each state.
  let counts: [SlotState: Int]
  /// Each slot's severity, by its place.
  let severities: [UInt8]
  /// The slots with most failures over usual, from +1, largest first; a few of them.
  let excesses: [Excess]
  /// The providers, worst first.
  let providers: [JudgedProvider]
  /// The stalled slot with most open jobs, and `267 of 461 open`.
  let stalled: (id: Slot.ID, counts: String)?
  /// The one slot that has over half of all failures, and what is left without it.
  let withoutDominant: (id: Slot.ID, rest: FleetChange.Delta)?

  private static let keptExcesses = 8

  init(_ fleet: JudgedFleet) {
    extents = ColumnExtents(fleet)
    let states = fleet.slots.indices.map { fleet.slots[$0].series.state }
    counts = states.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    severities = states.map { UInt8($0.severity) }
    excesses = Self.excesses(fleet)
    providers = fleet.providers()
    stalled = states.indices.filter { states[$0] == .stalled }
      .max { fleet.slots[$0].series.judged.open < fleet.slots[$1].series.judged.open }.map { place in
        let sample = fleet.slots[place].series.judged
        let counts = "\(NumberText.count(sample.open)) of \(NumberText.count(sample.ingestCount)) open"
        return (Headline.short(fleet.slots[place].id), counts)
      }
    withoutDominant = Self.withoutDominant(fleet)
  }

  private static func excesses(_ fleet: JudgedFleet) -> [Excess] {
    // Places are sorted, not slots, which are large to move.
    let over = fleet.slots.indices.compactMap { place -> (place: Int, failures: Double)? in
      let state = fleet.slots[place].series.state
      guard state.isMarked || state == .ok, let failures = fleet.slots[place].series.failuresOverUsual,
        failures.rounded() >= 1
      else { return nil }
      return (place, min(failures, 1e15))
    }
    let largest = over.sorted { left, right in
      left.failures == right.failures
        ? fleet.slots[left.place].id < fleet.slots[right.place].id : left.failures > right.failures
    }
    return largest.prefix(keptExcesses).map { place, failures in
      Excess(id: fleet.slots[place].id, failures: failures, kind: fleet.slots[place].series.leadingKind)
    }
  }

  private static func withoutDominant(_ fleet: JudgedFleet) -> (id: Slot.ID, rest: FleetChange.Delta)? {
    let all = fleet.global.judged
    let half = all.failureCount / 2
    let place = fleet.slots.indices.first { place in
      fleet.slots[place].series.judged.failureCount > half && fleet.slots[place].series.state != .off
        && fleet.slots[place].series.judgedBuckets == fleet.global.judgedBuckets
    }
    guard all.failureCount > 0, let place else { return nil }
    let dominant = fleet.slots[place]
    let rest = FleetChange.Delta(
      runs: all.totalRuns - dominant.series.judged.totalRuns,
      failures: all.failureCount - dominant.series.judged.failureCount)
    return rest.runs > 0 && rest.failures >= 0 ? (dominant.id, rest) : nil
  }

  static func == (left: FleetFigures, right: FleetFigures) -> Bool {
    left.extents == right.extents && left.counts == right.counts && left.severities == right.severities
      && left.excesses == right.excesses
      && left.providers == right.providers && left.stalled?.id == right.stalled?.id
      && left.stalled?.counts == right.stalled?.counts
      && left.withoutDominant?.id == right.withoutDominant?.id
      && left.withoutDominant?.rest == right.withoutDominant?.rest
  }
}
