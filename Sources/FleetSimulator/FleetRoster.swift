import SlotStats

/// How often jobs end otherwise than well, each from 0 to 1, together at most 1.
struct FailureOdds: Hashable, Sendable {
  var timeouts = 0.0
  var providerErrors = 0.0
  var cancelled = 0.0
  var errors = 0.0

  /// How often a job ends this way.
  subscript(kind: FailureKind) -> Double {
    get { self[keyPath: Self.path(kind)] }
    set { self[keyPath: Self.path(kind)] = newValue }
  }

  private static func path(_ kind: FailureKind) -> WritableKeyPath<FailureOdds, Double> {
    switch kind {
    case .timeouts: \.timeouts
    case .providerErrors: \.providerErrors
    case .errors: \.errors
    case .cancelled: \.cancelled
    }
  }
}

/// Somebody who does the work of several slots.
struct FleetProvider: Hashable, Sendable {
  var id: String
  /// What a job takes as a rule, in seconds.
  var usualLatency: Double
  /// Whether it breaks down for a while every few minutes where no story says what goes wrong.
  var hasIncidents = false
  /// What it answers to a job that it refuses.
  var refusal = "503 Service Unavailable"

  /// The name of its machine, which no network knows.
  var host: String { "api.\(id).example" }
}

/// One slot of the simulated fleet.
struct FleetMember: Hashable, Sendable {
  var slot: Slot
  var provider: FleetProvider
  /// Its part of all jobs; the parts of those that work add up to about 1.
  var share: Double
  var odds: FailureOdds
  /// How many days ago an inactive slot had its last jobs.
  var retiredDaysAgo: Int?
}

/// The slots of the simulated fleet: names in several scripts, and every state that a screen can show.
enum FleetRoster {
  static let aurora = FleetProvider(id: "aurora", usualLatency: 0.7)
  static let meridian = FleetProvider(
    id: "meridian", usualLatency: 0.9, hasIncidents: true, refusal: "502 Bad Gateway")
  static let tern = FleetProvider(id: "tern", usualLatency: 1.6, refusal: "429 Too Many Requests")
  static let halcyon = FleetProvider(id: "halcyon", usualLatency: 0.4)

  static let members: [FleetMember] = [
    member(
      1, "Passport photo", aurora, share: 0.23, FailureOdds(timeouts: 0.003, providerErrors: 0.005, errors: 0.001)),
    member(
      2, "Портрет маслом", aurora, share: 0.16, FailureOdds(timeouts: 0.006, providerErrors: 0.008, errors: 0.002)),
    member(3, "Product cutout", meridian, share: 0.11, FailureOdds(timeouts: 0.006, providerErrors: 0.010)),
    member(4, "年賀状デザイン", meridian, share: 0.08, FailureOdds(timeouts: 0.008, providerErrors: 0.008)),
    member(5, "Old film restoration", tern, share: 0.02, FailureOdds(timeouts: 0.72, providerErrors: 0.02)),
    member(6, "Upscale 4K", tern, share: 0.19, FailureOdds(timeouts: 0.012, providerErrors: 0.006, errors: 0.001)),
    member(7, "한복 스냅", halcyon, share: 0.08, FailureOdds(timeouts: 0.002, providerErrors: 0.012)),
    member(
      8, "Café menu board", halcyon, share: 0.07, FailureOdds(timeouts: 0.004, providerErrors: 0.006, errors: 0.022)),
    member(9, "Ελληνικά τοπία", meridian, share: 0.06, FailureOdds(timeouts: 0.004, providerErrors: 0.006)),
    member(10, "Operator trial", tern, share: 0.000_01, FailureOdds()),
    member(11, "Reserve", aurora, share: 0, FailureOdds()),
    member(12, "Calendar 2025", halcyon, share: 0.03, FailureOdds(providerErrors: 0.01), retiredDaysAgo: 8),
  ]

  /// The slot that mostly runs out of time, and always has.
  static let chronic: Slot.ID = "slot-005"
  /// The busy slot that falls quiet.
  static let quiet: Slot.ID = "slot-007"
  /// The slot that fails for a moment.
  static let flickering: Slot.ID = "slot-008"
  /// Slots to which next to nothing happens.
  static let calm: [Slot.ID] = ["slot-001", "slot-006", "slot-002"]

  /// The slots that a provider works for.
  static func slots(of provider: String) -> [Slot.ID] {
    members.filter { $0.provider.id == provider }.map(\.slot.id)
  }

  /// Somebody calls a job off now and then, at every slot.
  private static let cancelled = 0.004

  private static func member(
    _ number: Int, _ name: String, _ provider: FleetProvider, share: Double, _ odds: FailureOdds,
    retiredDaysAgo: Int? = nil
  ) -> FleetMember {
    var odds = odds
    odds.cancelled = cancelled
    let id = "slot-" + String(1000 + number).dropFirst()
    let slot = Slot(id: id, name: name, providerID: provider.id, isActive: retiredDaysAgo == nil)
    return FleetMember(slot: slot, provider: provider, share: share, odds: odds, retiredDaysAgo: retiredDaysAgo)
  }
}
