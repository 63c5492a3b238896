import Foundation
import Testing

@testable import slotwatch_serve

@Suite struct ManualPageTests {
  private let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../assets/slotwatch.1").standardizedFileURL

  @Test func isWhatTheCommandsSayToday() async throws {
    let page = try await ManualPage(dump: ProgramRun("--experimental-dump-help").output).text
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try page.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("Recorded \(file.path); run again without RECORD_GOLDEN.")
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == page, "Run the tests with RECORD_GOLDEN=1.")
  }

  @Test func isThePageOfBothPrograms() throws {
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let name = try #require(lines.firstIndex(of: ".SH NAME"))
    #expect(lines[name + 1].hasPrefix("slotwatch, slotwatch\\-serve \\- "))
  }

  @Test func answersWhatAPersonAsksNext() throws {
    let page = try String(contentsOf: file, encoding: .utf8)
    for section in [
      "SOURCES", "KEYS", "MARKS AND WORDS", "MONITORING", "ENVIRONMENT", "FILES", "EXIT STATUS", "SEE ALSO",
    ] {
      #expect(page.contains("\n.SH \(section)\n"), "\(section)")
    }
    for word in ["LOST", "STALE", "PAUSED", "ratio_low", "slots_critical", "events.db", "143"] {
      #expect(page.contains(word), "\(word)")
    }
    // Neither reads a source, and only what reads files is said to take one.
    #expect(page.contains("\\fBserve\\fR [\\fIoptions\\fR]\n") && page.contains("\\fBsimulate\\fR [\\fIoptions\\fR]\n"))
    #expect(page.contains("\\fBingest\\fR [\\fIoptions\\fR] [\\fIfile\\fR ...]\n"))
  }

  @Test func namesEveryOptionOfEveryCommand() throws {
    let page = try String(contentsOf: file, encoding: .utf8)
    for option in ["source", "window", "stale-after", "slot", "format", "size", "keys", "no-color", "version", "help"] {
      #expect(page.contains("\\fB\\-\\-" + option.replacingOccurrences(of: "-", with: "\\-") + "\\fR"), "\(option)")
    }
  }
}
