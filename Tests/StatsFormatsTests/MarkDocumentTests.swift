import Foundation
import SlotStats
import StatsFormats
import Testing

@Suite struct MarkDocumentTests {
  private static let now = Date(timeIntervalSince1970: 1_795_000_000)

  @Test func readsWhatItWrites() throws {
    var book = MarkBook()
    book.add(Mark(at: Self.now, text: "api 1.4 \u{1B}[31m \"x\"", by: "ann"), now: Self.now)
    book.add(Mark(at: Self.now - 60.5, text: "свет", by: ""), now: Self.now)
    #expect(try MarkDocument.book(parsing: MarkDocument.bytes(of: book)) == book)
    book.remove(2)
    #expect(try MarkDocument.book(parsing: MarkDocument.bytes(of: book)).lastID == 2)
  }

  private func problem(_ text: String) -> String? {
    do {
      _ = try MarkDocument.book(parsing: Array(text.utf8))
      return nil
    } catch {
      return error.line
    }
  }

  @Test func refusesWhatItDoesNotKnow() {
    #expect(
      problem(#"{"schema":"slotwatch.marks/2","marks":[]}"#)
        == #"$.schema is "slotwatch.marks/2"; "slotwatch.marks/1" is read"#)
    #expect(
      problem(#"{"schema":"slotwatch.marks/1","marks":[{"id":1,"text":"a"}]}"#)?.contains("$.marks[0].at") == true)
    #expect(
      problem(#"{"schema":"slotwatch.marks/1","marks":[{"id":1,"at":"2026-11-01","text":" "}]}"#)
        == "$.marks[0].text is empty; it has 1 to 200 characters")
    #expect(problem(#"{"schema":"slotwatch.marks/1"}"#)?.contains("$.marks is missing") == true)
    #expect(problem("") == "byte 0 is the end; the document is empty")
    #expect(problem(#"{"schema":"slotwatch.marks/1","marks":[{"#) != nil)
  }

  @Test func aPostedMarkNeedsNoInstant() throws {
    let mark = try MarkDocument.mark(parsing: Array(#"{"text":"api 1.4"}"#.utf8), now: Self.now)
    #expect(mark == Mark(at: Self.now, text: "api 1.4"))
    #expect(throws: SnapshotError.self) { try MarkDocument.mark(parsing: Array(#"{"by":"ann"}"#.utf8), now: Self.now) }
  }

  @Test func aDescriptionSaysWhatItNamesAlone() throws {
    func read(_ text: String) throws -> SlotDescription {
      try SlotDescriptionDocument.description(parsing: Array(text.utf8))
    }
    #expect(try read(#"{"name":"A","link":null,"other":1}"#) == SlotDescription(name: "A", link: ""))
    let all = SlotDescription(name: "A", providerID: "p", runbook: "r", link: "l")
    #expect(try SlotDescriptionDocument.description(parsing: SlotDescriptionDocument.bytes(of: all)) == all)
    for text in [
      "{}", #"{"name":1}"#, #"{"name":"a\nb"}"#, #"{"link":"\#(String(repeating: "x", count: 2_049))"}"#, "[]", "",
    ] {
      #expect(throws: SnapshotError.self) { try read(text) }
    }
  }

  @Test func messagesAreFoldedAgainWhereTheyAreRead() throws {
    let text = #"""
      {"since":null,"examined":3,"messages":[{"text":"token=abcdef9","count":2,"newest_at":"2026-11-20T10:00:00Z"},
      {"text":"b","count":1,"newest_at":"2026-11-20T10:00:00Z"}]}
      """#
    let messages = try FailureMessagesDocument.messages(parsing: Array(text.utf8), limit: 1)
    #expect(messages.patterns.map(\.text) == ["token=<secret>"])
    #expect(messages.examined == 3)
    let again = FailureMessagesDocument.bytes(of: messages)
    #expect(try FailureMessagesDocument.messages(parsing: again, limit: 20) == messages)
    #expect(throws: SnapshotError.self) {
      try FailureMessagesDocument.messages(parsing: Array(#"{"examined":1}"#.utf8), limit: 1)
    }
  }

  @Test func aRunbookOfAnotherSortMeansNothing() throws {
    let long = String(repeating: "x", count: 2_049)
    let slots = #"""
      [{"id":"a","runbook":"https://wiki.example/a","link":"l"},{"id":"b","runbook":{"x":[1]},"link":7},
      {"id":"c","runbook":"a\nb","link":"\#(long)"}]
      """#
    let text =
      #"{"schema":"slotwatch.snapshot/1","generated_at":"2026-11-23T14:32:05Z","slots":\#(slots),"windows":{"day":{}}}"#
    let document = try SnapshotDocument(parsing: Array(text.utf8))
    #expect(
      document.slots == [Slot(id: "a", runbook: "https://wiki.example/a", link: "l"), Slot(id: "b"), Slot(id: "c")])
    #expect(try SnapshotDocument(parsing: SnapshotWriter.bytes(of: document)).slots == document.slots)
  }
}
