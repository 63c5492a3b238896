import Foundation
import SlotStats
import StatsFormats
import Testing

@testable import StatsReports

@Suite struct AcknowledgedReportTests {
  private func subject(
    _ ids: Slot.ID?..., note: String = "known, #231", of slots: [(Slot, [StatsMetric])] = SmallFleet.mixed
  ) -> ReportSubject {
    var subject = SmallFleet.subject(slots)
    var book = AcknowledgementBook()
    for id in ids {
      book.add(
        Acknowledgement(
          of: id, note: note, by: "ann", at: subject.now, until: .at(subject.now + 3_600),
          trouble: Trouble(state: .critical, low: 0.2, high: 0.9, kind: .providerErrors), window: .day))
    }
    subject.acknowledge(book)
    return subject
  }

  @Test func anAcknowledgedSlotLeavesTheVerdict() {
    #expect(CheckLine(subject()).status == .critical)
    let line = CheckLine(subject("b-sick", nil))
    #expect(line.status == .ok)
    #expect(
      line.text.hasPrefix("SLOTWATCH OK - 1 ok, 1 with too few runs to judge, 1 off (1 acknowledged) - all "),
      "\(line.text)")
    #expect(line.text.contains(" slots_critical=0;;;0 slots_warning=0;;;0"))
    // All slots together are a matter of their own.
    #expect(CheckLine(subject("b-sick")).text.hasPrefix("SLOTWATCH CRITICAL - all slots together (1 acknowledged)"))
    #expect(CheckLine(subject(nil)).status == .critical)
  }

  @Test func aNewTroubleIsNotHiddenByAnAcknowledgedOne() {
    let sick = SmallFleet.mixed[0]
    let slots = SmallFleet.mixed + [(Slot(id: "new"), sick.1)]
    let line = CheckLine(subject("b-sick", nil, of: slots))
    #expect(line.status == .critical)
    #expect(line.text.hasPrefix("SLOTWATCH CRITICAL - 1 critical (1 acknowledged): new 30.0% (30/100) - all"))
  }

  @Test func oneThatWasAskedForLeavesItToo() {
    let one = CheckLine(subject("b-sick"), slot: "b-sick")
    #expect(one.status == .ok)
    #expect(one.text.hasPrefix("SLOTWATCH OK - b-sick 30.0% (30/100) (1 acknowledged) day 2026-11-19,"), "\(one.text)")
    let two = CheckLine(subject("b-sick"), slots: ["a-fine", "b-sick"])
    #expect(two.status == .ok)
    #expect(two.text.hasPrefix("SLOTWATCH OK - 1 ok (1 acknowledged), day"), "\(two.text)")
    #expect(two.text.contains("b-sick_ratio=30.00%"))
    let alone = CheckLine(subject("b-sick", nil, of: [SmallFleet.mixed[0]]))
    #expect(alone.text.hasPrefix("SLOTWATCH OK - nothing else (1 acknowledged) - all "), "\(alone.text)")
    #expect(alone.status == .ok)
  }

  @Test func aMissingOneDoesToo() {
    let slots = [
      (Slot(id: "gone"), [SmallFleet.bucket(ago: 5, ok: 100)]), (Slot(id: "ok"), [SmallFleet.bucket(ok: 100)]),
    ]
    #expect(CheckLine(subject(of: slots)).status == .unknown)
    #expect(CheckLine(subject("gone", of: slots)).status == .ok)
  }

  @Test func whatIsNoTroubleIsNotAcknowledged() {
    #expect(subject("a-fine", "c-few", "d-off").acknowledgements.isEmpty)
    #expect(CheckLine(subject("a-fine")).text == CheckLine(subject()).text)
  }

  @Test func whatCouldNotBeReadIsSaid() {
    var subject = subject()
    subject.add(notice: "acknowledgements not read: 503 from /api/acks")
    #expect(CheckLine(subject).text.contains(", data 5 s old, acknowledgements not read: 503 from /api/acks |"))
  }

  @Test func theTextMarksItAndPutsItLast() throws {
    let text = try SmallFleet.text(.text, subject("b-sick", nil))
    let lines = text.split(separator: "\n").map(String.init)
    let row = try #require(lines.first { $0.contains("Портрет") && $0.hasPrefix(" a ") })
    #expect(row.hasSuffix("acknowledged by ann until 19 Nov 15:32, known, #231"))
    let ids = lines.compactMap { line in ["a-fine", "b-sick", "c-few", "d-off"].first { line.contains($0 + " ") } }
    #expect(ids.suffix(4) == ["a-fine", "c-few", "d-off", "b-sick"])
    #expect(lines.contains { $0.hasPrefix(" a all slots, today") })
    #expect(lines.last == "1 ok  ? 1 few runs  × 1 off  a 1 acknowledged", "\(text)")
  }

  @Test func aNoteSteersNoTerminalAndBreaksNoTable() throws {
    let note = "a\u{1B}[31m\n| `x` \u{202E}"
    let text = try SmallFleet.text(.text, subject("b-sick", note: note))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    #expect(
      text.split(separator: "\n").count == (try SmallFleet.text(.text, subject("b-sick")).split(separator: "\n").count))
    let markdown = try SmallFleet.text(.markdown, subject("b-sick", note: note))
    #expect(!markdown.contains("\u{1B}") && markdown.contains("\\| \\`x\\`"))
  }

  @Test func markdownMarksIt() throws {
    let text = try SmallFleet.text(.markdown, subject("b-sick"))
    #expect(
      text.contains("| a critical, acknowledged by ann until 19 Nov 15\\:32, known, \\#231 | b-sick |"), "\(text)")
    #expect(text.hasSuffix("1 ok, 1 few runs, 1 off, 1 acknowledged\n"), "\(text)")
  }

  @Test func jsonTellsAllOfIt() throws {
    let text = try SmallFleet.text(.json, subject("b-sick", note: "\u{1B}"))
    #expect(
      text.contains(
        """
        "state":"critical","acknowledged":{"slot":"b-sick","note":"\\u001b","by":"ann","at":"2026-11-19T14:32:10Z",\
        "until":"2026-11-19T15:32:10Z","state":"critical","high":0.9,"kind":"provider_errors","window":"day"},"metrics"
        """))
    #expect(text.ranges(of: "\"acknowledged\"").count == 1)
    #expect(try !SmallFleet.text(.json, subject()).contains("acknowledged"))
  }
}
