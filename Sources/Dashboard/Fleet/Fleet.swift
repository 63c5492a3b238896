import FoundationEssentials
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
  private let roster: SlotRoster
  private let windows: JudgedWindows

  /// A reading, judged by `windows` at once and by the others when they are asked for.
  package init(
    _ reading: FleetReading, thresholds: ThresholdRules, judging windows: some Sequence<StatsWindow> = EmptyCollection()
  ) {
    self.init(reading, thresholds: thresholds, roster: SlotRoster(reading.slots))
    for window in windows { _ = judged(window) }
  }

  private init(_ reading: FleetReading, thresholds: ThresholdRules, roster: SlotRoster) {
    self.reading = reading
    self.thresholds = thresholds
    self.roster = roster
    windows = JudgedWindows()
  }

  /// A reading, judged at the same time by each window that `previous` was looked at by; by `window` and its companion
  /// where there is none before. Where the reading says how it differs from the previous one, what changed is judged
  /// and the rest taken over.
  package static func judging(
    _ reading: FleetReading, thresholds: ThresholdRules, after previous: Fleet?, opening window: StatsWindow
  ) async -> Fleet {
    if let previous, let fleet = Fleet(reading, updating: previous) { return fleet }
    let fleet = Fleet(reading, thresholds: thresholds)
    await withTaskGroup(of: Void.self) { group in
      for window in previous?.judgedWindows ?? Set(window.pair.filter(fleet.has)) {
        group.addTask { _ = fleet.judged(window) }
      }
    }
    return fleet
  }

  /// A reading that differs from that of `previous` in some slots alone.
  private init?(_ reading: FleetReading, updating previous: Fleet) {
    guard let difference = reading.difference, difference.since == previous.reading.version,
      previous.roster.slots == reading.slots
    else { return nil }
    self.init(reading, thresholds: previous.thresholds, roster: previous.roster)
    let places = Set(difference.slots.compactMap { roster[$0] })
    for window in previous.judgedWindows where has(window) {
      // What time alone moves on is judged anew here, and not when it is drawn.
      let judged =
        JudgedWindow(reading, updating: previous.judged(window), at: places)
        ?? JudgedWindow(reading, window: window, thresholds: thresholds)
      windows.put(judged, window)
    }
  }

  private func judged(_ window: StatsWindow) -> JudgedWindow {
    windows.judged(window) { JudgedWindow(reading, window: window, thresholds: thresholds) }
  }

  /// The windows that it has been judged by.
  package var judgedWindows: Set<StatsWindow> { windows.known }

  /// Whether the source has this window.
  package func has(_ window: StatsWindow) -> Bool { reading.series[window] != nil }

  /// All slots by `window`; each without buckets where the source does not have it.
  package subscript(window: StatsWindow) -> JudgedFleet { judged(window).fleet }

  /// What is said of all slots by `window`.
  func figures(_ window: StatsWindow) -> FleetFigures { judged(window).figures }

  /// The providers by `window`, worst first.
  func providers(_ window: StatsWindow) -> [JudgedProvider] { judged(window).providers }

  /// The slots that may differ from those of `earlier` by `window`: those of the reading's difference, if it is one
  /// from that reading.
  func candidates(after earlier: Fleet, by window: StatsWindow) -> [JudgedSlot] {
    // In another minute time alone may have changed any of them.
    guard let difference = reading.difference, difference.since == earlier.reading.version,
      reading.recent?.minute == earlier.reading.recent?.minute
    else { return self[window].slots }
    return difference.slots.compactMap { slot($0, in: window) }
  }

  /// Whether it has the same slots as `other`.
  func hasSlots(of other: Fleet) -> Bool { roster === other.roster }

  /// The place of a slot in the order of `window`; `nil` for one that this reading does not have.
  package func place(of id: Slot.ID, in window: StatsWindow) -> Int? {
    roster[id].map { judged(window).rows[$0] }
  }

  /// One slot by `window`; `nil` for one that this reading does not have.
  package func slot(_ id: Slot.ID, in window: StatsWindow) -> JudgedSlot? {
    guard let place = roster[id] else { return nil }
    let judged = judged(window)
    return judged.fleet.slots[judged.rows[place]]
  }

  /// What is known of its events: by any window, as the last hour is the same in each.
  var silence: Silence {
    let window = judgedWindows.first ?? .standard
    return reading.recent == nil ? .none : Silence(reading, judged(window).fleet.global.recent)
  }

  /// The instant that the data describes.
  package var generatedAt: Date { reading.generatedAt }

  /// Whether `next` shows the same statistics, so that nothing has to be judged again.
  package func showsTheSame(as next: FleetReading) -> Bool {
    reading.version == next.version
      && reading.series.keys.allSatisfy { window in
        window.bucketStart(containing: next.generatedAt) == window.bucketStart(containing: reading.generatedAt)
      }
  }

  /// The same statistics as `next`, read at another time.
  package func read(again next: FleetReading) -> Fleet {
    var fleet = self
    fleet.reading.readAt = next.readAt
    fleet.reading.generatedAt = next.generatedAt
    fleet.reading.newestEventAt = next.newestEventAt
    fleet.reading.clockLead = next.clockLead
    return fleet
  }

  /// Whether both are the same reading, judged by the same rules.
  package static func == (left: Fleet, right: Fleet) -> Bool {
    left.thresholds == right.thresholds && left.reading == right.reading
  }
}
