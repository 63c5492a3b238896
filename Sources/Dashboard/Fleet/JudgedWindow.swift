import SlotStats
import Synchronization

/// All slots judged by one window, with what is said of them.
final class JudgedWindow: Sendable {
  let fleet: JudgedFleet
  let figures: FleetFigures
  /// The row of each slot, by its place in the reading.
  let rows: [Int]
  private let madeProviders = Mutex<[JudgedProvider]?>(nil)

  /// Judges every slot.
  init(_ reading: FleetReading, window: StatsWindow, thresholds: ThresholdRules) {
    fleet = JudgedFleet(reading, window: window, thresholds: thresholds)
    figures = FleetFigures(fleet)
    rows = Self.rows(fleet.order)
  }

  /// Judges the slots at these places of the reading, which differs from the one of `earlier` in them alone.
  /// - Returns: `nil` where the current bucket is another one.
  init?(_ reading: FleetReading, updating earlier: JudgedWindow, at places: Set<Int>) {
    guard let fleet = JudgedFleet(reading, updating: earlier.fleet, at: places) else { return nil }
    self.fleet = fleet
    let rows = Self.rows(fleet.order)
    self.rows = rows
    figures = FleetFigures(fleet, updating: earlier.figures, rows: places.map { rows[$0] })
    if let made = earlier.madeProviders.withLock({ $0 }) {
      let changed = places.map { (old: earlier.rows[$0], new: rows[$0]) }
      let providers = fleet.providers(from: made, of: earlier.fleet, rows: changed)
      madeProviders.withLock { $0 = providers }
    }
  }

  /// The providers, worst first; added up when they are first looked at.
  var providers: [JudgedProvider] {
    if let made = madeProviders.withLock({ $0 }) { return made }
    let made = fleet.providers()
    madeProviders.withLock { $0 = made }
    return made
  }

  private static func rows(_ order: [Int]) -> [Int] {
    var rows = [Int](repeating: 0, count: order.count)
    for (row, place) in order.enumerated() { rows[place] = row }
    return rows
  }
}

/// What a fleet has been judged by so far, shared by the copies of it.
final class JudgedWindows: Sendable {
  private let judged = Mutex<[StatsWindow: JudgedWindow]>([:])

  var known: Set<StatsWindow> { judged.withLock { Set($0.keys) } }

  func put(_ window: JudgedWindow, _ key: StatsWindow) { judged.withLock { $0[key] = window } }

  func judged(_ window: StatsWindow, make: () -> JudgedWindow) -> JudgedWindow {
    if let known = judged.withLock({ $0[window] }) { return known }
    // Outside the lock, since it may take milliseconds; who comes first is kept.
    let made = make()
    return judged.withLock { judged in
      if let known = judged[window] { return known }
      judged[window] = made
      return made
    }
  }
}

/// The slots of a reading, with the place of each.
final class SlotRoster: Sendable {
  let slots: [Slot]
  private let places: [Slot.ID: Int]

  init(_ slots: [Slot]) {
    self.slots = slots
    var places: [Slot.ID: Int] = [:]
    places.reserveCapacity(slots.count)
    for index in slots.indices { places[slots[index].id] = index }
    self.places = places
  }

  /// The place of a slot; `nil` for one that is not there.
  subscript(id: Slot.ID) -> Int? { places[id] }
}
