#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A calendar date and time of day, proleptic Gregorian, for labels.
package struct CivilDate: Hashable, Sendable {
  /// The year, 1…9999 for every instant that a source may give.
  package let year: Int
  /// The month, 1…12.
  package let month: Int
  /// The day of the month, 1…31.
  package let day: Int
  /// The hour, 0…23.
  package let hour: Int
  /// The minute, 0…59.
  package let minute: Int
  /// The second, 0…59.
  package let second: Int
  /// The day of the week, 0 for Monday.
  package let weekday: Int

  private static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  private static let weekdayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  /// The date and time at `instant`, `offset` seconds east of UTC.
  package init(_ instant: Date, offset: Int = 0) {
    let seconds = Int(instant.timeIntervalSince1970.rounded(.down)) + offset
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let time = seconds - days * 86_400
    hour = time / 3600
    minute = time / 60 % 60
    second = time % 60
    weekday = ((days + 3) % 7 + 7) % 7
    (year, month, day) = CivilCalendar.civil(days: days)
  }

  /// `Thu`.
  package var weekdayName: String { Self.weekdayNames[weekday] }
  /// `Nov`.
  package var monthName: String { Self.monthNames[month - 1] }
  /// `14:32`.
  package var time: String { Self.two(hour) + ":" + Self.two(minute) }
  /// `14:32:05`.
  package var timeWithSeconds: String { time + ":" + Self.two(second) }
  /// `19 Nov`.
  package var dayAndMonth: String { "\(day) \(monthName)" }
  /// `2026-11-19`.
  package var isoDate: String {
    String(repeating: "0", count: max(0, 4 - String(year).utf8.count)) + "\(year)-" + Self.two(month) + "-"
      + Self.two(day)
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
