import Foundation
import SlotStats
import Testing

@testable import StatsReports

@Suite struct TextReportTests {
  private func lines(_ subject: ReportSubject, inASCII: Bool = false) throws -> [String] {
    try SmallFleet.text(.text, subject, inASCII: inASCII).components(separatedBy: "\n")
  }

  @Test func drawsAFleet() throws {
    let drawing = """
      slotwatch  stats.json  LIVE  data 5 s old  2026-11-19 14:32 UTC

      !! 18.9% failed today (31/164)   usual 3.4%   without b-sick 1.6%   over usual: b-sick +25 provider
         Thu 19 Nov 00:00–14:32 UTC, 61% of the day

         day, today          provider  fail%   failed  runs     usual  tmout  prov  err  canc  open
      !! all slots, today               18.9↑      31   164       3.4      6    20    5     0     2
         all slots, 14 days              9.8       39   396               11    20    6     2

      !! b-sick Портрет      gemini     30.0↑      30   100       5.0      5    20    5     0     2
         a-fine 年賀状       tern        0.0        0    60       1.0      0     0    0     0
       ? c-few                          25.0        1     4 3d             1     0    0     0
       × d-off  Archive                    –        –     –                                          off, last run 10 Nov

      !! 1 critical  1 ok  ? 1 few runs  × 1 off

      """
    #expect(try lines(SmallFleet.subject(SmallFleet.mixed)) == drawing.components(separatedBy: "\n"))
  }

  @Test func endsWithWhatAPersonShouldKnowOfTheData() throws {
    let lines = try lines(SmallFleet.subject(SmallFleet.mixed, notice: "left out: 1 bucket\u{1B}[2J"))
    #expect(lines.suffix(2) == ["left out: 1 bucket\u{FFFD}[2J", ""])
  }

  @Test func drawsTheWholeRange() throws {
    let lines = try lines(SmallFleet.subject(SmallFleet.mixed, scope: .range))
    #expect(
      Array(lines[5...7]) == [
        "   day, 14 days        provider  fail%  failed  runs  today  tmout  prov  err  canc  open",
        "!! all slots, 14 days              9.8      39   396   18.9     11    20    6     2     2", "",
      ])
    #expect(lines[8] == "!! b-sick Портрет      gemini     17.5      35   200   30.0     10    20    5     0     2")
  }

  @Test func keepsItsOwnSignsInASCII() throws {
    let text = try SmallFleet.text(
      .text,
      SmallFleet.subject([(Slot(id: "a"), [SmallFleet.bucket(ago: 1, ok: 200), SmallFleet.bucket(ok: 9, errors: 9)])]),
      inASCII: true)
    #expect(text.contains("50.0^"))
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func namesTheDateOnceTheDayIsOver() throws {
    let text = try SmallFleet.text(.text, SmallFleet.subject(SmallFleet.mixed, age: 86_400))
    #expect(text.contains("STALE  data 24 h old"))
    #expect(text.contains("failed on 19 Nov (31/164)"))
    #expect(!text.contains("today"))
  }

  @Test func tellsOfIdleMissingAndStalledSlots() throws {
    let text = try SmallFleet.text(
      .text,
      SmallFleet.subject([
        (Slot(id: "never"), []), (Slot(id: "gone"), [SmallFleet.bucket(ago: 5, ok: 9)]),
        (Slot(id: "quiet"), [SmallFleet.bucket(ago: 6, ok: 9), SmallFleet.bucket(ok: 0)]),
        (Slot(id: "stuck"), [SmallFleet.bucket(ok: 30, open: 70)]),
      ]))
    #expect(text.contains("idle for 14 days"))
    #expect(text.contains("– gone"))
    #expect(text.contains("missing, last reported 14 Nov"))
    #expect(text.contains("idle, last run 13 Nov"))
    #expect(text.contains("stalled: stuck, 70 of 100 open"))
    #expect(text.contains("! stuck"))
  }

  @Test func aFleetWithoutSlotsIsStillAReport() throws {
    let lines = try lines(SmallFleet.subject([]))
    #expect(lines[2] == " · no runs in 3 days")
    #expect(lines.suffix(2) == ["no slots", ""])
  }

  @Test func neutralisesAndCutsNames() throws {
    let name = "\u{1B}]0;x\u{7}" + String(repeating: "n", count: 100)
    let text = try SmallFleet.text(
      .text, SmallFleet.subject([(Slot(id: "a\u{202E}b\n", name: name), [])], label: "x\u{9B}.json"))
    #expect(text.contains("a\u{FFFD}b  \u{FFFD}]0;x\u{FFFD}nnn"))
    #expect(text.contains("…"))
    #expect(text.contains("x\u{FFFD}.json"))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) })
  }
}
