import Foundation
import SlotStats
import Testing

@testable import StatsFormats

@Suite struct PastInstantTests {
  /// Thursday 2026-11-19 14:32:05 UTC.
  private static let now = Date(timeIntervalSince1970: 1_795_098_725)

  @Test(arguments: [
    ("2026-11-19T03:10:00Z", "2026-11-19T03:10:00Z"), ("2026-11-19T04:10:00+01:00", "2026-11-19T03:10:00Z"),
    ("2026-11-18", "2026-11-18T00:00:00Z"), ("03:10", "2026-11-19T03:10:00Z"), ("3:10", "2026-11-19T03:10:00Z"),
    ("14:32", "2026-11-19T14:32:00Z"), ("14:33", "2026-11-18T14:33:00Z"), ("2026-11-18 23:05", "2026-11-18T23:05:00Z"),
    ("-2h", "2026-11-19T12:32:05Z"), ("90m ago", "2026-11-19T13:02:05Z"), ("2 h ago", "2026-11-19T12:32:05Z"),
    ("-1w", "2026-11-12T14:32:05Z"), ("3d ago", "2026-11-16T14:32:05Z"),
  ])
  func readsWhatPeopleWrite(text: String, instant: String) throws {
    #expect(try #require(PastInstant(text)).date(now: Self.now) == RFC3339.parse(instant)?.date)
  }

  @Test(arguments: [
    "", " ", "2h", "-h", "-0h", "-2", "-2y", "--2h", "-99999999999999999999h", "-60000w", "24:00", "12:60", "1:2", "12",
    "03:10:00", "noon", "2026-11-31", "ago", "-2h ago ago", "03:10 2026-11-18", "+2h", "٣:10",
  ])
  func refusesWhatMeansNothing(text: String) {
    #expect(PastInstant(text) == nil)
  }

  @Test func timesOfTheDayAreThoseOfTheClockOnShow() {
    // Two hours ahead of UTC: 01:30 there was at 23:30 on the day before.
    let instant = PastInstant("01:30")?.date(now: Self.now, offset: { _ in 7_200 })
    #expect(instant == RFC3339.parse("2026-11-18T23:30:00Z")?.date)
    let late = PastInstant("16:40")?.date(now: Self.now, offset: { _ in 7_200 })
    #expect(late == RFC3339.parse("2026-11-18T14:40:00Z")?.date)
  }
}
