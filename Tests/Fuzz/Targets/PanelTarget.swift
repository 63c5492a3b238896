import FoundationEssentials
import SlotStats
import StatsFormats

private let day =
  #"{"period_start":"2026-11-23T00:00:00Z","period_end":"2026-11-24T00:00:00Z","success":3,"errors":1,"x":[{}]}"#
private let dayBefore = #"{"period_start":"2026-11-22","period_end":"2026-11-22","success":2e2}"#

private let answers = [
  #"{"data":[{"id":"b","name":"","last_reset_at":"2026-11-01"},{"id":"a","active":false}],"meta":{"page":1,"total":7}}"#,
  #"{"data":null,"meta":{"total":0,"windows":["minute","fortnight",7,["day"],"h\u006fur"]}}"#,
  #"{"summary":{"errors":9},"data":[\#(day),\#(dayBefore)],"meta":{"page":1,"page_size":50,"total":2}}"#,
  #"{"slot_id":"slot-001","range":{"from":"x","group_by":"day"},"summary":{},"metrics":[\#(dayBefore),\#(day)]}"#,
  #"{"metrics":null,"slot_id":"slot-001"}"#, "<!doctype html>", "",
]

/// What a panel answers, read as each of the three answers that are asked for.
let panelTarget = FuzzTarget(
  name: "panel",
  words: snapshotWords + [
    "\"data\":", "\"meta\":", "\"total\":", "\"page\":", "\"metrics\":", "\"slot_id\":", "\"slot-001\"", "\"range\":",
    "\"group_by\":",
  ],
  seeds: { answers.map { Array($0.utf8) } }
) { bytes in
  var outcome = ""
  do {
    let list = try PanelSlotList(parsing: bytes)
    try expect(Set(list.slots.map(\.id)).count == list.slots.count, "a slot is listed twice")
    try expect(list.total >= 0, "there are fewer than none")
    outcome += "list \(list.slots.count)"
  } catch let error as SnapshotError {
    outcome += try expectRefusal(error.line)
  }
  do {
    let page = try PanelGlobalPage(parsing: bytes, window: .day)
    let starts = page.metrics.map(\.periodStart)
    try expect(zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }, "buckets do not ascend")
    outcome += "page \(page.metrics.count)"
  } catch let error as SnapshotError {
    outcome += try expectRefusal(error.line)
  }
  do {
    outcome += "slot \(try PanelSlotStats.metrics(parsing: bytes, of: "slot-001", window: .day).count)"
  } catch let error as SnapshotError {
    outcome += try expectRefusal(error.line)
  }
  return outcome
}
