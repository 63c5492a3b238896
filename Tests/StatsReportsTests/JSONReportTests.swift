import Foundation
import SlotStats
import Testing

@testable import StatsReports

@Suite struct JSONReportTests {
  private func object(_ subject: ReportSubject) throws -> [String: Any] {
    let data = Data(try SmallFleet.text(.json, subject).utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The keys of the object that begins at `marker`, in the order they are written, nested ones left out.
  private func keys(in text: String, after marker: String = "") throws -> [String] {
    let start = marker.isEmpty ? text.startIndex : try #require(text.range(of: marker)).upperBound
    var keys: [String] = []
    var depth = 0
    var isInText = false
    var word = ""
    var last = ""
    for character in text[start...] {
      switch character {
      case "\"":
        if isInText { last = word }
        word = ""
        isInText.toggle()
      case _ where isInText: word.append(character)
      case "{", "[": depth += 1
      case "}", "]":
        depth -= 1
        if depth == 0 { return keys }
      case ":" where depth == 1: keys.append(last)
      default: break
      }
    }
    return keys
  }

  @Test func writesTheKeysInOrder() throws {
    let text = try SmallFleet.text(.json, SmallFleet.subject(SmallFleet.mixed))
    let view = [
      "summary", "current", "judged", "judged_buckets", "ratio_low", "ratio_high", "usual", "open", "state", "metrics",
    ]
    #expect(
      try keys(in: text) == [
        "schema", "source", "window", "scope", "generated_at", "read_at", "trust", "from", "to", "thresholds", "global",
        "slots",
      ])
    #expect(try keys(in: text, after: "\"thresholds\":") == ["warning", "critical", "min_runs"])
    #expect(try keys(in: text, after: "\"global\":") == view)
    let own = ["id", "name", "provider_id", "active", "runbook", "link"]
    #expect(try keys(in: text, after: "\"slots\":[") == own + view)
    #expect(
      try keys(in: text, after: "\"summary\":") == [
        "total_runs", "success", "timeouts", "provider_errors", "cancelled", "errors", "ingest_count", "failure_count",
        "failure_ratio",
      ])
    #expect(
      try keys(in: text, after: "\"metrics\":[") == [
        "period_start", "period_end", "success", "timeouts", "provider_errors", "cancelled", "errors", "ingest_count",
      ])
    #expect(text.hasSuffix("]}\n"))
  }

  @Test func namesWhatWasLeftOutAndWhatIsSaturated() throws {
    let huge = StatsMetric(.day, start: SmallFleet.today, counters: StatsCounters(success: .max, errors: 5))
    let report = try object(SmallFleet.subject([(Slot(id: "a"), [huge])], notice: "left out: 1 bucket"))
    #expect(report["notice"] as? String == "left out: 1 bucket")
    let view = try #require(report["global"] as? [String: Any])
    #expect(view["saturated"] as? Bool == true)
    #expect((view["summary"] as? [String: Any])?["errors"] as? Int == 5)
  }

  @Test func writesThresholdsWhereASlotHasItsOwn() throws {
    let own = try #require(Thresholds(warning: 0.4, critical: 0.6, minRuns: 50))
    let rules = ThresholdRules(.standard, overrides: ["b-sick": own])
    let report = try object(SmallFleet.subject(SmallFleet.mixed, thresholds: rules))
    let slots = try #require(report["slots"] as? [[String: Any]])
    #expect(slots.map { $0["thresholds"] == nil } == [true, false, true, true])
    let written = try #require(slots[1]["thresholds"] as? [String: Any])
    #expect(written["warning"] as? Double == 0.4)
    #expect(written["critical"] as? Double == 0.6)
    #expect(written["min_runs"] as? Int == 50)
    #expect(slots[1]["state"] as? String == "ok")
    #expect((report["thresholds"] as? [String: Any])?["warning"] as? Double == 0.05)
  }

  @Test func writesTheHeadOfTheReading() throws {
    let report = try object(SmallFleet.subject(SmallFleet.mixed))
    #expect(report["schema"] as? String == "slotwatch.report/1")
    #expect(report["source"] as? String == "data/stats.json")
    #expect(report["window"] as? String == "day")
    #expect(report["scope"] as? String == "current")
    #expect(report["generated_at"] as? String == "2026-11-19T14:32:05Z")
    #expect(report["read_at"] as? String == "2026-11-19T14:32:10Z")
    #expect(report["trust"] as? String == "live")
    #expect(report["from"] as? String == "2026-11-06T00:00:00Z")
    #expect(report["to"] as? String == "2026-11-20T00:00:00Z")
  }

  @Test func writesSlotsByIDWithTheirNumbers() throws {
    let report = try object(SmallFleet.subject(SmallFleet.mixed))
    let slots = try #require(report["slots"] as? [[String: Any]])
    #expect(slots.map { $0["id"] as? String } == ["a-fine", "b-sick", "c-few", "d-off"])
    #expect(slots.map { $0["state"] as? String } == ["ok", "critical", "few", "off"])
    let sick = slots[1]
    #expect(sick["name"] as? String == "Портрет")
    #expect(sick["open"] as? Int == 2)
    #expect((sick["usual"] as? Double) == 0.05)
    let judged = try #require(sick["judged"] as? [String: Any])
    #expect(judged["failure_count"] as? Int == 30)
    #expect(judged["failure_ratio"] as? Double == 0.3)
    #expect((sick["metrics"] as? [Any])?.count == 2)
    #expect(slots[2]["judged_buckets"] as? Int == 3)
    #expect(slots[2]["provider_id"] is NSNull)
  }

  @Test func writesNullWhereThereIsNoNumber() throws {
    let report = try object(SmallFleet.subject(SmallFleet.mixed))
    let off = try #require((report["slots"] as? [[String: Any]])?.last)
    for key in ["current", "ratio_low", "ratio_high"] { #expect(off[key] is NSNull, "\(key)") }
    #expect((off["judged"] as? [String: Any])?["failure_ratio"] is NSNull)
    #expect((off["summary"] as? [String: Any])?["failure_ratio"] as? Double == 0.0625)
  }

  @Test func keepsTextAsItIsAndEscapesControls() throws {
    let name = "a\"b\\c\u{1B}[31m\u{202E}d\n\u{85}|é"
    let subject = SmallFleet.subject([(Slot(id: "x\u{7F}", name: name), [])])
    let text = try SmallFleet.text(.json, subject)
    let slots = try #require(try object(subject)["slots"] as? [[String: Any]])
    #expect(slots[0]["name"] as? String == name)
    #expect(slots[0]["id"] as? String == "x\u{7F}")
    let controls = text.dropLast().unicodeScalars.filter { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    #expect(controls.isEmpty)
  }

  @Test(arguments: [(TimeInterval(300), "live"), (301, "stale"), (-61, "stale")])
  func saysWhetherTheDataIsStale(age: TimeInterval, word: String) throws {
    #expect(try object(SmallFleet.subject(SmallFleet.mixed, age: age))["trust"] as? String == word)
  }

  @Test func aFleetWithoutSlotsIsStillAReport() throws {
    let report = try object(SmallFleet.subject([]))
    #expect((report["slots"] as? [Any])?.isEmpty == true)
    #expect((report["global"] as? [String: Any])?["state"] as? String == "idle")
  }

  @Test func passesALargeReportInPieces() throws {
    let slots = (0..<500).map { (Slot(id: "slot-\($0)"), [SmallFleet.bucket(ok: $0)]) }
    let pieces = SmallFleet.Pieces()
    try ReportFormat.json.write(SmallFleet.subject(slots), to: pieces.take)
    #expect(pieces.count > 2)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(pieces.bytes)) as? [String: Any])
    #expect((report["slots"] as? [Any])?.count == 500)
  }
}
