import FoundationEssentials
import SlotStats

/// A past instant as a person writes it.
///
/// - `2026-11-23T14:32:05Z`: RFC 3339; a plain date means 00:00 UTC.
/// - `03:10`: the last time when the clock showed that; `2026-11-23 03:10`: that day's.
/// - `-2h`, `90m ago`: so many minutes, hours, days or weeks ago.
package enum PastInstant: Hashable, Sendable {
  /// This instant.
  case exact(Date)
  /// A time of a day, in minutes from 0 to 1,439; the day in days since 1970, `nil` for the last one on which that
  /// time has been.
  case clock(minute: Int, day: Int?)
  /// So many seconds before now, over 0.
  case ago(TimeInterval)

  /// What may be given, to be read after "give".
  package static let expected = "an instant such as 2026-11-23T14:32:05Z, a time such as 03:10, or -2h"

  /// The longest time that `ago` takes: a hundred years.
  private static let longest: TimeInterval = 100 * 366 * 86_400
  private static let units: [Character: TimeInterval] = ["m": 60, "h": 3_600, "d": 86_400, "w": 604_800]

  /// What a text means; `nil` for anything else.
  package init?(_ text: String) {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first, words.count <= 3, text.utf8.count <= 64 else { return nil }
    if words.count == 1, let instant = RFC3339.parse(first) {
      self = .exact(instant.date)
    } else if words.count == 1, let minute = Self.minute(first) {
      self = .clock(minute: minute, day: nil)
    } else if words.count == 2, let day = RFC3339.parse(first), day.isPlainDate, let minute = Self.minute(words[1]) {
      self = .clock(minute: minute, day: day.seconds / 86_400)
    } else if let seconds = Self.ago(words) {
      self = .ago(seconds)
    } else {
      return nil
    }
  }

  /// `03:10`, `3:10`.
  private static func minute(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
      let hour = number(parts[0]), let minute = number(parts[1]), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  /// `-2h`, `2h ago`, `2 h ago`.
  private static func ago(_ words: [String]) -> TimeInterval? {
    let isSaid = words.last == "ago"
    var text = (isSaid ? words.dropLast() : words[...]).joined()
    if text.hasPrefix("-") { text.removeFirst() } else if !isSaid { return nil }
    guard let unit = text.popLast().flatMap({ units[$0] }), let count = number(text[...]), count > 0 else { return nil }
    let seconds = Double(count) * unit
    return seconds <= longest ? seconds : nil
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }

  /// The instant that is meant.
  /// - Parameters:
  ///   - now: the wall clock.
  ///   - offset: how many seconds east of UTC the clock is that times of the day are read from, at a given instant.
  /// - Returns: that instant; of a time that the clock never showed, as it was put forward, one an hour beside it.
  package func date(now: Date, offset: (Date) -> Int = { _ in 0 }) -> Date {
    switch self {
    case .exact(let date): return date
    case .ago(let seconds): return now.addingTimeInterval(-seconds)
    case .clock(let minute, let day):
      func instant(_ day: Int) -> Date {
        let civil = Date(timeIntervalSince1970: Double(day * 86_400 + minute * 60))
        return civil.addingTimeInterval(-Double(offset(civil.addingTimeInterval(-Double(offset(civil))))))
      }
      if let day { return instant(day) }
      let today = Int(((now.timeIntervalSince1970 + Double(offset(now))) / 86_400).rounded(.down))
      let last = instant(today)
      return last <= now ? last : instant(today - 1)
    }
  }
}
