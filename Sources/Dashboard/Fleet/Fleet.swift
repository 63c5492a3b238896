#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats

/// A reading of everything, judged by every window: what a frame is drawn from.
///
/// Made away from the terminal's thread, once a reading that brought something new.
package struct Fleet: Equatable, Sendable {
  /// The reading it was judged from.
  package private(set) var reading: FleetReading
  /// All slots by day.
  package let day: JudgedFleet
  /// All slots by week.
  package let week: JudgedFleet
  /// What is said of all slots by day.
  private let dayFigures: FleetFigures
  /// What is said of all slots by week.
  private let weekFigures: FleetFigures
  /// Each slot's place in ``day`` and ``week``.
  private let places: [Slot.ID: Places]

  private struct Places: Equatable, Sendable {
    var day: Int
    var week: Int
  }

  /// One window, judged, with what is said of it.
  private struct Judged: Sendable {
    let fleet: JudgedFleet
    let figures: FleetFigures

    init(_ reading: FleetReading, window: StatsWindow, thresholds: ThresholdRules) {
      fleet = JudgedFleet(reading, window: window, thresholds: thresholds)
      figures = FleetFigures(fleet)
    }
  }

  /// Judges `reading`.
  package init(_ reading: FleetReading, thresholds: ThresholdRules) {
    self.init(
      reading, day: Judged(reading, window: .day, thresholds: thresholds),
      week: Judged(reading, window: .week, thresholds: thresholds))
  }

  /// Judges `reading`, both windows at the same time.
  package static func judging(_ reading: FleetReading, thresholds: ThresholdRules) async -> Fleet {
    async let week = Judged(reading, window: .week, thresholds: thresholds)
    let day = Judged(reading, window: .day, thresholds: thresholds)
    return await Fleet(reading, day: day, week: week)
  }

  private init(_ reading: FleetReading, day: Judged, week: Judged) {
    self.reading = reading
    self.day = day.fleet
    self.week = week.fleet
    dayFigures = day.figures
    weekFigures = week.figures
    var places: [Slot.ID: Places] = [:]
    places.reserveCapacity(day.fleet.slots.count)
    for index in day.fleet.slots.indices { places[day.fleet.slots[index].id] = Places(day: index, week: 0) }
    for index in week.fleet.slots.indices { places[week.fleet.slots[index].id]?.week = index }
    self.places = places
  }

  /// All slots by `window`.
  package subscript(window: StatsWindow) -> JudgedFleet {
    switch window {
    case .day: day
    case .week: week
    }
  }

  /// What is said of all slots by `window`.
  func figures(_ window: StatsWindow) -> FleetFigures {
    switch window {
    case .day: dayFigures
    case .week: weekFigures
    }
  }

  /// The place of a slot in the order of `window`; `nil` for one that this reading does not have.
  package func place(of id: Slot.ID, in window: StatsWindow) -> Int? {
    guard let places = places[id] else { return nil }
    switch window {
    case .day: return places.day
    case .week: return places.week
    }
  }

  /// One slot by `window`; `nil` for one that this reading does not have.
  package func slot(_ id: Slot.ID, in window: StatsWindow) -> JudgedSlot? {
    place(of: id, in: window).map { self[window].slots[$0] }
  }

  /// The instant that the data describes.
  package var generatedAt: Date { reading.generatedAt }

  /// Whether `next` shows the same statistics, so that nothing has to be judged again.
  package func showsTheSame(as next: FleetReading) -> Bool {
    reading.revision == next.revision
      && StatsWindow.allCases.allSatisfy { window in
        window.bucketStart(containing: next.generatedAt) == self[window].currentStart
      }
  }

  /// The same statistics as `next`, read at another time.
  package func read(again next: FleetReading) -> Fleet {
    var fleet = self
    fleet.reading.readAt = next.readAt
    fleet.reading.generatedAt = next.generatedAt
    return fleet
  }
}
