import Foundation
import SlotStats
import Testing

@testable import StatsFormats

@Suite struct SnapshotDocumentTests {
  @Test func readsTheFormOfTheSpecification() throws {
    let document = try SnapshotText.read(
      """
      {
        "schema": "slotwatch.snapshot/1",
        "generated_at": "2026-11-23T14:32:05Z",
        "refresh_seconds": 2.5,
        "slots": [ {"id": "slot-001", "name": "Portrait", "provider_id": "gemini", "active": true, "last_reset_at": null},
                   {"id": "slot-002", "active": false, "last_reset_at": "2026-11-20T10:00:00.5+02:00"} ],
        "windows": {
          "day": { "global": [], "slots": {"slot-001": [
            {"period_start": "2026-11-23T00:00:00Z", "period_end": "2026-11-24T00:00:00Z",
             "success": 3108, "timeouts": 96, "provider_errors": 88, "cancelled": 22, "errors": 18, "ingest_count": 3360}]}},
          "week": { "slots": {} }
        }
      }
      """)
    let counters = StatsCounters(
      success: 3108, timeouts: 96, providerErrors: 88, cancelled: 22, errors: 18, ingestCount: 3360)
    let monday = try #require(RFC3339.parse("2026-11-23")?.date)
    #expect(document.generatedAt == Date(timeIntervalSince1970: 1_795_444_325))
    #expect(document.refreshInterval == 2.5)
    #expect(
      document.slots == [
        Slot(id: "slot-001", name: "Portrait", providerID: "gemini"),
        Slot(id: "slot-002", isActive: false, lastResetAt: Date(timeIntervalSince1970: 1_795_161_600.5)),
      ])
    let day = StatsMetric(.day, start: monday, counters: counters)
    let week = StatsMetric(.week, start: monday, counters: counters)
    #expect(document.series[.day] == .init(global: [day], bySlot: ["slot-001": [day], "slot-002": []]))
    #expect(document.series[.week] == .init(global: [week], bySlot: ["slot-001": [week], "slot-002": []]))
    #expect(document.leftOut == [])
    #expect(document.leftOutLine == nil)
  }

  @Test func missingCountersAreZeroAndUnknownKeysAreIgnored() throws {
    let document = try SnapshotText.read(
      SnapshotText.bucket(
        #""hour":7,"period_end":"2026-11-23","\u0065rrors":3.0,"total_runs":-5.5,"period_start":"2026-11-23","x":[{}]"#)
    )
    #expect(document.series[.day]?.global.map(\.counters) == [StatsCounters(errors: 3)])
  }

  @Test(arguments: [
    #""period_start":"2026-11-23T00:00:00Z","period_end":"2026-11-24T00:00:00Z""#,
    #""period_start":"2026-11-23T00:00:00z","period_end":"2026-11-24t00:00:00Z""#,
    #""period_start":"2026-11-23","period_end":"2026-11-24""#,
    #""period_start":"2026-11-23","period_end":"2026-11-23""#,
    #""period_start":"2026-11-23T00:00:00.000Z","period_end":"2026-11-23T23:59:59Z""#,
    #""period_start":"2026-11-23T03:00:00+03:00","period_end":"2026-11-23T23:59:59.999999Z""#,
    #""period_start":"2026-11-22T19:00:00-05:00","period_end":"2026-11-24T03:00:00+03:00""#,
    #""period_start":"\u0032026-11-23T00:00:00Z","period_end":"2026-11-24T00:00:00\u005a""#,
  ])
  func aDayMayBeWrittenInSeveralWays(members: String) throws {
    let document = try SnapshotText.read(SnapshotText.bucket(members))
    #expect(brief(document.series[.day]?.global) == ["2026-11-23 0"])
    #expect(document.series[.day]?.global.first.map { RFC3339.format($0.periodEnd) } == "2026-11-24T00:00:00Z")
  }

  @Test(arguments: [
    "2026-11-30T00:00:00Z", "2026-11-29T23:59:59Z", "2026-11-29T23:59:59.5Z", "2026-11-29", "2026-11-30",
  ])
  func aWeekMayEndInSeveralWays(end: String) throws {
    let document = try SnapshotText.read(
      SnapshotText.document(
        windows: #"{"week":{"global":[{"period_start":"2026-11-23","period_end":"\#(end)","success":4}]}}"#))
    #expect(brief(document.series[.week]?.global) == ["2026-11-23 4"])
    #expect(document.series[.day] == nil, "days are never made from weeks")
  }

  @Test func theFirstAndTheLastDayAreRead() throws {
    for (day, instant) in [("0001-01-01", "0001-01-01T12:00:00Z"), ("9999-12-31", "9999-12-31T12:00:00Z")] {
      let document = try SnapshotText.read(
        SnapshotText.document(
          generatedAt: "\"\(instant)\"",
          windows: #"{"day":{"global":[{"period_start":"\#(day)","period_end":"\#(day)","success":1}]}}"#))
      #expect(brief(document.series[.day]?.global) == ["\(day) 1"])
      #expect(document.series[.day]?.global.first.map { $0.periodEnd.timeIntervalSince($0.periodStart) } == 86_400)
    }
  }

  @Test func rowsAreSortedByTime() throws {
    let days = ["2026-11-22", "2026-11-20", "2026-11-23", "2026-11-21"]
    let rows = days.enumerated().map { SnapshotText.day($1, ",\"success\":\($0)") }.joined(separator: ",")
    let document = try SnapshotText.read(SnapshotText.document(windows: #"{"day":{"global":[\#(rows)]}}"#))
    #expect(
      brief(document.series[.day]?.global) == ["2026-11-20 1", "2026-11-21 3", "2026-11-22 0", "2026-11-23 2"])
  }

  @Test func slotsComeFromTheListFirstAndThenFromTheWindows() throws {
    let windows = #"{"day":{"slots":{"x":[],"b":[]}},"week":{"slots":{"y":[],"x":[]}}}"#
    let slots = #"[{"id":"a","name":""},{"id":"b","name":null,"provider_id":null},{"id":"c","provider_id":""}]"#
    let before = try SnapshotText.read(SnapshotText.document(slots: slots, windows: windows))
    let after = try SnapshotText.read(SnapshotText.document(windows: windows, more: #","slots":\#(slots)"#))
    #expect(before == after)
    #expect(before.slots == ["a", "b", "c", "x", "y"].map { Slot(id: $0) })
    #expect(before.series[.day]?.bySlot.keys.sorted() == ["a", "b", "c", "x", "y"])
    let only = try SnapshotText.read(SnapshotText.document(windows: windows))
    #expect(only.slots.map(\.id) == ["x", "b", "y"])
  }

  @Test func aSlotIsTheSameHoweverItsIdIsWritten() throws {
    let row = SnapshotText.day("2026-11-23", #","success":1"#)
    let document = try SnapshotText.read(
      SnapshotText.document(
        slots: #"[{"id":"caf\u00e9","name":"\ud83d\ude00"},{"id":"ab"}]"#,
        windows: #"{"day":{"slots":{"café":[\#(row)],"\u0061b":[\#(row)]}}}"#))
    #expect(document.slots == [Slot(id: "café", name: "😀"), Slot(id: "ab")])
    #expect(brief(document.series[.day]?.bySlot["café"]) == ["2026-11-23 1"])
    #expect(brief(document.series[.day]?.global) == ["2026-11-23 2"])
  }

  @Test func anIdMayHave128Characters() throws {
    let id = String(repeating: "😀", count: 128)
    let document = try SnapshotText.read(SnapshotText.document(slots: #"[{"id":"\#(id)"}]"#))
    #expect(document.slots.map(\.id) == [id])
  }

  @Test func aDocumentWithoutSlotsOrRowsIsAnEmptyFleet() throws {
    let document = try SnapshotText.read(SnapshotText.document())
    #expect(document.slots.isEmpty)
    #expect(document.series == [.day: .init(), .week: .init()])
  }

  @Test func countersReachTheLargestNumberAndAddWithoutATrap() throws {
    let row = SnapshotText.day("2026-11-23", #","success":9223372036854775807,"errors":9.223372036854775807e18"#)
    let document = try SnapshotText.read(
      SnapshotText.document(windows: #"{"day":{"slots":{"a":[\#(row)],"b":[\#(row)]}}}"#))
    #expect(document.series[.day]?.global.first?.counters == StatsCounters(success: .max, errors: .max))
    #expect(document.series[.week]?.global.first?.counters == StatsCounters(success: .max, errors: .max))
  }

  @Test func moreRowsThanAreRememberedAreReadRightly() throws {
    let start = try #require(RFC3339.parse("2020-01-01")?.date)
    let days = (0..<400).map { RFC3339.format(start + Double($0) * 86_400) }
    let rows = days.enumerated().map { SnapshotText.day($1, ",\"success\":\($0)") }.joined(separator: ",")
    let document = try SnapshotText.read(
      SnapshotText.document(windows: #"{"day":{"slots":{"a":[\#(rows)],"b":[\#(rows)]}}}"#))
    let expected = days.indices.map {
      StatsMetric(.day, start: start + Double($0) * 86_400, counters: StatsCounters(success: $0))
    }
    #expect(document.series[.day]?.bySlot == ["a": expected, "b": expected])
  }

  @Test func aDocumentSharesTheSeriesThatAnEarlierOneHas() throws {
    func text(_ success: Int) -> [UInt8] {
      let row = SnapshotText.day("2026-11-23", #","success":1"#)
      let changed = SnapshotText.day("2026-11-23", ",\"success\":\(success)")
      return Array(
        SnapshotText.document(windows: #"{"day":{"slots":{"same":[\#(row)],"changed":[\#(changed)]}}}"#).utf8)
    }
    func storage(_ document: SnapshotDocument, _ id: String) -> UnsafeRawPointer? {
      document.series[.day]?.bySlot[id]?.withUnsafeBytes { $0.baseAddress }
    }
    let first = try SnapshotDocument(parsing: text(1))
    let second = try text(2).withUnsafeBytes { try SnapshotDocument(parsing: $0, sharing: first) }
    #expect(try second == SnapshotDocument(parsing: text(2)))
    #expect(storage(second, "same") == storage(first, "same"))
    #expect(storage(second, "changed") != storage(first, "changed"))
  }
}
