import Testing

@testable import StatsFormats

@Suite struct SnapshotRefusalTests {
  @Test(arguments: [
    ("", "byte 0 is the end; the document is empty"),
    ("   ", "byte 3 is the end, in the middle of the document; it is cut off"),
    ("\u{FEFF}{}", "byte 0 is a byte order mark; the document must begin without one"),
    ("hello", "byte 0 is 'h'; a value is expected"),
    ("[]", "$ is a list; an object is expected"),
    ("17", "$ is 17; an object is expected"),
    ("null", "$ is null; an object is expected"),
    ("{}", "$.schema is missing; a version 1 snapshot has it"),
    (SnapshotText.document(schema: nil), "$.schema is missing; a version 1 snapshot has it"),
    (SnapshotText.document(generatedAt: nil), "$.generated_at is missing; a version 1 snapshot has it"),
    (SnapshotText.document(windows: nil), "$.windows is missing; a version 1 snapshot has it"),
    (
      SnapshotText.document(schema: #""slotwatch.snapshot/2""#),
      #"$.schema is "slotwatch.snapshot/2"; "slotwatch.snapshot/1" is read"#
    ),
    (SnapshotText.document(schema: "1"), "$.schema is 1; a text is expected"),
    (SnapshotText.document(schema: "null"), "$.schema is null; a text is expected"),
    (
      SnapshotText.document(generatedAt: #""2026-02-30T00:00:00Z""#),
      #"$.generated_at is "2026-02-30T00:00:00Z"; an instant such as "2026-11-23T14:32:05Z" or a date is expected"#
    ),
    (
      SnapshotText.document(generatedAt: "1795444325"), "$.generated_at is 1795444325; an instant in quotes is expected"
    ),
    (SnapshotText.document(windows: "[]"), "$.windows is a list; an object is expected"),
    (SnapshotText.document(windows: "{}"), #"$.windows has neither "day" nor "week"; one of them is needed"#),
    (
      SnapshotText.document(windows: #"{"hour":{}}"#),
      #"$.windows has neither "day" nor "week"; one of them is needed"#
    ),
    (SnapshotText.document(windows: #"{"day":null}"#), "$.windows.day is null; an object is expected"),
    (SnapshotText.document(windows: #"{"day":{},"day":{}}"#), "$.windows.day is given twice"),
    (
      SnapshotText.document(windows: #"{"day":{"global":{}}}"#), "$.windows.day.global is an object; a list is expected"
    ),
    (SnapshotText.document(windows: #"{"day":{"global":[1]}}"#), "$.windows.day.global[0] is 1; an object is expected"),
    (SnapshotText.document(windows: #"{"day":{"slots":[]}}"#), "$.windows.day.slots is a list; an object is expected"),
    (
      SnapshotText.document(windows: #"{"week":{"slots":{"a":3}}}"#),
      #"$.windows.week.slots["a"] is 3; a list is expected"#
    ),
    (
      SnapshotText.document(windows: #"{"day":{"slots":{"a":[],"b":[],"\u0061":[]}}}"#),
      #"$.windows.day.slots["a"] is given twice"#
    ),
    (
      SnapshotText.document(windows: #"{"day":{"slots":{"":[]}}}"#),
      #"$.windows.day.slots[""] is ""; a slot id has 1 to 128 characters"#
    ),
    (
      SnapshotText.document(windows: #"{"day":{"slots":{"q\"\\":[{}]}}}"#),
      #"$.windows.day.slots["q\"\\"][0].period_start is missing; every bucket has it"#
    ),
    (SnapshotText.document(more: #","windows":{}"#), "$.windows is given twice"),
    (SnapshotText.document(more: #","\u0073chema":1"#), "$.schema is given twice"),
    (
      SnapshotText.document(more: #","refresh_seconds":0"#),
      "$.refresh_seconds is 0; a number of seconds over 0 is expected"
    ),
    (
      SnapshotText.document(more: #","refresh_seconds":-5"#),
      "$.refresh_seconds is -5; a number of seconds over 0 is expected"
    ),
    (
      SnapshotText.document(more: #","refresh_seconds":1e999"#),
      "$.refresh_seconds is 1e999; a number of seconds over 0 is expected"
    ),
    (
      SnapshotText.document(more: #","refresh_seconds":"5""#),
      #"$.refresh_seconds is "5"; a number of seconds over 0 is expected"#
    ),
    (
      SnapshotText.document(more: #","refresh_seconds":null"#),
      "$.refresh_seconds is null; a number of seconds over 0 is expected"
    ),
  ])
  func namesPlaceAndReasonInTheFrame(text: String, line: String) {
    #expect(SnapshotText.refusal(text) == line)
  }

  @Test(arguments: [
    ("{}", "$.slots is an object; a list is expected"),
    ("null", "$.slots is null; a list is expected"),
    ("[7]", "$.slots[0] is 7; an object is expected"),
    ("[{}]", "$.slots[0].id is missing; every slot has one"),
    (#"[{"id":7}]"#, "$.slots[0].id is 7; a text is expected"),
    (#"[{"id":null}]"#, "$.slots[0].id is null; a text is expected"),
    (#"[{"id":""}]"#, #"$.slots[0].id is ""; a slot id has 1 to 128 characters"#),
    (
      #"[{"id":"\#(String(repeating: "ш", count: 129))"}]"#,
      "$.slots[0].id has 129 characters; a slot id has 1 to 128"
    ),
    (#"[{"id":"a"},{"id":"b"},{"id":"a"}]"#, #"$.slots[2].id is "a" again; slot ids are unique"#),
    (#"[{"id":"a"},{"id":"\u0061"}]"#, #"$.slots[1].id is "a" again; slot ids are unique"#),
    ("[{\"id\":\"é\"},{\"id\":\"e\u{301}\"}]", "$.slots[1].id is \"e\u{301}\" again; slot ids are unique"),
    (#"[{"id":"a","id":"b"}]"#, "$.slots[0].id is given twice"),
    (#"[{"id":"a","name":7}]"#, "$.slots[0].name is 7; a text is expected"),
    (#"[{"id":"a","provider_id":[]}]"#, "$.slots[0].provider_id is a list; a text is expected"),
    (#"[{"id":"a","active":null}]"#, "$.slots[0].active is null; true or false is expected"),
    (#"[{"id":"a","active":1}]"#, "$.slots[0].active is 1; true or false is expected"),
    (
      #"[{"id":"a","last_reset_at":"yesterday"}]"#,
      #"$.slots[0].last_reset_at is "yesterday"; an instant such as "2026-11-23T14:32:05Z" or a date is expected"#
    ),
    (#"[{"id":"a","last_reset_at":{}}]"#, "$.slots[0].last_reset_at is an object; an instant in quotes is expected"),
  ])
  func namesPlaceAndReasonInSlots(slots: String, line: String) {
    #expect(SnapshotText.refusal(SnapshotText.document(slots: slots)) == line)
  }

  @Test(arguments: [
    ("errors", "-2", "is -2; counters are whole numbers from 0"),
    ("errors", "2.5", "is 2.5; counters are whole numbers from 0"),
    ("errors", "1e-3", "is 1e-3; counters are whole numbers from 0"),
    ("success", "9223372036854775808", "is 9223372036854775808; counters go up to 9223372036854775807"),
    ("timeouts", "1e300", "is 1e300; counters go up to 9223372036854775807"),
    ("cancelled", #""3""#, #"is "3"; counters are whole numbers from 0"#),
    ("cancelled", "true", "is true; counters are whole numbers from 0"),
    ("provider_errors", "null", "is null; counters are whole numbers from 0"),
    ("ingest_count", "[1,2]", "is a list; counters are whole numbers from 0"),
    ("ingest_count", #"{"a":1}"#, "is an object; counters are whole numbers from 0"),
    (
      "errors", "-\(String(repeating: "9", count: 60))",
      "is -\(String(repeating: "9", count: 39))…; counters are whole numbers from 0"
    ),
    (
      "errors", "\"\(String(repeating: "x", count: 60))\"",
      "is \"\(String(repeating: "x", count: 40))…\"; counters are whole numbers from 0"
    ),
  ])
  func namesPlaceAndReasonOfCounters(key: String, value: String, problem: String) {
    let rows = [
      SnapshotText.day("2026-11-21"), SnapshotText.day("2026-11-22"),
      SnapshotText.day("2026-11-23", ",\"\(key)\":\(value)"),
    ].joined(separator: ",")
    #expect(
      SnapshotText.refusal(SnapshotText.document(windows: #"{"day":{"global":[\#(rows)]}}"#))
        == "$.windows.day.global[2].\(key) \(problem)")
    #expect(
      SnapshotText.refusal(
        SnapshotText.document(windows: #"{"day":{"global":[],"slots":{"x":[],"slot-001":[\#(rows)]}}}"#))
        == #"$.windows.day.slots["slot-001"][2].\#(key) \#(problem)"#)
  }

  @Test(arguments: [
    (
      #""period_start":"2026-11-23T01:00:00Z","period_end":"2026-11-24T01:00:00Z""#,
      #".period_start is "2026-11-23T01:00:00Z"; a day starts at 00:00 UTC"#
    ),
    (
      #""period_start":"2026-11-23T00:00:00+03:00","period_end":"2026-11-24T00:00:00+03:00""#,
      #".period_start is "2026-11-23T00:00:00+03:00"; a day starts at 00:00 UTC"#
    ),
    (
      #""period_start":"2026-11-23T00:00:00.0000000000001Z","period_end":"2026-11-24T00:00:00Z""#,
      #".period_start is "2026-11-23T00:00:00.0000000000001Z"; a day starts at 00:00 UTC"#
    ),
    (
      #""period_start":"2026-11-23","period_end":"2026-11-25""#,
      #".period_end is "2026-11-25"; the day that starts 2026-11-23 ends with that day"#
    ),
    (
      #""period_start":"2026-11-23","period_end":"2026-11-23T00:00:00Z""#,
      #".period_end is "2026-11-23T00:00:00Z"; the day that starts 2026-11-23 ends with that day"#
    ),
    (
      #""period_start":"2026-11-23","period_end":"2026-11-23T23:59:58.999Z""#,
      #".period_end is "2026-11-23T23:59:58.999Z"; the day that starts 2026-11-23 ends with that day"#
    ),
    (
      #""period_start":"2026-11-23","period_end":"2026-11-24T00:00:00.000000001Z""#,
      #".period_end is "2026-11-24T00:00:00.000000001Z"; the day that starts 2026-11-23 ends with that day"#
    ),
    (#""period_start":"2026-11-23""#, ".period_end is missing; every bucket has it"),
    (#""period_end":"2026-11-23""#, ".period_start is missing; every bucket has it"),
    (
      #""period_start":"2026-02-30","period_end":"2026-03-01""#,
      #".period_start is "2026-02-30"; an instant such as "2026-11-23T14:32:05Z" or a date is expected"#
    ),
    (#""period_start":1,"period_end":"2026-03-01""#, ".period_start is 1; an instant in quotes is expected"),
    (
      #""period_start":"2026-11-23","period_start":"2026-11-23""#, ".period_start is given twice"
    ),
    (#""success":1,"su\u0063cess":1"#, ".success is given twice"),
  ])
  func namesPlaceAndReasonOfPeriods(members: String, problem: String) {
    #expect(SnapshotText.refusal(SnapshotText.bucket(members)) == "$.windows.day.global[0]\(problem)")
  }

  @Test func weeksStartOnMondays() {
    let text = SnapshotText.document(
      windows: #"{"week":{"global":[{"period_start":"2026-11-24","period_end":"2026-12-01"}]}}"#)
    #expect(
      SnapshotText.refusal(text)
        == #"$.windows.week.global[0].period_start is "2026-11-24"; a week starts on Monday at 00:00 UTC"#)
    let end = SnapshotText.document(
      windows: #"{"week":{"global":[{"period_start":"2026-11-23","period_end":"2026-11-28"}]}}"#)
    #expect(
      SnapshotText.refusal(end)
        == #"$.windows.week.global[0].period_end is "2026-11-28"; the week that starts 2026-11-23 ends with 2026-11-29"#
    )
  }

  @Test func aPeriodGivenTwiceIsNamedWithBothPlaces() {
    let rows = ["2026-11-22", "2026-11-23", "2026-11-21", "2026-11-22"].map { SnapshotText.day($0) }
      .joined(separator: ",")
    #expect(
      SnapshotText.refusal(SnapshotText.document(windows: #"{"day":{"slots":{"a":[\#(rows)]}}}"#))
        == #"$.windows.day.slots["a"][3] begins 2026-11-22 like [0]; a period is given once"#)
  }

  @Test func valuesOfIgnoredKeysMustBeJSONToo() {
    let good = SnapshotText.document(more: #","extra":{"a":[1,{"b":null}],"a":2}"#)
    #expect(SnapshotText.refusal(good) == "accepted")
    for (value, problem) in [
      ("[1,]", "is ']' after a comma; JSON allows no trailing comma"),
      ("01", "is '1' in a number; JSON numbers look like 12, -0.5 or 3e2"),
      ("tru", "is 't'; a value is expected"), ("NaN", "is 'N'; a value is expected"),
    ] {
      let line = SnapshotText.refusal(SnapshotText.document(more: #","extra":\#(value)"#))
      #expect(line.hasPrefix("byte ") && line.hasSuffix(" " + problem), "\(line)")
    }
    for bytes: [UInt8] in [[0xFF], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] {
      let text = Array(#"{"extra":""#.utf8) + bytes + Array("\"}".utf8)
      #expect(SnapshotText.refusal(text) == "byte 10 is not valid UTF-8")
    }
    #expect(
      SnapshotText.refusal(#"{"extra":"\ud800"}"#)
        == "byte 10 is half of a surrogate pair; the other half is missing")
  }

  @Test func countsTheLevelsOfIgnoredValuesFromTheDocumentsTop() {
    func text(_ levels: Int) -> String {
      let nested = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
      return SnapshotText.document(more: #","extra":\#(nested)"#)
    }
    #expect(SnapshotText.refusal(text(63)) == "accepted")
    #expect(SnapshotText.refusal(text(64)).hasSuffix("is nested deeper than 64 levels"))
  }

  @Test func nothingMayFollowTheDocument() {
    let text = SnapshotText.document()
    #expect(SnapshotText.refusal(text + " \n") == "accepted")
    #expect(SnapshotText.refusal(text + "x") == "byte \(text.utf8.count) is 'x' after the end of the document")
    #expect(SnapshotText.refusal(text + text).hasSuffix("is '{' after the end of the document"))
    #expect(SnapshotText.refusal(text + "\0") == "byte \(text.utf8.count) is byte 0x0 after the end of the document")
  }
}
