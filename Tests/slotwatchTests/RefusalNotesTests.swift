import Synchronization
import Testing

@testable import slotwatch_serve

@Suite struct RefusalNotesTests {
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var told: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  private let lines = Lines()
  private let begun = ContinuousClock().now

  @Test func tellsEachOfTheFirstLinesOnce() {
    var (notes, summary) = (RefusalNotes(lines.add), IngestSummary())
    notes.tell(summary, at: begun)
    for number in 1...2 {
      summary.refuse("is \u{1B}[31mred", line: number, of: "a")
      notes.tell(summary, at: begun)
      notes.tell(summary, at: begun)
    }
    #expect(lines.told.count == 2)
    #expect(lines.told.last?.hasPrefix("slotwatch: refused a:2: is ") == true)
    #expect(!lines.told.joined().contains("\u{1B}"))
  }

  @Test func countsTheOthersOnceAMinute() {
    var (notes, summary) = (RefusalNotes(lines.add), IngestSummary())
    for number in 1...1_200 { summary.refuse("x", line: number, of: "a") }
    for second in 0...59 { notes.tell(summary, at: begun + .seconds(second)) }
    #expect(lines.told.count == IngestSummary.told)
    for second in 60...300 { notes.tell(summary, at: begun + .seconds(second)) }
    #expect(lines.told.dropFirst(IngestSummary.told) == ["slotwatch: refused 1,200 so far\n"])
  }
}
