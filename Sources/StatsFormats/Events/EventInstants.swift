/// Reads the usual spelling of instants, `"2026-11-23T14:32:05.123Z"`, and remembers the day: the next event is mostly
/// of the same one.
struct EventInstants: Sendable {
  /// The bytes of the remembered date: eight, and the two of its day.
  private var date: (UInt64, UInt16) = (0, 0)
  /// Where the remembered day begins, in nanoseconds since 1970.
  private var midnight: Int64 = 0

  /// `2026-11-23T14:32:05` and its quote.
  private static let timeEnd = 20

  /// Passes the instant whose opening quote is at the cursor, if it is spelled the usual way; else the cursor stays.
  @inline(__always)
  mutating func take(_ scanner: inout JSONScanner) -> Int64? {
    let cursor = scanner.cursor
    let limit = scanner.count - cursor
    guard limit >= Self.timeEnd + 2 else { return nil }
    let bytes = scanner.base + cursor
    let day = UInt16(bytes[9]) << 8 | UInt16(bytes[10])
    guard scanner.word(at: cursor + 1) == date.0, day == date.1 else {
      return remember(scanner) ? take(&scanner) : nil
    }
    func two(_ offset: Int) -> Int64 {
      let (tens, units) = (bytes[offset] &- 0x30, bytes[offset + 1] &- 0x30)
      return tens <= 9 && units <= 9 ? Int64(tens &* 10 &+ units) : 99
    }
    let (hour, minute, second) = (two(12), two(15), two(18))
    guard hour <= 23, minute <= 59, second <= 59, bytes[11] == 0x54, bytes[14] == 0x3A, bytes[17] == 0x3A else {
      return nil
    }
    var end = Self.timeEnd
    var fraction: Int64 = 0
    if bytes[end] == 0x2E {
      end += 1
      var unit: Int64 = 100_000_000
      // Nine digits are nanoseconds; finer ones are left to the slow way.
      while unit > 0, end < limit, case let digit = bytes[end] &- 0x30, digit <= 9 {
        fraction += Int64(digit) * unit
        unit /= 10
        end += 1
      }
      if unit == 100_000_000 { return nil }
    }
    guard end + 1 < limit, bytes[end] == 0x5A, bytes[end + 1] == 0x22 else { return nil }
    scanner.cursor = cursor + end + 2
    return midnight + (hour * 3_600 + minute * 60 + second) * EventRecord.second + fraction
  }

  /// Remembers the date after the quote at the cursor; `false` where there is none.
  private mutating func remember(_ scanner: JSONScanner) -> Bool {
    let cursor = scanner.cursor
    guard let start = RFC3339.parse(scanner.slice(cursor + 1..<cursor + 11)) else { return false }
    // A day that does not fit into nanoseconds is left to the slow way.
    guard abs(start.seconds) < 9_000_000_000 else { return false }
    date = (scanner.word(at: cursor + 1), UInt16(scanner.base[cursor + 9]) << 8 | UInt16(scanner.base[cursor + 10]))
    midnight = Self.nanoseconds(start)
    return true
  }

  /// The instant in nanoseconds since 1970; one before 1677 or after 2262 is the first or last that fits.
  static func nanoseconds(_ instant: RFC3339.Instant) -> Int64 {
    let seconds = Int64(min(max(instant.seconds, -9_223_372_036), 9_223_372_035))
    return seconds * EventRecord.second + Int64(instant.nanoseconds)
  }
}
