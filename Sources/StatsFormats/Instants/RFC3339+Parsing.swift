import SlotStats

extension RFC3339 {
  /// The instant that the text writes, or `nil` for anything but RFC 3339 with an offset and plain dates.
  ///
  /// `t` and `z` may be small, a fraction may have any number of digits, a leap second (`23:59:60` UTC at the end of
  /// a month) is the last microsecond of the day that it ends. The result lies in the years 0001 to 9999 of UTC.
  package static func parse(_ text: String) -> Instant? {
    var text = text
    return text.withUTF8 { parse($0) }
  }

  /// The same for UTF-8 bytes.
  package static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Instant? {
    var reader = Reader(text: text)
    guard let midnight = reader.date() else { return nil }
    if reader.isAtEnd { return Instant(seconds: midnight, nanoseconds: 0, isPlainDate: true) }
    guard reader.take("T", or: "t"), let time = reader.time(), let offset = reader.offset(), reader.isAtEnd else {
      return nil
    }
    let seconds = midnight + time.seconds - offset
    guard seconds >= firstSecond, seconds < endSecond else { return nil }
    if time.isLeap {
      // Leap seconds are put in at the end of a month, in UTC.
      guard seconds % 86_400 == 0, CivilCalendar.civil(days: seconds / 86_400).day == 1 else { return nil }
      return Instant(seconds: seconds - 1, nanoseconds: 999_999_000, isPlainDate: false)
    }
    return Instant(seconds: seconds, nanoseconds: time.nanoseconds, isPlainDate: false)
  }

  /// A cursor over the bytes of one instant.
  private struct Reader {
    let text: UnsafeBufferPointer<UInt8>
    var position = 0

    var isAtEnd: Bool { position == text.count }

    mutating func take(_ first: Unicode.Scalar, or second: Unicode.Scalar? = nil) -> Bool {
      guard position < text.count else { return false }
      let byte = Unicode.Scalar(text[position])
      guard byte == first || byte == second else { return false }
      position += 1
      return true
    }

    mutating func number(digits: Int, in range: ClosedRange<Int>) -> Int? {
      guard position + digits <= text.count else { return nil }
      var value = 0
      for index in position..<position + digits {
        let digit = text[index] &- 0x30
        guard digit <= 9 else { return nil }
        value = value * 10 + Int(digit)
      }
      guard range.contains(value) else { return nil }
      position += digits
      return value
    }

    /// `YYYY-MM-DD`, as seconds since 1970.
    mutating func date() -> Int? {
      guard let year = number(digits: 4, in: 1...9999), take("-"),
        let month = number(digits: 2, in: 1...12), take("-"),
        let day = number(digits: 2, in: 1...CivilCalendar.length(ofMonth: month, year: year))
      else { return nil }
      return CivilCalendar.days(year: year, month: month, day: day) * 86_400
    }

    /// `HH:MM:SS` with an optional fraction.
    mutating func time() -> (seconds: Int, nanoseconds: Int, isLeap: Bool)? {
      guard let hour = number(digits: 2, in: 0...23), take(":"),
        let minute = number(digits: 2, in: 0...59), take(":"),
        let second = number(digits: 2, in: 0...60), let nanoseconds = fraction()
      else { return nil }
      return (hour * 3_600 + minute * 60 + second, nanoseconds, second == 60)
    }

    /// A fraction in nanoseconds: 0 where there is none, `nil` for a point without digits.
    mutating func fraction() -> Int? {
      guard take(".") else { return 0 }
      let start = position
      var nanoseconds = 0
      var unit = 100_000_000
      var hasFinerDigits = false
      while position < text.count, text[position] &- 0x30 <= 9 {
        let digit = Int(text[position] &- 0x30)
        nanoseconds += digit * unit
        hasFinerDigits = hasFinerDigits || (unit == 0 && digit > 0)
        unit /= 10
        position += 1
      }
      guard position > start else { return nil }
      // What is not exactly a boundary must not become one by rounding.
      return nanoseconds == 0 && hasFinerDigits ? 1 : nanoseconds
    }

    /// `Z` or `±HH:MM`, in seconds east of UTC.
    mutating func offset() -> Int? {
      if take("Z", or: "z") { return 0 }
      let isWest = take("-")
      guard isWest || take("+"), let hours = number(digits: 2, in: 0...23), take(":"),
        let minutes = number(digits: 2, in: 0...59)
      else { return nil }
      return (hours * 3_600 + minutes * 60) * (isWest ? -1 : 1)
    }
  }
}
