import Foundation
import SlotStats
import Testing

@Suite struct StatsWindowTests {
  @Test(arguments: [
    // An ordinary day, both of its ends.
    ("2026-11-19T00:00:00Z", "2026-11-19T00:00:00Z", "2026-11-16T00:00:00Z"),
    ("2026-11-19T23:59:59Z", "2026-11-19T00:00:00Z", "2026-11-16T00:00:00Z"),
    // The days on which clocks change in Europe and in the Americas are as long as others.
    ("2026-03-29T23:59:59Z", "2026-03-29T00:00:00Z", "2026-03-23T00:00:00Z"),
    ("2026-10-25T23:59:59Z", "2026-10-25T00:00:00Z", "2026-10-19T00:00:00Z"),
    ("2026-03-08T12:00:00Z", "2026-03-08T00:00:00Z", "2026-03-02T00:00:00Z"),
    ("2026-11-01T12:00:00Z", "2026-11-01T00:00:00Z", "2026-10-26T00:00:00Z"),
    // Weeks over the ends of years and a leap day.
    ("2026-12-31T23:59:59Z", "2026-12-31T00:00:00Z", "2026-12-28T00:00:00Z"),
    ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2026-12-28T00:00:00Z"),
    ("2024-02-29T12:00:00Z", "2024-02-29T00:00:00Z", "2024-02-26T00:00:00Z"),
    // 1970-01-01 was a Thursday.
    ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z"),
    ("1970-01-04T23:59:59Z", "1970-01-04T00:00:00Z", "1969-12-29T00:00:00Z"),
    ("1970-01-05T00:00:00Z", "1970-01-05T00:00:00Z", "1970-01-05T00:00:00Z"),
    ("1969-12-31T23:59:59Z", "1969-12-31T00:00:00Z", "1969-12-29T00:00:00Z"),
    ("1969-12-28T23:59:59Z", "1969-12-28T00:00:00Z", "1969-12-22T00:00:00Z"),
    ("1900-03-01T06:00:00Z", "1900-03-01T00:00:00Z", "1900-02-26T00:00:00Z"),
    // The ends of time: both are days of a week that begins where the calendar says.
    ("9999-12-31T23:59:59Z", "9999-12-31T00:00:00Z", "9999-12-27T00:00:00Z"),
  ])
  func bucketsBeginAtMidnightAndOnMondays(date: String, day: String, week: String) throws {
    let date = try instant(date)
    #expect(try StatsWindow.day.bucketStart(containing: date) == instant(day))
    #expect(try StatsWindow.week.bucketStart(containing: date) == instant(week))
  }

  @Test func theFirstDayOfTheCalendarIsAMonday() {
    // 0001-01-01 in the proleptic Gregorian calendar: 719,162 days before 1970.
    let first = Date(timeIntervalSince1970: -719_162 * 86_400)
    #expect(StatsWindow.day.bucketStart(containing: first) == first)
    #expect(StatsWindow.week.bucketStart(containing: first) == first)
    #expect(StatsWindow.day.bucketStart(containing: first.addingTimeInterval(86_399)) == first)
    #expect(StatsWindow.week.bucketStart(containing: first.addingTimeInterval(604_799)) == first)
  }

  @Test func fractionsOfASecondStayInTheirBucket() throws {
    let midnight = try instant("2026-11-19T00:00:00Z")
    #expect(StatsWindow.day.bucketStart(containing: midnight.addingTimeInterval(-0.001)) < midnight)
    #expect(StatsWindow.day.bucketStart(containing: midnight.addingTimeInterval(0.001)) == midnight)
  }

  @Test(arguments: StatsWindow.allCases)
  func aBucketHoldsItsStartAndNotItsEnd(window: StatsWindow) {
    let bucket = window.bucket(containing: noon)
    #expect(bucket.contains(noon))
    #expect(bucket.upperBound.timeIntervalSince(bucket.lowerBound) == window.length)
    #expect(window.bucket(containing: bucket.lowerBound) == bucket)
    #expect(window.bucketStart(containing: bucket.upperBound) == bucket.upperBound)
    #expect(window.isBucketStart(bucket.lowerBound))
    #expect(!window.isBucketStart(bucket.lowerBound.addingTimeInterval(1)))
  }

  @Test func everyDayOfFourHundredYearsBeginsWhereTheCalendarSays() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    var day = try instant("1800-01-01T00:00:00Z")
    let end = try instant("2200-01-01T00:00:00Z")
    while day < end {
      let monday = StatsWindow.week.bucketStart(containing: day)
      #expect(StatsWindow.day.isBucketStart(day))
      #expect(calendar.component(.weekday, from: monday) == 2)
      #expect((0..<7 * 86_400).contains(day.timeIntervalSince(monday)))
      day = try #require(calendar.date(byAdding: .day, value: 11, to: day))
    }
  }

  @Test(arguments: [(StatsWindow.day, 14), (.week, 8)])
  func theShownRangeEndsWithTheCurrentBucket(window: StatsWindow, count: Int) throws {
    let starts = window.shownStarts(endingAt: noon)
    #expect(starts.count == count)
    #expect(starts.last == window.bucketStart(containing: noon))
    #expect(starts.first == window.shownStart(endingAt: noon))
    for (start, next) in zip(starts, starts.dropFirst()) { #expect(window.start(start, advancedBy: 1) == next) }
  }

  @Test func theShownDaysGoOverAYearsEnd() throws {
    let start = try StatsWindow.day.shownStart(endingAt: instant("2027-01-03T08:00:00Z"))
    #expect(try start == instant("2026-12-21T00:00:00Z"))
  }
}
