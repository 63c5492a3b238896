import FoundationEssentials
import SlotStats

/// Where time labels are told: UTC, or the local zone with its daylight saving.
///
/// Buckets are those of UTC in either case; only labels of instants, minutes and hours among them, move.
package struct ZoneLabels: Hashable, Sendable {
  /// One stretch of time with the same offset.
  package struct Stretch: Hashable, Sendable {
    /// From this instant on.
    package var from: Date
    /// Seconds east of UTC.
    package var offset: Int
    /// What the zone is called then, `CET`.
    package var name: String

    /// A stretch of time.
    package init(from: Date, offset: Int, name: String) {
      self.from = from
      self.offset = offset
      self.name = name
    }
  }

  private let stretches: [Stretch]

  /// A zone by its stretches, ascending; the first one holds before it too.
  package init(_ stretches: [Stretch]) {
    self.stretches = stretches
  }

  /// Coordinated universal time.
  package static let utc = ZoneLabels([Stretch(from: .distantPast, offset: 0, name: "UTC")])

  private func stretch(at instant: Date) -> Stretch {
    stretches.last { $0.from <= instant } ?? stretches.first ?? Stretch(from: instant, offset: 0, name: "UTC")
  }

  /// The date and time at `instant`.
  func civil(_ instant: Date) -> CivilDate { CivilDate(instant, offset: stretch(at: instant).offset) }

  /// Seconds east of UTC at `instant`.
  func offset(at instant: Date) -> Int { stretch(at: instant).offset }

  /// How a bucket is named by its start: `19 Nov` for the UTC date of days and weeks, `14:05` in this zone for shorter
  /// ones.
  func label(_ start: Date, _ window: StatsWindow) -> String {
    window.isWithinDay ? civil(start).time : CivilDate(start).dayAndMonth
  }

  /// What the zone is called at `instant`.
  func name(at instant: Date) -> String { stretch(at: instant).name }
}
