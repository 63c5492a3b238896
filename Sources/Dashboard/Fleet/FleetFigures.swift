import SlotStats

/// What is said of all slots together by one window; worked out once a reading, not once a frame.
struct FleetFigures: Equatable, Sendable {
  /// The widest values of every column of the table.
  let extents: ColumnExtents
  /// How many slots are in each state.
  let counts: [SlotState: Int]
  /// Each slot's severity, by its place.
  let severities: [UInt8]
  /// Who holds the failures and the open jobs.
  let contributors: FailureContributors

  init(_ fleet: JudgedFleet) { self.init(fleet, extents: ColumnExtents(fleet)) }

  private init(_ fleet: JudgedFleet, extents: ColumnExtents) {
    self.extents = extents
    let states = fleet.slots.indices.map { fleet.slots[$0].series.state }
    counts = states.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    severities = states.map { UInt8($0.severity) }
    contributors = FailureContributors(fleet)
  }

  /// The same where only these rows may be wider than before: extents never narrow.
  init(_ fleet: JudgedFleet, updating earlier: FleetFigures, rows: [Int]) {
    var extents = earlier.extents
    extents.take(fleet, rows: rows)
    self.init(fleet, extents: extents)
  }
}
