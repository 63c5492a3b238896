import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@testable import StatsFormats

@Suite struct AcknowledgementDocumentTests {
  private static let now = Date(timeIntervalSince1970: 1_795_098_725.25)

  private static func book() -> AcknowledgementBook {
    var book = AcknowledgementBook()
    book.add(
      Acknowledgement(
        of: "slot \"1\"\u{1B}[31m", note: "line\nbreak \u{202E} и \u{1F600}", by: "ann", at: now,
        until: .at(now + 3_600),
        trouble: Trouble(state: .critical, low: 0.2, high: 0.25, kind: .providerErrors), window: .hour, seen: .worse))
    book.add(
      Acknowledgement(
        of: nil, note: "", by: "bob", at: now, until: .recovery,
        trouble: Trouble(state: .missing, low: nil, high: nil, kind: nil)))
    return book
  }

  private func refusal(_ text: String) -> String? {
    do throws(SnapshotError) {
      _ = try AcknowledgementDocument.book(parsing: Array(text.utf8))
      return nil
    } catch {
      return error.line
    }
  }

  private static let good =
    #"{"slot":"a","note":"n","by":"ann","at":"2026-11-19T14:32:05Z","until":null,"state":"critical"}"#

  @Test func whatIsWrittenIsReadAgain() throws {
    let bytes = AcknowledgementDocument.bytes(of: Self.book())
    #expect(try AcknowledgementDocument.book(parsing: bytes) == Self.book())
    #expect(
      String(decoding: bytes, as: UTF8.self).hasPrefix(
        """
        {"schema":"slotwatch.acks/1","acks":[{"slot":null,"note":"","by":"bob","at":"2026-11-19T14:32:05.25Z",\
        "until":null,"state":"missing","high":null,"kind":null},{"slot":"slot \\"1\\"\\u001b[31m",
        """.trimmingCharacters(in: .newlines)), "\(String(decoding: bytes, as: UTF8.self))")
    let empty = AcknowledgementDocument.bytes(of: AcknowledgementBook())
    #expect(try AcknowledgementDocument.book(parsing: empty).isEmpty)
  }

  @Test(arguments: FailureKind.allCases) func everyKindHasTheNameOfItsCounter(kind: FailureKind) {
    let name = AcknowledgementDocument.name(kind)
    #expect(StatsCounters.keys.contains { $0.name == name })
    #expect(AcknowledgementDocument.kind(name) == kind)
  }

  @Test func aDocumentThatIsCutOffAnywhereIsRefused() {
    let text = String(decoding: AcknowledgementDocument.bytes(of: Self.book()).dropLast(), as: UTF8.self)
    #expect(refusal(text) == nil)
    for end in text.utf8.indices { #expect(refusal(String(decoding: text.utf8[..<end], as: UTF8.self)) != nil) }
  }

  @Test(arguments: [
    (#"{"schema":"slotwatch.acks/2","acks":[]}"#, #"$.schema is "slotwatch.acks/2"; "slotwatch.acks/1" is read"#),
    (#"{"acks":[]}"#, "$.schema is missing; a document of acknowledgements has it"),
    (#"{"schema":"slotwatch.acks/1"}"#, "$.acks is missing; a document of acknowledgements has it"),
    (
      #"{"schema":"slotwatch.acks/1","acks":[GOOD,GOOD]}"#,
      #"$.acks[1].slot is "a" again; a slot has one acknowledgement"#
    ),
    (#"{"schema":"slotwatch.acks/1","acks":[GOOD] x"#, "byte 133 is 'x'; a comma or \"}\" is expected"),
    ("[]", "$ is a list; an object is expected"),
    ("\u{FEFF}{}", "byte 0 is a byte order mark; the document must begin without one"),
  ])
  func refusesADocumentByItsPlace(text: String, line: String) {
    #expect(refusal(text.replacing("GOOD", with: Self.good)) == line)
  }

  @Test(arguments: [
    (#""slot":"a""#, #""slot":"""#, #"$.acks[0].slot is ""; a slot id has 1 to 128 characters"#),
    (#""slot":"a""#, #""slot":7"#, "$.acks[0].slot is 7; a text is expected"),
    (#""slot":"a","#, "", "$.acks[0].slot is missing; every acknowledgement has it"),
    (#""note":"n""#, #""note":"LONG""#, "$.acks[0].note has 501 characters; it has at most 500"),
    (#""by":"ann""#, #""by":"""#, "$.acks[0].by is \"\"; it has 1 to 128 characters"),
    (#""at":"2026-11-19T14:32:05Z","#, "", "$.acks[0].at is missing; every acknowledgement has it"),
    (
      #""until":null"#, #""until":"soon""#,
      #"$.acks[0].until is "soon"; an instant such as "2026-11-23T14:32:05Z" or a date is expected"#
    ),
    (#""until":null,"#, "", "$.acks[0].until is missing; every acknowledgement has it"),
    (
      #""state":"critical""#, #""state":"critical","high":1.5"#,
      "$.acks[0].high is 1.5; a number from 0 to 1, or null, is expected"
    ),
    (
      #""state":"critical""#, #""state":"critical","kind":"x""#,
      #"$.acks[0].kind is "x"; a kind of failures is expected"#
    ),
    (
      #""state":"critical""#, #""state":"critical","seen":"x""#,
      #"$.acks[0].seen is "x"; recovered or worse is expected"#
    ),
    (#""state":"critical""#, #""state":"critical","state":"ok""#, "$.acks[0].state is given twice"),
  ])
  func refusesAnEntryByItsPlace(part: String, by other: String, line: String) {
    let other = other.replacing("LONG", with: String(repeating: "x", count: 501))
    let entry = Self.good.replacing(part, with: other)
    #expect(refusal(#"{"schema":"slotwatch.acks/1","acks":[\#(entry)]}"#) == line)
  }

  @Test func onlyATroubleIsAcknowledged() {
    for state in ["ok", "few", "idle", "off", "unread", "Critical", ""] {
      let entry = Self.good.replacing("critical", with: state)
      let line = refusal(#"{"schema":"slotwatch.acks/1","acks":[\#(entry)]}"#)
      #expect(
        line?.hasPrefix("$.acks[0].state is \"\(state)\"; one of critical, warning, stalled") == true, "\(line ?? "")")
    }
  }

  @Test func whoTakesASingleOneSaysWhenItWasMade() throws {
    let text =
      #"{"slot":null,"note":"n","by":"ann","until":"2026-11-19T15:00:00Z","state":"warning","high":0.2,"kind":null}"#
    let entry = try AcknowledgementDocument.entry(parsing: Array(text.utf8), now: Self.now)
    #expect((entry.at, entry.slotID, entry.state, entry.high) == (Self.now, nil, .warning, 0.2))
  }

  @Test func whatIsDamagedIsReadOrRefusedAndNeverCrashes() {
    var chance = SeededGenerator(state: 7)
    let text = AcknowledgementDocument.bytes(of: Self.book())
    for _ in 0..<2_000 {
      var bytes = text
      for _ in 0...Int.random(in: 0..<4, using: &chance) {
        bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
      }
      guard let book = try? AcknowledgementDocument.book(parsing: bytes) else { continue }
      #expect(book.all.allSatisfy { $0.problem == nil })
    }
  }
}
