import Foundation
import SlotStatsTesting
import Testing

@testable import SlotStats

@Suite struct HandoverTests {
  private func handover(
    _ past: WrittenPast, last seconds: TimeInterval = 8 * 3_600, book: AcknowledgementBook = AcknowledgementBook(),
    marks: [Mark] = []
  ) async throws -> Handover {
    try await past.handover(last: seconds, book: book, marks: marks)
  }

  private func slot(_ id: Slot.ID, provider: String? = nil, bad range: Range<Int> = 0..<0) -> (Slot, WrittenPast.Count)
  {
    (
      Slot(id: id, providerID: provider),
      WrittenPast.usual { range.contains($0) ? WrittenPast.counters($0 % 8 == 0 ? 0 : 1, of: 1) : nil }
    )
  }

  private func entries(_ handover: Handover) -> [String] {
    HandoverWords(handover).entries.map { "\($0.label)|\($0.text)" }
  }

  @Test func slotsThatFailTogetherAreOneLineWithItsTimes() async throws {
    let past = WrittenPast(slots: (1...6).map { slot("s\($0)", bad: $0 <= 4 ? 100..<120 : 0..<0) })
    let handover = try await handover(past)
    let incident = try #require(handover.incidents.first)
    #expect(handover.incidents.count == 1 && incident.parts.count == 4)
    #expect(abs(incident.from.timeIntervalSince(WrittenPast.at(120))) <= 60)
    #expect(abs(try #require(incident.to).timeIntervalSince(WrittenPast.at(100))) <= 60)
    #expect(incident.leadingKind == .providerErrors && !incident.isFromBefore)
    #expect(try #require(incident.peak?.counters.failureRatio) > 0.8)
    let lines = entries(handover)
    #expect(
      lines.first?.hasPrefix("19:0") == true
        && lines.first?.contains("|4 of 6 slots: s1 s2 s3 s4, provider errors") == true)
    #expect(lines.contains { $0.hasPrefix("|") && $0.contains("over usual; peak") && $0.hasSuffix("; over") })
    #expect(lines.contains { $0.contains("rules \"critical\", \"over usual\"") })
    #expect(lines.last == "not known|cause; what was retried")
  }

  @Test func slotsOfOtherProvidersAreAnotherLine() async throws {
    let past = WrittenPast(slots: [
      slot("a", provider: "meridian", bad: 100..<120), slot("b", provider: "meridian", bad: 100..<120),
      slot("c", provider: "aurora", bad: 100..<120),
    ])
    let handover = try await handover(past)
    #expect(handover.incidents.map(\.providerID) == ["meridian", "aurora"])
    #expect(entries(handover).first?.contains("2 of 3 slots of meridian: a b") == true)
  }

  @Test func whatStillFailsIsOpen() async throws {
    let handover = try await handover(WrittenPast(slots: [slot("a", bad: 1..<30), slot("b")]))
    #expect(handover.incidents.count == 1 && handover.incidents.first?.to == nil)
    let lines = entries(handover)
    #expect(lines.first?.hasPrefix("since 20:3") == true)
    #expect(lines.contains { $0.hasSuffix("; still failing") })
    #expect(lines.contains { $0.hasPrefix("|a critical: last hour ") })
  }

  @Test func aFlickerIsNoIncident() async throws {
    let flicker: (Slot, WrittenPast.Count) = (
      Slot(id: "a"),
      WrittenPast.usual { ago in
        if (100..<104).contains(ago) { return WrittenPast.counters(1, of: 1) }
        return nil
      }
    )
    let handover = try await handover(WrittenPast(slots: [flicker]))
    #expect(handover.incidents.isEmpty && entries(handover).first == "incidents|none by these rules")
  }

  @Test func whatBeganBeforeIsToldWithItsDay() async throws {
    let night = 21 * 60 + 2
    let handover = try await handover(WrittenPast(slots: [slot("a", bad: night - 30..<night + 60)]), last: 23 * 3_600)
    #expect(handover.incidents.count == 1)
    #expect(entries(handover).first?.hasPrefix("18 Nov 23:0") == true)
    #expect(try #require(entries(handover).first).contains("–00:3"))
  }

  @Test func whatWasOverBeforeIsNotTold() async throws {
    let handover = try await handover(WrittenPast(slots: [slot("a", bad: 600..<630)]))
    #expect(handover.incidents.isEmpty)
  }

  @Test func theChronicIsSaidToBeOfBefore() async throws {
    let chronic: (Slot, WrittenPast.Count) = (Slot(id: "a"), { WrittenPast.counters($0 % 4 == 0 ? 0 : 1, of: 1) })
    let handover = try await handover(WrittenPast(slots: [chronic]))
    #expect(handover.incidents.count == 1 && handover.incidents.first?.isFromBefore == true)
    #expect(entries(handover).first?.hasPrefix("since before ") == true)
  }

  @Test func saysWhenDataDoesNotTell() async throws {
    let torn: (Slot, WrittenPast.Count) = (
      Slot(id: "a"), { (200..<240).contains($0) ? nil : WrittenPast.usual()($0) }
    )
    let lines = entries(try await handover(WrittenPast(slots: [torn])))
    #expect(lines.contains("not trusted|17:03–17:43 nobody counted for 40 min"))
    let still: (Slot, WrittenPast.Count) = (
      Slot(id: "a"), { (200..<240).contains($0) ? .zero : WrittenPast.usual()($0) }
    )
    let silent = entries(try await handover(WrittenPast(slots: [still])))
    #expect(silent.contains("not trusted|17:03–17:43 no runs for 40 min, usual 40"))
    #expect(silent.contains { $0.contains("|a, quiet: ") })
  }

  @Test func acknowledgementsAndMarksOfThatTimeAreInIt() async throws {
    let now = WrittenPast.now
    var book = AcknowledgementBook()
    book.add(
      Acknowledgement(
        of: "a", note: "#231", by: "ann", at: now.addingTimeInterval(-3_600), until: .at(now.addingTimeInterval(3_600)),
        trouble: Trouble(state: .critical, low: 0.2, high: 0.4, kind: .timeouts)))
    book.add(
      Acknowledgement(
        of: "b", note: "", by: "ann", at: now.addingTimeInterval(-90_000), until: .at(now.addingTimeInterval(-80_000)),
        trouble: Trouble(state: .critical, low: 0.2, high: 0.4, kind: .timeouts)))
    let handover = try await handover(
      WrittenPast(slots: [slot("a")]), book: book,
      marks: [
        .init(at: now.addingTimeInterval(-1_920), text: "api 1.4"),
        .init(at: now.addingTimeInterval(-90_000), text: "old"),
      ])
    let lines = entries(handover)
    #expect(lines.contains("acknowledged|a critical, acknowledged by ann until 19 Nov 22:02, #231"))
    #expect(lines.contains("marked|20:30 api 1.4"))
    #expect(!lines.contains { $0.contains("old") || $0.contains("|b ") })
  }

  @Test func whatWasNotedAfterTheDataIsInItToo() async throws {
    let now = WrittenPast.now
    var book = AcknowledgementBook()
    book.add(
      Acknowledgement(
        of: "a", note: "known", by: "ann", at: now.addingTimeInterval(180), until: .recovery,
        trouble: Trouble(state: .critical, low: 0.2, high: 0.4, kind: .timeouts)))
    let marks = [200.0, 400].map { Mark(at: now.addingTimeInterval($0), text: "rolled back \($0)") }
    let past = WrittenPast(slots: [slot("a")])
    let handover = try await past.handover(book: book, marks: marks, madeAfter: 300)
    #expect(handover.acknowledgements.count == 1 && handover.marks.map(\.text) == ["rolled back 200.0"])
    let ofThePast = try await past.handover(book: book, marks: marks)
    #expect(ofThePast.acknowledgements.isEmpty && ofThePast.marks.isEmpty)
  }

  @Test func aSourceOfDaysSaysSo() async throws {
    var past = WrittenPast(slots: [slot("a", bad: 1..<1_200), slot("b")])
    past.windows = [.day]
    let handover = try await handover(past, last: 2 * 86_400)
    #expect(HandoverWords(handover).spanWords.hasSuffix("judged by day: this source has no hours"))
    #expect(handover.incidents.count == 1)
  }

  @Test func theTitleTellsTheSourceTheInstantAndWhetherToBelieveIt() async throws {
    let handover = try await handover(WrittenPast(slots: [slot("a")]))
    #expect(HandoverWords(handover).title == "prod, 19 Nov 2026 21:02 UTC, LIVE, last event 1 s ago")
    #expect(HandoverWords(handover).spanWords == "the last 8h, from 13:02, judged by minute")
  }
}
