import ReadingCommands
import StatsFormats
import Testing

@testable import slotwatch_serve

@Suite struct IngestSummaryTests {
  @Test func tellsWhatBecameOfTheEvents() {
    var summary = IngestSummary()
    (summary.accepted, summary.duplicate) = (12_345, 7)
    #expect(summary.text() == "accepted   12,345\nduplicate       7\nrefused         0\n")
    #expect(summary.status == .done)
    #expect(summary.text(isDryRun: true) == "counted    12,345\nrefused         0\n")
  }

  @Test func tellsTheFirstRefusedLinesWithoutWhatATerminalWouldObey() {
    var summary = IngestSummary()
    for number in 1...25 { summary.refuse("is \u{1B}[31mred", line: number, of: "a.ndjson") }
    let lines = summary.text().split(separator: "\n")
    #expect(lines.count == 3 + 20 + 1)
    #expect(lines[3].hasPrefix("  a.ndjson:1: is "))
    #expect(!summary.text().contains("\u{1B}"))
    #expect(summary.status == .contentRefused)
  }

  @Test func aLineOfStandardInputIsNamedInWords() {
    var summary = IngestSummary()
    summary.refuse("is cut", line: 3, of: "-")
    #expect(summary.first == ["standard input:3: is cut"])
  }
}
