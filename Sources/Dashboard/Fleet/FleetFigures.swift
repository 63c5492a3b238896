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
  let culprits: FleetCulprits
  /// The providers, worst first.
  let providers: [JudgedProvider]

  init(_ fleet: JudgedFleet) {
    extents = ColumnExtents(fleet)
    let states = fleet.slots.indices.map { fleet.slots[$0].series.state }
    counts = states.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    severities = states.map { UInt8($0.severity) }
    culprits = FleetCulprits(fleet)
    providers = fleet.providers()
  }
}
