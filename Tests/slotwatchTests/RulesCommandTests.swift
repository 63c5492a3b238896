import Foundation
import ReadingCommands
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

@Suite struct RulesCommandTests {
  private let folder: TemporaryFolder
  private let config: String

  init() throws {
    folder = try TemporaryFolder()
    config = try folder.file(
      "config.toml",
      """
      [[rules]]
      name = "provider down"
      when = "critical"
      for = "5m"
      slots = ["slot-0*", "!slot-005"]
      severity = "page"
      runbook = "https://wiki.example/provider"
      [[rules]]
      name = "more"
      when = "over-usual"
      window = "hour"
      factor = 2.5
      all = true
      notify = ["bell"]
      """)
  }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
  }

  @Test func printsTheRulesOfTheFile() async {
    for arguments in [["rules", "list"], ["rules"]] {
      let run = await ProgramRun(arguments: arguments + ["--config", config])
      #expect((run.status, run.errors) == (0, ""))
      #expect(
        lines(run.output) == [
          "name when for keep severity slots runbook from",
          "provider down critical 5m 0s page slot-0* !slot-005 https://wiki.example/provider \(config):1",
          "more over-usual ×2.5 by hour 0s 0s notice all slots together – \(config):8",
        ])
    }
  }

  @Test func printsTheStandardOnesWhereThereAreNone() async throws {
    let empty = try folder.file("empty.toml", "interval = 5\n")
    for arguments in [["rules", "list"], ["rules", "list", "--config", empty]] {
      let run = await ProgramRun(arguments: arguments, environment: ["XDG_CONFIG_DIRS": "/nonexistent"])
      #expect((run.status, run.errors) == (0, ""))
      #expect(lines(run.output).dropFirst().first == "critical critical 5m 10m page each slot – default")
      #expect(lines(run.output).contains("over usual over-usual ×2 5m 0s notice each slot – default"))
    }
  }

  private func object(_ arguments: String...) async throws -> [String: Any] {
    let run = await ProgramRun(arguments: arguments + ["--format", "json", "--config", config])
    #expect((run.status, run.errors) == (0, ""))
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test func isWrittenForMachinesToo() async throws {
    let object = try await object("rules", "list")
    #expect(object["schema"] as? String == "slotwatch.rules/1")
    let rules = try #require(object["rules"] as? [[String: Any]])
    #expect(rules[0]["slots"] as? [String] == ["slot-0*", "!slot-005"])
    #expect(rules[0]["for_seconds"] as? Int == 300 && rules[0]["factor"] is NSNull)
    #expect(rules[1]["slots"] is NSNull && rules[1]["factor"] as? Double == 2.5)
    #expect(rules[1]["scope"] as? String == "all" && rules[1]["notify"] as? [String] == ["bell"])
    #expect(rules[1]["from"] as? String == "file" && rules[1]["line"] as? Int == 8)
  }

  @Test func theConfigurationShowsThem() async throws {
    let run = await ProgramRun("config", "--config", config)
    #expect(lines(run.output).contains("rules"))
    #expect(lines(run.output).contains("provider down critical for 5m, page: slot-0* !slot-005 line 1"))
    #expect(lines(run.output).contains("more over-usual ×2.5 by hour, notice: all slots together line 8"))
    let rules = try #require(try await object("config")["rules"] as? [[String: Any]])
    #expect(rules.map { $0["line"] as? Int } == [1, 8] && rules[0]["name"] as? String == "provider down")
  }

  @Test func refusesWhatCannotBeUsed() async throws {
    let bad = try folder.file("bad.toml", "[[rules]]\nname = \"a\"\nwhen = \"critical\"\nfor = 5\n")
    let run = await ProgramRun("rules", "list", "--config", bad)
    #expect((run.status, run.output) == (78, ""))
    #expect(
      run.errors == """
        slotwatch: Cannot use "\(bad)": line 4, column 7: for is 5, without a unit; write "5m" or "5s".\n
        """)
    #expect(await ProgramRun("rules", "lst").status == 64)
    #expect(await ProgramRun("rules", "list", "--format", "csv").status == 64)
    #expect(await ProgramRun("rules", "list", "--config", folder.path + "/missing").status == 66)
  }

  @Test func neutralisesPatterns() async throws {
    let path = try folder.file(
      "hostile.toml", "[[rules]]\nname = \"a\"\nwhen = \"critical\"\nslots = \"b\\u001b[31m*]\"\n")
    for command in [["rules", "list"], ["config"]] {
      let run = await ProgramRun(arguments: command + ["--config", path])
      #expect(run.status == 0 && !run.output.unicodeScalars.contains("\u{1B}"), "\(run.errors)")
    }
  }
}
