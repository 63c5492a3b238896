import FoundationEssentials

/// The three forms of a date in HTTP headers (RFC 9110, 5.6.7).
enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The instant that `text` names; `nil` where it is no date.
  static func parse(_ text: String) -> Date? {
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
    let parts: (day: Substring, month: Substring, year: Substring, time: Substring)
    switch words.count {
    // Sun, 06 Nov 1994 08:49:37 GMT, and Sunday, 06-Nov-94 08:49:37 GMT.
    case 6 where words[5] == "GMT": parts = (words[1], words[2], words[3], words[4])
    // Sun Nov  6 08:49:37 1994.
    case 5: parts = (words[2], words[1], words[4], words[3])
    default: return nil
    }
    guard let day = number(parts.day, 1...31), let month = months.firstIndex(of: String(parts.month)),
      var year = number(parts.year, 0...9999)
    else { return nil }
    if parts.year.utf8.count == 2 { year += year < 70 ? 2000 : 1900 }
    let clock = parts.time.split(separator: ":", omittingEmptySubsequences: false)
    guard year >= 1601, clock.count == 3, let hour = number(clock[0], 0...23), let minute = number(clock[1], 0...59),
      let second = number(clock[2], 0...60)
    else { return nil }
    let seconds = (days(toYear: year, month: month + 1, day: day) * 24 + hour) * 3600 + minute * 60 + second
    return Date(timeIntervalSince1970: TimeInterval(seconds))
  }

  private static func number(_ text: Substring, _ range: ClosedRange<Int>) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let value = Int(text), range.contains(value)
    else { return nil }
    return value
  }

  /// Days from 1970-01-01 on; years are counted from March so that the leap day is their last.
  private static func days(toYear year: Int, month: Int, day: Int) -> Int {
    let shifted = month < 3 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }
}
