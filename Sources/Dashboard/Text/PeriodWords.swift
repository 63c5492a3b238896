import FoundationEssentials
import SlotStats

/// The words for the buckets of one window, as seen from the wall clock.
struct PeriodWords {
  let window: StatsWindow
  let currentStart: Date
  /// Whether the wall clock stands in the current bucket, so that it may be called today.
  let isNow: Bool
  private let zone: ZoneLabels

  init(_ fleet: JudgedFleet, now: Date, zone: ZoneLabels) {
    self.zone = zone
    window = fleet.window
    currentStart = fleet.currentStart
    isNow = fleet.isCurrent(at: now)
  }

  /// `day` or `week`.
  var unit: String { window.rawValue }

  /// The current bucket: `today`, `this week`, or its date once the wall clock has left it.
  var current: String {
    if isNow { return window.facts.currentName }
    let label = zone.label(currentStart, window)
    return window == .standard ? label : "\(unit) \(label)"
  }

  /// The whole shown range: `14 days`, `8 weeks`.
  var range: String { window.shownRange }

  /// The same in at most eight columns: `60 min`.
  var shortRange: String {
    let text = range
    return text.utf8.count <= 8 ? text : "\(window.shownBuckets) \(unit.prefix(3))"
  }

  /// What a judged sample of so many buckets spans: `today`, `2 days`.
  func judged(_ buckets: Int) -> String { buckets == 1 ? current : window.counted(buckets) }

  /// What the rows' numbers belong to.
  func scope(_ scope: StatsScope) -> String { scope == .current ? current : range }

  /// The share of the current bucket that had passed at `instant`, in whole percent.
  func progress(at instant: Date) -> Int {
    let share = instant.timeIntervalSince(currentStart) / window.length
    // The whole of it has passed only when it has.
    return min(share < 1 ? 99 : 100, Int((min(max(share, 0), 1) * 100).rounded()))
  }
}

extension SlotState {
  /// The two columns before a row.
  var rowMark: String {
    let mark = mark
    return String(repeating: " ", count: 2 - mark.count) + mark
  }

  /// How many are in this state: `3 critical`, `1 few runs`.
  func counted(_ count: Int) -> String { NumberText.count(count) + " " + countedName }
}
