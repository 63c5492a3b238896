import Foundation
import SlotStats
import Testing

@testable import StatsFormats

@Suite struct RFC3339Tests {
  @Test func everyDayOfTenThousandYearsComesBackAndFollowsTheOneBefore() {
    var day = CivilCalendar.days(year: 1, month: 1, day: 1)
    #expect(day * 86_400 == RFC3339.firstSecond)
    var mismatches = 0
    for year in 1...9999 {
      for month in 1...12 {
        for date in 1...CivilCalendar.length(ofMonth: month, year: year) {
          if CivilCalendar.days(year: year, month: month, day: date) != day { mismatches += 1 }
          if CivilCalendar.civil(days: day) != (year, month, date) { mismatches += 1 }
          day += 1
        }
      }
    }
    #expect(mismatches == 0)
    #expect(day * 86_400 == RFC3339.endSecond)
  }

  @Test(arguments: [(2000, 29), (1900, 28), (2024, 29), (2026, 28), (4, 29), (100, 28), (9996, 29)])
  func februaryFollowsTheGregorianRule(year: Int, length: Int) {
    #expect(CivilCalendar.length(ofMonth: 2, year: year) == length)
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0, 0, false),
    ("1969-12-31T23:59:59Z", -1, 0, false),
    ("2026-11-23T14:32:05Z", 1_795_444_325, 0, false),
    ("2026-11-23t14:32:05z", 1_795_444_325, 0, false),
    ("2026-11-23T17:32:05+03:00", 1_795_444_325, 0, false),
    ("2026-11-23T09:02:05-05:30", 1_795_444_325, 0, false),
    ("2026-11-23T14:32:05-00:00", 1_795_444_325, 0, false),
    ("2026-11-23T14:32:05.5Z", 1_795_444_325, 500_000_000, false),
    ("2026-11-23T14:32:05.123456789987Z", 1_795_444_325, 123_456_789, false),
    ("2026-11-23T14:32:05.00000000000001Z", 1_795_444_325, 1, false),
    ("2026-11-23T14:32:05.000000000000Z", 1_795_444_325, 0, false),
    ("2026-11-23", 1_795_392_000, 0, true),
    ("0001-01-01T00:00:00Z", -62_135_596_800, 0, false),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799, 999_000_000, false),
    ("2016-12-31T23:59:60Z", 1_483_228_799, 999_999_000, false),
    ("2017-01-01T02:59:60+03:00", 1_483_228_799, 999_999_000, false),
    ("2024-02-29", 1_709_164_800, 0, true),
  ])
  func readsInstants(text: String, seconds: Int, nanoseconds: Int, isPlainDate: Bool) {
    #expect(
      RFC3339.parse(text)
        == RFC3339.Instant(seconds: seconds, nanoseconds: nanoseconds, isPlainDate: isPlainDate))
  }

  @Test(arguments: [
    "", "2026", "2026-11", "2026-11-2", "2026-1-23", "26-11-23", "2026/11/23", "2026-11-23T", "2026-11-23T14:32Z",
    "2026-11-23T14:32:05", "2026-11-23 14:32:05Z", "2026-11-23T14:32:05.Z", "2026-11-23T14:32:05,5Z",
    "2026-11-23T24:00:00Z", "2026-11-23T14:60:00Z", "2026-11-23T14:32:61Z", "2026-11-23T14:32:60Z",
    "2026-11-23T23:59:60Z", "2026-11-23T14:32:05+3:00", "2026-11-23T14:32:05+0300", "2026-11-23T14:32:05+03",
    "2026-11-23T14:32:05+24:00", "2026-11-23T14:32:05+03:60", "2026-11-23T14:32:05ZZ", " 2026-11-23", "2026-11-23 ",
    "2026-02-30", "2025-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "2026-01-00", "0000-01-01",
    "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "12026-11-23", "+2026-11-23", "2026-11-23Z",
    "２０２６-11-23",
  ])
  func refusesWhatIsNoInstant(text: String) {
    #expect(RFC3339.parse(text) == nil)
  }

  @Test(arguments: [
    ("2026-11-23T14:32:05Z", "2026-11-23T14:32:05Z"), ("2026-11-23T14:32:05.25Z", "2026-11-23T14:32:05.25Z"),
    ("2026-11-23T14:32:05.000001Z", "2026-11-23T14:32:05.000001Z"),
    ("2026-11-23T14:32:05.9999999Z", "2026-11-23T14:32:06Z"), ("0001-01-01", "0001-01-01T00:00:00Z"),
    ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"), ("1969-12-31T23:59:58.5Z", "1969-12-31T23:59:58.5Z"),
  ])
  func writesInstantsInUTC(text: String, written: String) {
    #expect(RFC3339.parse(text).map { RFC3339.format($0.date) } == written)
  }

  @Test(arguments: ["9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:59.9999999Z", "2026-11-23T14:32:05.999999999Z"])
  func staysInItsSecond(text: String) throws {
    let instant = try #require(RFC3339.parse(text))
    #expect(instant.date.timeIntervalSince1970.rounded(.down) == Double(instant.seconds))
  }

  @Test func theLastInstantIsWrittenWithItsFraction() {
    let written = RFC3339.parse("9999-12-31T23:59:59.999999Z").map { RFC3339.format($0.date) }
    #expect(written?.hasPrefix("9999-12-31T23:59:59.9999") == true)
  }

  @Test func writesTheNearestInstantThatHasFourDigits() {
    #expect(RFC3339.format(.distantPast - 1e15) == "0001-01-01T00:00:00Z")
    #expect(RFC3339.format(Date(timeIntervalSince1970: 1e18)) == "9999-12-31T23:59:59Z")
    #expect(RFC3339.formatDay(Date(timeIntervalSince1970: -1)) == "1969-12-31")
  }
}
