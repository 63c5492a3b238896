import FoundationEssentials

/// Instants as text: RFC 3339 with an offset, or a plain date that means 00:00 UTC.
///
/// The calendar is the proleptic Gregorian one from 0001-01-01 to 9999-12-31 UTC, computed with whole numbers.
package enum RFC3339 {
  /// An instant as it was written.
  package struct Instant: Hashable, Sendable {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    package var seconds: Int
    /// What goes beyond ``seconds``, 0 to 999,999,999. A finer fraction is cut, but never to 0.
    package var nanoseconds: Int
    /// Whether it was written as a date without a time.
    package var isPlainDate: Bool

    /// The same instant, to the precision of `Date` (about 0.1 µs in this century).
    package var date: Date {
      if nanoseconds == 0 { return Date(timeIntervalSince1970: Double(seconds)) }
      // That far from the present the last microseconds of 9999 would be rounded to a year that cannot be written.
      let instant = Double(seconds) + Double(nanoseconds) / 1e9
      return Date(timeIntervalSince1970: min(instant, Double(seconds + 1).nextDown))
    }
  }

  /// 0001-01-01T00:00:00Z in seconds since 1970.
  package static let firstSecond = -62_135_596_800
  /// 10000-01-01T00:00:00Z in seconds since 1970: the first second that cannot be written.
  package static let endSecond = 253_402_300_800
}
