import SlotStats
import Testing

@testable import StatsReports

@Suite struct CSVReportTests {
  @Test func writesARowForEachSlotAndBucketByIDAndTime() throws {
    let text = try SmallFleet.text(.csv, SmallFleet.subject(SmallFleet.mixed))
    let expected = [
      "window,slot_id,name,period_start,period_end,success,timeouts,provider_errors,cancelled,errors,ingest_count,"
        + "total_runs,failure_count,failure_ratio",
      "day,a-fine,年賀状,2026-11-18T00:00:00Z,2026-11-19T00:00:00Z,99,0,0,0,1,100,100,1,0.01",
      "day,a-fine,年賀状,2026-11-19T00:00:00Z,2026-11-20T00:00:00Z,60,0,0,0,0,60,60,0,0.0",
      "day,b-sick,Портрет,2026-11-18T00:00:00Z,2026-11-19T00:00:00Z,95,5,0,0,0,100,100,5,0.05",
      "day,b-sick,Портрет,2026-11-19T00:00:00Z,2026-11-20T00:00:00Z,70,5,20,0,5,102,100,30,0.3",
      "day,c-few,c-few,2026-11-19T00:00:00Z,2026-11-20T00:00:00Z,3,1,0,0,0,4,4,1,0.25",
      "day,d-off,Archive,2026-11-10T00:00:00Z,2026-11-11T00:00:00Z,30,0,0,2,0,32,32,2,0.0625",
    ]
    #expect(text == expected.map { $0 + "\r\n" }.joined())
  }

  @Test func sortsIDsByCodePoints() throws {
    let ids = ["\u{1F600}", "f", "\u{FF5E}", "e\u{301}", "B", "a"]
    let text = try SmallFleet.text(.csv, SmallFleet.subject(ids.map { (Slot(id: $0), [SmallFleet.bucket(ok: 1)]) }))
    let sorted = text.split(separator: "\r\n").dropFirst().map { String($0.split(separator: ",")[1]) }
    #expect(sorted == ["B", "a", "e\u{301}", "f", "\u{FF5E}", "\u{1F600}"])
  }

  @Test func leavesAnUndefinedRatioEmpty() throws {
    let text = try SmallFleet.text(.csv, SmallFleet.subject([(Slot(id: "x"), [SmallFleet.bucket(ok: 0, open: 3)])]))
    #expect(text.hasSuffix(",0,0,0,0,0,3,0,0,\r\n"))
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("two\nlines", "two lines"),
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\t=1", "' =1"), ("\r=1", "' =1"),
    ("=A1,\"x\"", "\"'=A1,\"\"x\"\"\""), ("\u{301}=1", "'=1"), ("a=1", "a=1"),
    ("\u{1B}[31m", "\u{FFFD}[31m"), ("", ""),
  ])
  func makesCellsHarmless(text: String, cell: String) {
    #expect(CSVCell.text(text) == cell)
  }
}
