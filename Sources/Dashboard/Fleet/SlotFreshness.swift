import FoundationEssentials
import SlotStats
import TerminalUI

/// How what is shown of one slot was read, against the rest of the frame.
enum SlotFreshness: Hashable, Sendable {
  /// With the rest.
  case current
  /// Earlier than the rest, at this instant.
  case old(Date)
  /// Not yet.
  case unread
  /// Never, for this reason.
  case failed(cause: String)

  /// The freshness of a slot by one window of `reading`.
  init(_ id: Slot.ID, in window: StatsWindow, of reading: FleetReading) {
    if reading.gaps.isUnread(id, in: window) {
      self = .unread
    } else if let old = reading.gaps.old[window]?[id] {
      self = old.readAt.map { .old($0) } ?? .failed(cause: old.cause ?? "no answer")
    } else {
      self = .current
    }
  }
}

extension DashboardState {
  /// How what is shown of a slot was read.
  func freshness(_ id: Slot.ID) -> SlotFreshness {
    shown.map { SlotFreshness(id, in: window, of: $0.reading) } ?? .unread
  }

  /// `as of 14:31`, with the day before the time where that is not today, `not read yet`: how what is shown of a slot
  /// was read; `nil` where it is as new as the rest.
  func freshnessText(_ id: Slot.ID) -> String? {
    switch freshness(id) {
    case .current: nil
    case .old(let instant): "as of \(dayBefore(instant).map { $0 + " " } ?? "")\(zone.civil(instant).time)"
    case .unread: "not read yet"
    case .failed(let cause): "not read: \(cause)"
    }
  }

  /// `14:31:05`, with the day before it where that is not today.
  func instantText(_ instant: Date) -> String {
    (dayBefore(instant).map { $0 + " " } ?? "") + zone.civil(instant).timeWithSeconds
  }

  /// The day of an instant that is not today's.
  func dayBefore(_ instant: Date) -> String? {
    let date = zone.civil(instant)
    return date.isoDate == zone.civil(now.wall).isoDate ? nil : date.dayAndMonth
  }
}
