import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@testable import StatsReports

@Suite struct HandoverFormatTests {
  private static let hostile = "<script>alert(1)</script>\u{1B}[31m|\"'&"

  /// A handover of the drill with everything that people may have written, made once.
  private static let handover = Task {
    var past = WrittenPast.drill
    past.slots[8].slot = Slot(id: "slot-009", name: hostile)
    var book = AcknowledgementBook()
    let now = WrittenPast.now
    book.add(
      Acknowledgement(
        of: "slot-002", note: "\(hostile) #231", by: "ann", at: now.addingTimeInterval(-3_600),
        until: .at(now.addingTimeInterval(7 * 3_600)),
        trouble: Trouble(state: .critical, low: 0.2, high: 0.4, kind: .timeouts)))
    let marks = [Mark(at: now.addingTimeInterval(-1_920), text: "api 1.4 \(hostile)")]
    return try await past.handover(book: book, marks: marks, source: hostile)
  }

  private func text(_ format: HandoverFormat) async throws -> String { format.text(try await Self.handover.value) }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test(arguments: HandoverFormat.allCases) func isDrawnSo(format: HandoverFormat) async throws {
    let lines = lines(try await text(format))
    #expect(Golden.check(lines, named: "handover-\(format.rawValue)") == nil)
  }

  @Test(arguments: HandoverFormat.allCases) func saysWhatWasNotRead(format: HandoverFormat) async throws {
    var handover = try await Self.handover.value
    #expect(!format.text(handover).contains("not read"))
    handover.notices = ["marks not read: the disk is away \u{1B}[31m"]
    let text = format.text(handover)
    #expect(text.contains("marks not read") && text.contains("the disk is away") && !text.contains("\u{1B}"))
  }

  @Test func htmlHoldsNothingThatRunsOrComesFromElsewhere() async throws {
    let text = try await text(.html)
    #expect(!text.contains("<script") && !text.contains("\u{1B}") && !text.contains("src=") && !text.contains("url("))
    #expect(!text.contains("http://") && !text.contains("https://") && text.contains("prefers-color-scheme"))
    #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && text.contains("<svg "))
    #expect(text.hasPrefix("<!DOCTYPE html>") && text.hasSuffix("</html>\n"))
  }

  @Test func linesOfTextAreNoWiderThanAHundredColumns() async throws {
    for line in lines(try await text(.text)) { #expect(line.count <= 100 && !line.contains("\u{1B}")) }
  }

  @Test func markdownTablesHaveAsManyCellsInEveryRow() async throws {
    let rows = lines(try await text(.markdown)).filter { $0.hasPrefix("|") }
    for row in rows {
      let bars = row.replacingOccurrences(of: "\\\\", with: "").replacingOccurrences(of: "\\|", with: "").filter {
        $0 == "|"
      }
      #expect([3, 6].contains(bars.count), "\(row)")
    }
  }
}
