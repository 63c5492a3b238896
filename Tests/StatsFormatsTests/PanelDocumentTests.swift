import Foundation
import SlotStats
import Testing

@testable import StatsFormats

@Suite struct PanelDocumentTests {
  private static let day = #"{"period_start":"2026-11-23T00:00:00Z","period_end":"2026-11-24T00:00:00Z","success":3}"#
  private static let dayBefore = #"{"period_start":"2026-11-22","period_end":"2026-11-22","success":2e2,"errors":1}"#

  private func refusal<Answer>(_ read: () throws(SnapshotError) -> Answer) -> String? {
    do {
      _ = try read()
      return nil
    } catch {
      return error.line
    }
  }

  private func slots(_ text: String, page: Int = 1) throws(SnapshotError) -> PanelSlotList {
    try PanelSlotList(parsing: Array(text.utf8), page: page)
  }

  private func global(_ text: String, page: Int = 1) throws(SnapshotError) -> PanelGlobalPage {
    try PanelGlobalPage(parsing: Array(text.utf8), window: .day, page: page)
  }

  private func slot(_ text: String) throws(SnapshotError) -> [StatsMetric] {
    try PanelSlotStats.metrics(parsing: Array(text.utf8), of: "slot-001", window: .day)
  }

  @Test func readsAPageOfSlots() throws {
    let list = try slots(
      #"""
      {"data":[{"id":"b","name":"","provider_id":"gemini","operation_id":"edit","last_reset_at":"2026-11-01"},
       {"id":"a","active":false,"extra":[1,{"x":null}]}],"meta":{"total":7,"pages":[2]}}
      """#)
    #expect(list.total == 7)
    #expect(
      list.slots == [
        Slot(id: "b", providerID: "gemini", lastResetAt: Date(timeIntervalSince1970: 1_793_491_200)),
        Slot(id: "a", isActive: false),
      ])
  }

  @Test(
    arguments: [
      ("\"meta\":{\"total\":0}", nil), ("\"meta\":{\"total\":0,\"windows\":null}", nil),
      ("\"meta\":{\"total\":0,\"windows\":\"hour\"}", nil), ("\"meta\":{\"total\":0,\"windows\":[]}", []),
      ("\"meta\":{\"windows\":[\"minute\",\"fortnight\",7,[\"day\"],\"h\\u006fur\"],\"total\":0}", [.minute, .hour]),
      ("\"windows\":[\"minute\"],\"meta\":{\"total\":0}", nil),
    ] as [(String, Set<StatsWindow>?)])
  func aListNamesItsWindows(members: String, windows: Set<StatsWindow>?) throws {
    #expect(try slots("{\"data\":[],\(members)}").windows == windows)
  }

  @Test(arguments: [
    ("", nil), (",\"newest_event_at\":null", nil), (",\"newest_event_at\":\"2026-11-23T00:00:01.5Z\"", 1.5),
    (",\"newest_event_at\":\"lately\"", nil), (",\"newest_event_at\":[7]", nil),
  ])
  func aPanelThatKnowsItsEventsSaysWhenTheNewestHappened(member: String, second: TimeInterval?) throws {
    let page = try global("{\"data\":[],\"meta\":{\"total\":0\(member)}}")
    #expect(page.newestEventAt?.timeIntervalSince1970 == second.map { 1_795_392_000 + $0 })
  }

  @Test func globalRowsComeInAnyOrderAndForm() throws {
    let page = try global(
      #"{"summary":{"errors":999},"data":[\#(Self.day),\#(Self.dayBefore)],"meta":{"page":1,"page_size":50,"total":2}}"#
    )
    #expect(page.total == 2)
    #expect(page.metrics.map(\.counters.success) == [200, 3])
    #expect(page.metrics.map(\.periodEnd.timeIntervalSince1970) == [1_795_392_000, 1_795_478_400])
  }

  @Test func slotRowsAreReadWithoutTheirSummary() throws {
    let metrics = try slot(
      #"""
      {"slot_id":"slot-001","range":{"from":"x","to":1,"group_by":"day"},
       "summary":{"success":-5,"title":null},"metrics":[\#(Self.dayBefore),\#(Self.day)]}
      """#)
    #expect(metrics.map(\.counters.success) == [200, 3])
    #expect(try slot(#"{"metrics":[],"slot_id":"slot-001"}"#).isEmpty)
  }

  @Test func aListThatIsNullIsEmpty() throws {
    #expect(try slots(#"{"data":null,"meta":{"total":0,"windows":null}}"#).slots.isEmpty)
    #expect(try global(#"{"data":null,"meta":{"total":0}}"#).metrics.isEmpty)
    #expect(try slot(#"{"slot_id":"slot-001","metrics":null}"#).isEmpty)
    #expect(refusal { () throws(SnapshotError) in try slot(#"{"slot_id":"slot-001","metrics":nul}"#) } != nil)
  }

  @Test(arguments: [
    (#"{"data":[]}"#, "$.meta.total is missing; it tells how many there are"),
    (#"{"meta":{"total":0}}"#, "$.data is missing; the rows stand there"),
    (#"{"data":[],"meta":{"total":-1}}"#, "$.meta.total is -1; counters are whole numbers from 0"),
    (#"{"data":[],"meta":{"total":0,"page":2}}"#, "$.meta.page is 2; page 1 was asked for"),
    (#"{"data":{},"meta":{"total":0}}"#, "$.data is an object; a list is expected"),
    (#"{"data":[{"name":"x"}],"meta":{"total":1}}"#, "$.data[0].id is missing; every slot has one"),
    (#"{"data":[{"id":"x"},{"id":"x"}],"meta":{"total":2}}"#, "$.data[1].id is \"x\" again; slot ids are unique"),
    (#"{"data":[{"id":""}],"meta":{"total":1}}"#, "$.data[0].id is \"\"; a slot id has 1 to 128 characters"),
    (#"{"data":[{"id":7}],"meta":{"total":1}}"#, "$.data[0].id is 7; a text is expected"),
    (#"{"data":[],"data":[],"meta":{"total":1}}"#, "$.data is given twice"),
    (#"[]"#, "$ is a list; an object is expected"),
    ("<!doctype html>", "byte 0 is '<'; a value is expected"),
    ("", "byte 0 is the end; the answer is empty"),
    (#"{"data":[],"meta":{"total":0},}"#, "byte 30 is '}' after a comma; JSON allows no trailing comma"),
  ])
  func aListThatCannotBeReadIsRefusedByItsPlace(text: String, expected: String) {
    #expect(refusal { () throws(SnapshotError) in try slots(text) } == expected)
  }

  @Test(arguments: [
    (#"[\#(day),\#(day)]"#, "$.data[1] begins 2026-11-23 like [0]; a period is given once"),
    (
      #"[\#(day.replacing("3}", with: "-2}"))]"#,
      "$.data[0].success is -2; counters are whole numbers from 0"
    ),
    (#"[\#(day.replacing("3}", with: "0.5}"))]"#, "$.data[0].success is 0.5; counters are whole numbers from 0"),
    (
      #"[\#(day.replacing("3}", with: "\"3\"}"))]"#,
      "$.data[0].success is \"3\"; counters are whole numbers from 0"
    ),
    (
      #"[\#(day.replacing("24T00", with: "30T00"))]"#,
      "$.data[0].period_end is \"2026-11-30T00:00:00Z\"; the day that starts 2026-11-23 ends with that day"
    ),
  ])
  func aRowThatCannotBeReadIsRefusedByItsPlace(rows: String, expected: String) {
    let text = #"{"data":\#(rows),"meta":{"total":1}}"#
    #expect(refusal { () throws(SnapshotError) in try global(text) } == expected)
  }

  @Test(arguments: [
    (#"{"metrics":[]}"#, "$.slot_id is missing; the statistics of a slot have it"),
    (#"{"slot_id":"slot-001"}"#, "$.metrics is missing; the statistics of a slot have it"),
    (#"{"slot_id":"slot-002","metrics":[]}"#, "$.slot_id is \"slot-002\"; \"slot-001\" was asked for"),
    (
      #"{"slot_id":"slot-001","range":{"group_by":"week"},"metrics":[]}"#,
      "$.range.group_by is \"week\"; \"day\" was asked for"
    ),
  ])
  func anAnswerToAnotherQuestionIsRefused(text: String, expected: String) {
    #expect(refusal { () throws(SnapshotError) in try slot(text) } == expected)
  }

  @Test func anAnswerCutAnywhereIsRefused() throws {
    let text = #"{"slot_id":"slot-001","metrics":[\#(Self.day),\#(Self.dayBefore)]}"#
    for length in 0..<text.utf8.count {
      #expect(refusal { () throws(SnapshotError) in try slot(String(text.prefix(length))) } != nil)
    }
  }
}
