#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats
import Synchronization

/// A reading of everything, judged by each window that is looked at: what a frame is drawn from.
///
/// Made away from the terminal's thread, once a reading that brought something new. A window that nobody has looked at
/// yet is judged when it is first asked for, and only once.
package struct Fleet: Equatable, Sendable {
  /// The reading it was judged from.
  package private(set) var reading: FleetReading
  /// By what slots are judged.
  private let thresholds: ThresholdRules
  private let windows: JudgedWindows

  /// One window, judged, with what is said of it.
  fileprivate final class Judged: Sendable {
    let fleet: JudgedFleet
    let figures: FleetFigures
    /// Each slot's place.
    let places: [Slot.ID: Int]

    init(_ reading: FleetReading, window: StatsWindow, thresholds: ThresholdRules) {
      fleet = JudgedFleet(reading, window: window, thresholds: thresholds)
      figures = FleetFigures(fleet)
      var places: [Slot.ID: Int] = [:]
      places.reserveCapacity(fleet.slots.count)
      for index in fleet.slots.indices { places[fleet.slots[index].id] = index }
      self.places = places
    }
  }

  /// A reading, judged by `windows` at once and by the others when they are asked for.
  package init(
    _ reading: FleetReading, thresholds: ThresholdRules, judging windows: some Sequence<StatsWindow> = EmptyCollection()
  ) {
    self.reading = reading
    self.thresholds = thresholds
    self.windows = JudgedWindows()
    for window in windows { _ = judged(window) }
  }

  /// A reading, judged at the same time by each window that `previous` was looked at by; by `window` and its companion
  /// where there is none before.
  package static func judging(
    _ reading: FleetReading, thresholds: ThresholdRules, after previous: Fleet?, opening window: StatsWindow
  ) async -> Fleet {
    let fleet = Fleet(reading, thresholds: thresholds)
    await withTaskGroup(of: Void.self) { group in
      for window in previous?.judgedWindows ?? Set(window.pair.filter(fleet.has)) {
        group.addTask { _ = fleet.judged(window) }
      }
    }
    return fleet
  }

  private func judged(_ window: StatsWindow) -> Judged {
    windows.judged(window) { Judged(reading, window: window, thresholds: thresholds) }
  }

  /// The windows that it has been judged by.
  package var judgedWindows: Set<StatsWindow> { windows.known }

  /// Whether the source has this window.
  package func has(_ window: StatsWindow) -> Bool { reading.series[window] != nil }

  /// All slots by `window`; each without buckets where the source does not have it.
  package subscript(window: StatsWindow) -> JudgedFleet { judged(window).fleet }

  /// What is said of all slots by `window`.
  func figures(_ window: StatsWindow) -> FleetFigures { judged(window).figures }

  /// The place of a slot in the order of `window`; `nil` for one that this reading does not have.
  package func place(of id: Slot.ID, in window: StatsWindow) -> Int? { judged(window).places[id] }

  /// One slot by `window`; `nil` for one that this reading does not have.
  package func slot(_ id: Slot.ID, in window: StatsWindow) -> JudgedSlot? {
    let judged = judged(window)
    return judged.places[id].map { judged.fleet.slots[$0] }
  }

  /// The instant that the data describes.
  package var generatedAt: Date { reading.generatedAt }

  /// Whether `next` shows the same statistics, so that nothing has to be judged again.
  package func showsTheSame(as next: FleetReading) -> Bool {
    reading.revision == next.revision
      && reading.series.keys.allSatisfy { window in
        window.bucketStart(containing: next.generatedAt) == window.bucketStart(containing: reading.generatedAt)
      }
  }

  /// The same statistics as `next`, read at another time.
  package func read(again next: FleetReading) -> Fleet {
    var fleet = self
    fleet.reading.readAt = next.readAt
    fleet.reading.generatedAt = next.generatedAt
    return fleet
  }

  /// Whether both are the same reading, judged by the same rules.
  package static func == (left: Fleet, right: Fleet) -> Bool {
    left.thresholds == right.thresholds && left.reading == right.reading
  }
}

/// What a fleet has been judged by so far, shared by the copies of it.
private final class JudgedWindows: Sendable {
  private let judged = Mutex<[StatsWindow: Fleet.Judged]>([:])

  var known: Set<StatsWindow> { judged.withLock { Set($0.keys) } }

  func judged(_ window: StatsWindow, make: () -> Fleet.Judged) -> Fleet.Judged {
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
