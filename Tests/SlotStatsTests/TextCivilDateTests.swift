import Foundation
import SlotStatsTesting
import Testing

@testable import SlotStats

@Suite struct TextCivilDateTests {
  @Test func agreesWithTheCalendarFromYear1To9999() throws {
    // Foundation's own calendar is Julian before 1582; the ISO 8601 one is proleptic Gregorian.
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    var numbers = SeededGenerator(state: 1582)
    for _ in 0..<2_000 {
      let instant = Date(timeIntervalSince1970: Double.random(in: -12_219_292_800...253_402_300_799, using: &numbers))
      let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: instant)
      let date = CivilDate(instant)
      #expect(date.year == parts.year && date.month == parts.month && date.day == parts.day, "\(instant)")
      #expect(date.hour == parts.hour && date.minute == parts.minute && date.second == parts.second, "\(instant)")
      let weekday = try #require(parts.weekday)
      #expect(date.weekday == (weekday + 5) % 7, "\(instant)")
    }
  }

  @Test(arguments: [
    (-62_135_596_800, "0001-01-01", "Mon", "00:00:00"), (253_402_300_799, "9999-12-31", "Fri", "23:59:59"),
    (0, "1970-01-01", "Thu", "00:00:00"), (-1, "1969-12-31", "Wed", "23:59:59"),
    (951_782_400, "2000-02-29", "Tue", "00:00:00"), (1_795_098_730, "2026-11-19", "Thu", "14:32:10"),
    (-2_203_891_200, "1900-03-01", "Thu", "00:00:00"),
  ])
  func writesDates(_ seconds: Double, _ date: String, _ weekday: String, _ time: String) {
    let civil = CivilDate(Date(timeIntervalSince1970: seconds))
    #expect(civil.isoDate == date && civil.weekdayName == weekday && civil.timeWithSeconds == time)
  }

  @Test func movesByAnOffsetEastOfUTC() {
    let instant = Date(timeIntervalSince1970: 1_795_098_730)
    #expect(CivilDate(instant, offset: 3600).time == "15:32")
    #expect(CivilDate(instant, offset: -15 * 3600).dayAndMonth == "18 Nov")
    #expect(CivilDate(instant, offset: 10 * 3600).dayAndMonth == "20 Nov")
  }

  @Test func aFractionBelongsToItsOwnSecond() {
    #expect(CivilDate(Date(timeIntervalSince1970: -0.25)).timeWithSeconds == "23:59:59")
    #expect(CivilDate(Date(timeIntervalSince1970: 0.75)).timeWithSeconds == "00:00:00")
  }
}
