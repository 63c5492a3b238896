import FoundationEssentials
import SlotStats

/// What is known on call of the fleet on the screen: what of it is acknowledged, what is left without that, and which
/// rules look at which slot.
struct FleetStanding: Equatable, Sendable {
  /// What it was worked out from: equal ones mean equal standings.
  struct Basis: Hashable, Sendable {
    let version: UInt64
    let generatedAt: Date
    let window: StatsWindow
    let revision: Int
  }

  let basis: Basis
  /// The acknowledgements that hold for a trouble there is; `nil` is the key of all slots together.
  let acknowledged: [Slot.ID?: Acknowledgement]
  /// The places of the acknowledged slots among those of the judged fleet.
  let rows: Set<Int>
  /// The judged fleet without them.
  let rest: JudgedFleet
  /// What is said of that; severities keep the places of all slots.
  let figures: FleetFigures
  /// What was just seen of acknowledged slots.
  let sightings: [AcknowledgementSighting]
  /// The rules that are pending or fire, by slot.
  let alerts: [Slot.ID: [ActiveAlert]]
  /// Those of all slots together, and of the source.
  let general: [ActiveAlert]
  /// When the first of ``acknowledged`` ends by itself.
  let nextEnd: Date?

  /// Works it out for `fleet` by `window` at `now`.
  init(_ fleet: Fleet, _ onCall: OnCall, by window: StatsWindow, at now: Date) {
    basis = Basis(
      version: fleet.reading.version, generatedAt: fleet.generatedAt, window: window, revision: onCall.revision)
    let judged = fleet[window]
    let outcome = onCall.book.outcome(in: judged, at: now)
    let inForce = outcome.inForce
    acknowledged = inForce
    sightings = outcome.sightings
    rows = Set(inForce.keys.compactMap { id in id.flatMap { fleet.place(of: $0, in: window) } })
    rest = rows.isEmpty ? judged : judged.keeping { inForce[$0.id] == nil }
    figures =
      rows.isEmpty ? fleet.figures(window) : FleetFigures(fleet.figures(window), of: judged, rest: rest, without: rows)
    var (bySlot, general) = ([Slot.ID: [ActiveAlert]](), [ActiveAlert]())
    for alert in onCall.alerts {
      if case .slot(let id) = alert.subject { bySlot[id, default: []].append(alert) } else { general.append(alert) }
    }
    alerts = bySlot
    self.general = general
    nextEnd = inForce.values.compactMap { if case .at(let end) = $0.until { end } else { nil } }.min()
  }
}

extension DashboardState {
  /// What a standing of what is shown is worked out from; `nil` where nothing is known on call, and for the past.
  private var standingBasis: FleetStanding.Basis? {
    guard let shown, !isPast, !onCall.book.isEmpty || !onCall.alerts.isEmpty else { return nil }
    return FleetStanding.Basis(
      version: shown.reading.version, generatedAt: shown.generatedAt, window: window, revision: onCall.revision)
  }

  /// Whether ``standing`` is not that of what is shown, or not any more.
  var isStandingOld: Bool {
    standing?.basis != standingBasis || standing?.nextEnd.map { now.wall >= $0 } == true
  }

  /// Works ``standing`` out anew where it is old.
  mutating func renewStanding() {
    guard isStandingOld else { return }
    standing = standingBasis == nil ? nil : shown.map { FleetStanding($0, onCall, by: window, at: now.wall) }
  }

  /// What is said of all slots on the screen, those that are acknowledged aside.
  var figures: FleetFigures? { standing?.figures ?? shown?.figures(window) }

  /// The acknowledgement that holds for a slot or, for `nil`, for all together.
  func acknowledgement(_ id: Slot.ID?) -> Acknowledgement? { standing?.acknowledged[id] }
}

extension FleetFigures {
  /// The same with some slots left out of counts and names; `rest` is the fleet without them.
  init(_ all: FleetFigures, of fleet: JudgedFleet, rest: JudgedFleet, without rows: Set<Int>) {
    extents = all.extents
    var (counts, severities) = (all.counts, all.severities)
    for row in rows {
      let state = fleet.slots[row].series.state
      counts[state] = counts[state].flatMap { $0 > 1 ? $0 - 1 : nil }
      severities[row] = 0
    }
    (self.counts, self.severities) = (counts, severities)
    contributors = FailureContributors(rest)
  }
}
