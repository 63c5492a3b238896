import Foundation
import Testing

@testable import SlotStats

@Suite struct MarkBookTests {
  private static let now = Date(timeIntervalSince1970: 1_795_000_000)

  @Test func keepsTheNewestUnderNumbersThatAreGivenOnce() {
    var book = MarkBook()
    for second in 0..<(MarkBook.maxCount + 2) {
      book.add(Mark(at: Self.now + Double(second), text: "m\(second)"), now: Self.now)
    }
    #expect(book.marks.count == MarkBook.maxCount)
    #expect(book.marks.first?.text == "m2")
    #expect(book.lastID == MarkBook.maxCount + 2)
    let (first, again) = (book.remove(book.lastID), book.remove(book.lastID))
    #expect((first, again) == (true, false))
    let next = book.add(Mark(at: Self.now, text: "next"), now: Self.now)
    #expect(next.id == MarkBook.maxCount + 3)
  }

  @Test func listsByTimeWhateverTheOrderTheyCameIn() {
    var book = MarkBook()
    for (minute, text) in [(5, "c"), (1, "a"), (3, "b"), (3, "b2")] {
      book.add(Mark(at: Self.now + Double(minute) * 60, text: text), now: Self.now)
    }
    #expect(book.marks.map(\.text) == ["a", "b", "b2", "c"])
    #expect(book.marks(from: Self.now + 180, to: Self.now + 300).map(\.text) == ["b", "b2"])
    #expect(book.marks(from: nil, to: nil).count == 4)
  }

  @Test func thoseOfLongAgoLeaveWithTheNextOne() {
    var book = MarkBook()
    book.add(Mark(at: Self.now, text: "old"), now: Self.now)
    book.add(Mark(at: Self.now + Mark.keptTime + 1, text: "new"), now: Self.now + Mark.keptTime + 1)
    #expect(book.marks.map(\.text) == ["new"])
  }

  @Test func describedSlotsHaveTheReadersOwnWords() {
    let slot = Slot(id: "a", name: "A", providerID: "p", runbook: "r")
    let said = slot.described(by: SlotDescription(name: "", providerID: "q", link: "l"))
    #expect(said == Slot(id: "a", providerID: "q", runbook: "r", link: "l"))
  }
}
