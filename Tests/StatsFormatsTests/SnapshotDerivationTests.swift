import Foundation
import SlotStats
import Testing

@testable import StatsFormats

@Suite struct SnapshotDerivationTests {
  /// Days from Wednesday 2026-11-11 to Monday 2026-11-23, one success each.
  private let days = (11...23).map { SnapshotText.day("2026-11-\($0)", #","success":1"#) }.joined(separator: ",")

  private func read(day: String? = nil, week: String? = nil) throws -> SnapshotDocument {
    let parts = [day.map { "\"day\":{\($0)}" }, week.map { "\"week\":{\($0)}" }].compactMap(\.self)
    return try SnapshotText.read(SnapshotText.document(windows: "{\(parts.joined(separator: ","))}"))
  }

  @Test func foldsWeeksFromDaysAndLeavesOutThePartialFirstOne() throws {
    let document = try read(day: #""slots":{"a":[\#(days)]}"#)
    #expect(brief(document.series[.week]?.bySlot["a"]) == ["2026-11-16 7", "2026-11-23 1"])
    #expect(brief(document.series[.week]?.global) == ["2026-11-16 7", "2026-11-23 1"])
  }

  @Test func theEarliestDayOfTheWholeDocumentDecidesWhatIsPartial() throws {
    // Slot b began on a Wednesday, but the document reaches back to the Monday before.
    let monday = SnapshotText.day("2026-11-09", #","success":5"#)
    let document = try read(day: #""slots":{"a":[\#(monday)],"b":[\#(days)]}"#)
    #expect(brief(document.series[.week]?.bySlot["b"]) == ["2026-11-09 5", "2026-11-16 7", "2026-11-23 1"])
    #expect(brief(document.series[.week]?.global) == ["2026-11-09 10", "2026-11-16 7", "2026-11-23 1"])
    let global = try read(day: #""global":[\#(monday)],"slots":{"b":[\#(days)]}"#)
    #expect(brief(global.series[.week]?.bySlot["b"]) == ["2026-11-09 5", "2026-11-16 7", "2026-11-23 1"])
  }

  @Test func givenWeeksWinSlotBySlot() throws {
    let week = SnapshotText.week("2026-11-16", #","success":100"#)
    let document = try read(
      day: #""slots":{"a":[\#(days)],"b":[\#(days)]}"#, week: #""slots":{"a":[\#(week)],"b":[]}"#)
    #expect(brief(document.series[.week]?.bySlot["a"]) == ["2026-11-16 100"])
    #expect(brief(document.series[.week]?.bySlot["b"]) == ["2026-11-16 7", "2026-11-23 1"])
    #expect(brief(document.series[.week]?.global) == ["2026-11-16 107", "2026-11-23 1"])
  }

  @Test func givenGlobalsWinWindowByWindow() throws {
    let day = SnapshotText.day("2026-11-23", #","success":50"#)
    let week = SnapshotText.week("2026-11-23", #","success":60"#)
    let both = try read(
      day: #""global":[\#(day)],"slots":{"a":[\#(days)]}"#, week: #""global":[\#(week)]"#)
    #expect(brief(both.series[.day]?.global) == ["2026-11-23 50"])
    #expect(brief(both.series[.week]?.global) == ["2026-11-23 60"])
    #expect(brief(both.series[.week]?.bySlot["a"]) == ["2026-11-16 7", "2026-11-23 1"])
    let folded = try read(day: #""global":[\#(day)],"slots":{"a":[\#(days)]}"#)
    #expect(brief(folded.series[.week]?.global) == ["2026-11-23 50"], "folded from the global days, not added up")
  }

  @Test func anEmptyGlobalIsAddedUpFromTheSlots() throws {
    let document = try read(day: #""global":[],"slots":{"a":[\#(days)],"b":[\#(days)]}"#)
    #expect(document.series[.day]?.global.map(\.counters.success) == Array(repeating: 2, count: 13))
  }

  @Test func slotsWithDifferentPeriodsAreAddedInOrder() throws {
    let late = SnapshotText.day("2026-11-23", #","success":1"#)
    let early = SnapshotText.day("2026-11-20", #","success":2"#)
    let document = try read(day: #""slots":{"a":[\#(late)],"b":[\#(early)],"c":[\#(late),\#(early)]}"#)
    #expect(brief(document.series[.day]?.global) == ["2026-11-20 4", "2026-11-23 2"])
  }

  @Test func daysAreNeverMadeFromWeeks() throws {
    let document = try read(week: #""slots":{"a":[\#(SnapshotText.week("2026-11-16"))]}"#)
    #expect(document.series[.day] == nil)
  }

  @Test func bucketsThatBeginAfterTheDataAreLeftOutAndNamed() throws {
    let rows = ["2026-11-25", "2026-11-23", "2026-11-24"].map { SnapshotText.day($0, #","success":1"#) }
      .joined(separator: ",")
    let week = SnapshotText.week("2026-11-30", #","success":9"#)
    let document = try read(
      day: #""slots":{"a":[\#(SnapshotText.day("2026-11-23"))],"b":[\#(rows)],"c":[\#(rows)]}"#,
      week: #""global":[\#(week)]"#)
    #expect(brief(document.series[.day]?.bySlot["b"]) == ["2026-11-23 1"])
    #expect(brief(document.series[.day]?.global) == ["2026-11-23 2"])
    #expect(brief(document.series[.week]?.global) == ["2026-11-23 2"])
    #expect(document.leftOut.map(\.count) == [4, 1])
    #expect(document.leftOut.map(\.place) == [#"$.windows.day.slots["b"]"#, "$.windows.week.global"])
    #expect(
      document.leftOutLine
        == #"left out: 5 buckets begin after the data, first 2026-11-24 at $.windows.day.slots["b"]"#)
  }

  @Test func aBucketThatBeginsWithTheDataIsKept() throws {
    let document = try SnapshotText.read(
      SnapshotText.document(
        generatedAt: #""2026-11-23""#, windows: #"{"day":{"global":[\#(SnapshotText.day("2026-11-23"))]}}"#))
    #expect(brief(document.series[.day]?.global) == ["2026-11-23 0"])
    #expect(document.leftOut == [])
  }

  @Test func aMovedDocumentEndsInTheCurrentBuckets() throws {
    let week = SnapshotText.week("2026-11-23", #","success":8"#)
    let document = try read(day: #""slots":{"a":[\#(days)]}"#, week: #""slots":{"a":[\#(week)]}"#)
    // Sunday 2027-01-03 lies in the week of Monday 2026-12-28.
    let instant = try #require(RFC3339.parse("2027-01-03T00:00:01Z")?.date)
    let moved = document.moved(to: instant)
    #expect(moved.generatedAt == instant)
    #expect(moved.slots == document.slots)
    #expect(brief(moved.series[.day]?.global).last == "2027-01-03 1")
    #expect(brief(moved.series[.day]?.global).first == "2026-12-22 1")
    #expect(brief(moved.series[.week]?.bySlot["a"]) == ["2026-12-28 8"])
    #expect(moved.moved(to: document.generatedAt) == document)
  }
}
