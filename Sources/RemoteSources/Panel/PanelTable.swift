import FoundationEssentials
import HTTPTransport
import SlotStats

/// Everything that was read of a panel: each slot by each window that is read, in the pieces that requests bring.
///
/// A pure value. All of it is of the ranges of one instant: ``adopt(slots:windows:summed:at:)`` cuts what was read for
/// another one.
struct PanelTable: Sendable {
  /// One slot by one window: what is read in a turn.
  struct Unit: Hashable, Sendable {
    var slotID: Slot.ID
    var window: StatsWindow
  }

  /// What one request brought.
  struct Piece: Sendable {
    var known: PanelKnown<PanelRows>
    /// Whether it was read for this very range; rows that were cut to it do not stand for what a URL gives.
    var isWhole: Bool
    var readAt: Date
  }

  /// One slot by one window.
  struct Series: Sendable {
    /// By range, the newest last; `nil` where nothing has come yet.
    var pieces: [Piece?]
    /// The number of its last try, with or without success: an order that no clock can change.
    var lastTry: UInt64?
    /// When that was.
    var triedAt: Date?
    /// Why the last try failed.
    var failure: StatsSourceError?

    /// Whether all of it was read, at any time.
    var isRead: Bool { pieces.allSatisfy { $0 != nil } }
    /// When what changes of it, the newest piece, was read.
    var readAt: Date? { isRead ? pieces.last??.readAt : nil }
    /// The buckets, ascending, as they were given.
    var metrics: [StatsMetric] {
      guard isRead else { return [] }
      return pieces.count == 1 ? pieces[0]?.known.value.metrics ?? [] : pieces.flatMap { $0?.known.value.metrics ?? [] }
    }
  }

  /// How long finished buckets, which corrections alone change, are taken as known.
  static let finishedAge: TimeInterval = 300

  /// The number of the last try of any unit.
  private(set) var lastTry: UInt64 = 0
  private(set) var slots: [Slot] = []
  /// Their ids.
  private(set) var slotIDs: Set<Slot.ID> = []
  private(set) var ranges: [StatsWindow: [PanelRange]] = [:]
  private(set) var series: [StatsWindow: [Slot.ID: Series]] = [:]
  /// What has changed since ``takeChanges()``.
  private(set) var changed: Set<Unit> = []
  /// Whether the list of slots has, or that of the windows.
  private(set) var listChanged = false

  /// Makes these the slots and windows that are read, and this the instant. Slots and windows that are gone are
  /// dropped; rows that are outside the ranges of this instant are cut.
  ///
  /// Of `summed` windows all slots together are the sum of the slots. What was read by them for another range is dropped
  /// as a whole: the sum would be that of other buckets for one slot than for another.
  mutating func adopt(slots: [Slot], windows: [StatsWindow], summed: Set<StatsWindow> = [], at instant: Date) {
    for window in ranges.keys where !windows.contains(window) { drop(window) }
    for window in windows {
      let new = PanelRange.shown(window, at: instant)
      if ranges[window] == new { continue }
      if summed.contains(window) { drop(window) }
      move(window, to: new)
    }
    adopt(slots: slots)
  }

  /// Makes these the slots of the same ranges.
  mutating func adopt(slots: [Slot]) {
    guard slots != self.slots else { return }
    self.slots = slots
    slotIDs = Set(slots.map(\.id))
    for (window, ranges) in ranges { list(window, ranges) }
  }

  /// Takes in every slot of the list by a window, and no other.
  private mutating func list(_ window: StatsWindow, _ ranges: [PanelRange]) {
    let old = series[window] ?? [:]
    let empty = Series(pieces: Array(repeating: nil, count: ranges.count))
    series[window] = Dictionary(slots.map { ($0.id, old[$0.id] ?? empty) }) { first, _ in first }
    listChanged = true
  }

  private mutating func drop(_ window: StatsWindow) {
    (ranges[window], series[window]) = (nil, nil)
    changed = changed.filter { $0.window != window }
    listChanged = true
  }

  private mutating func move(_ window: StatsWindow, to new: [PanelRange]) {
    ranges[window] = new
    guard let moving = series[window] else { return list(window, new) }
    for (slotID, old) in moving {
      var moved = old
      let (metrics, readAt) = (old.metrics, old.readAt)
      moved.pieces = new.map { range in
        readAt.map { readAt in
          let kept = PanelRows(metrics: metrics.filter { range.holds($0.periodStart) })
          return Piece(known: PanelKnown(value: kept, validators: nil, digest: 0), isWhole: false, readAt: readAt)
        }
      }
      series[window]?[slotID] = moved
      changed.insert(Unit(slotID: slotID, window: window))
    }
  }

  /// The series of a unit; `nil` for a slot that is not in the list.
  func series(_ unit: Unit) -> Series? { series[unit.window]?[unit.slotID] }

  /// Whether every slot was read by a window.
  func isRead(_ window: StatsWindow) -> Bool { series[window]?.values.allSatisfy(\.isRead) ?? false }

  /// What has to be asked for to have a unit read at `instant`, with what is known of it: the newest range, and
  /// finished ones that were not read for ``finishedAge``.
  func requests(for unit: Unit, at instant: Date) -> [(range: PanelRange, known: PanelKnown<PanelRows>?)] {
    guard let series = series(unit), let ranges = ranges[unit.window] else { return [] }
    return ranges.indices.reversed().compactMap { index in
      let piece = series.pieces[index]
      if index < ranges.count - 1, let piece, piece.isWhole,
        abs(instant.timeIntervalSince(piece.readAt)) < Self.finishedAge
      {
        return nil
      }
      return (ranges[index], piece?.isWhole == true ? piece?.known : nil)
    }
  }

  /// Keeps what a request brought, unless the ranges have moved on meanwhile.
  mutating func store(_ answer: PanelResponse<PanelRows>, of unit: Unit, _ range: PanelRange, readAt: Date) {
    guard let index = ranges[unit.window]?.firstIndex(of: range), var series = series(unit) else { return }
    let (wasRead, old) = (series.isRead, series.pieces[index]?.known.value)
    series.pieces[index] = Piece(known: answer.known, isWhole: true, readAt: readAt)
    self.series[unit.window]?[unit.slotID] = series
    if series.isRead, !wasRead || old != answer.known.value { changed.insert(unit) }
  }

  /// Notes how a try ended.
  mutating func finish(_ unit: Unit, triedAt: Date, failure: StatsSourceError?) {
    lastTry += 1
    series[unit.window]?[unit.slotID]?.lastTry = lastTry
    series[unit.window]?[unit.slotID]?.triedAt = triedAt
    series[unit.window]?[unit.slotID]?.failure = failure
  }

  /// The failure of a unit that the panel wants to be left alone still, with what is left of that time.
  func respite(of unit: Unit, at instant: Date) -> StatsSourceError? {
    guard let series = series(unit), var failure = series.failure, let wait = failure.retryAfter,
      let triedAt = series.triedAt
    else { return nil }
    let passed = instant.timeIntervalSince(triedAt)
    // A clock that was set back must not lengthen it.
    guard passed >= 0, passed < wait / .seconds(1) else { return nil }
    failure.retryAfter = wait - .seconds(passed)
    return failure
  }

  /// What has changed since the last call.
  mutating func takeChanges() -> (units: Set<Unit>, list: Bool) {
    defer { (changed, listChanged) = ([], false) }
    return (changed, listChanged)
  }
}
