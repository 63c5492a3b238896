import Foundation
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

/// An option that is given nothing is refused by its name, and takes no other argument for its value.
@Suite struct EmptyValueTests {
  private let folder: TemporaryFolder
  private let good: String

  init() throws {
    folder = try TemporaryFolder()
    good = try folder.file("good.json", TemporaryFolder.snapshot())
  }

  @Test(arguments: [
    ("--format", ["report", "--format=", "--source", "GOOD"]), ("--format", ["report", "--format", "", "GOOD"]),
    ("--slot", ["report", "--slot=", "--source", "GOOD"]), ("--slot", ["report", "GOOD", "--slot", ""]),
    ("--source", ["report", "--source=", "GOOD"]), ("--source", ["report", "--source", ""]),
    ("--token-file", ["report", "GOOD", "--token-file="]), ("--token-file", ["report", "GOOD", "--token-file", ""]),
    ("--login-file", ["report", "GOOD", "--login-file", ""]), ("--config", ["report", "GOOD", "--config="]),
    ("--config", ["report", "GOOD", "--config", ""]), ("--ca-file", ["report", "GOOD", "--ca-file", ""]),
    ("--keys", ["screen", "GOOD", "--keys=", "j"]), ("--keys", ["screen", "GOOD", "--keys", ""]),
    ("--size", ["screen", "GOOD", "--size="]), ("--now", ["report", "GOOD", "--now="]),
    ("--min-runs", ["report", "GOOD", "--min-runs=", "--ascii"]), ("--store", ["ingest", "--store=", "GOOD"]),
    ("--keep", ["ingest", "--dry-run", "--keep=", "GOOD"]), ("--listen", ["serve", "--listen=", "--keep=3"]),
    ("--to", ["simulate", "--to=", "--rate=3"]), ("--window", ["config", "--window=", "day"]),
  ])
  func isRefusedByTheOptionsName(name: String, arguments: [String]) async {
    let run = await ProgramRun(arguments: arguments.map { $0 == "GOOD" ? good : $0 })
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix("slotwatch: Cannot use \(name) \"\": give "), "\(run.errors)")
    #expect(run.errorLines.count == 1)
    #expect(run.output.isEmpty)
  }

  @Test(arguments: [
    (["--slot=", "--source", "GOOD"], "--slot"), (["--source", "GOOD", "--warning=", "--critical=10%"], "--warning"),
    (["GOOD", "-w=", "-c", "10"], "-w"), (["GOOD", "-w", "", "-c", "10"], "--warning"),
    (["GOOD", "--timeout="], "--timeout"),
  ])
  func isUnknownToAMonitor(arguments: [String], name: String) async {
    let run = await ProgramRun(arguments: ["check"] + arguments.map { $0 == "GOOD" ? good : $0 })
    #expect((run.status, run.errors) == (3, ""))
    #expect(run.output.hasPrefix("SLOTWATCH UNKNOWN - Cannot use \(name) \"\": give "), "\(run.output)")
  }

  @Test func isNotSetInTheEnvironment() async {
    let run = await ProgramRun(
      "report", good, "--now", TemporaryFolder.now,
      environment: ["SLOTWATCH_FORMAT": "", "SLOTWATCH_SLOT": "", "SLOTWATCH_WARNING": "", "SLOTWATCH_TOKEN_FILE": ""])
    #expect((run.status, run.errors) == (0, ""))
  }

  @Test(arguments: ["window", "warning", "theme", "source"])
  func isRefusedInTheConfigurationFile(key: String) async throws {
    let file = try folder.file("empty.toml", "\(key) = \"\"\n")
    let run = await ProgramRun("report", good, "--config", file)
    #expect(run.status == 78)
    #expect(run.errors.contains("\(key) is \"\"; give "), "\(run.errors)")
  }

  @Test func isNoValueOfASwitch() async {
    let run = await ProgramRun("report", good, "--ascii=")
    #expect((run.status, run.errors) == (64, "slotwatch: Cannot use \"--ascii=\": it takes no value.\n"))
  }

  @Test func staysWhatStandsBehindTheTerminator() async {
    #expect(await ProgramRun("report", "--", "--slot=").status == 66)
  }

  /// Every option of every command is known, so that none is forgotten.
  @Test func knowsEveryOption() async throws {
    let dump = await ProgramRun("--experimental-dump-help").output
    let tree = try #require(try JSONSerialization.jsonObject(with: Data(dump.utf8)) as? [String: Any])
    let root = try #require(tree["command"] as? [String: Any])
    var names: [String: Set<String>] = [:]
    for command in (root["subcommands"] as? [[String: Any]] ?? []) where command["commandName"] as? String != "help" {
      for argument in command["arguments"] as? [[String: Any]] ?? [] {
        let kind = argument["kind"] as? String ?? ""
        for name in argument["names"] as? [[String: Any]] ?? [] {
          names[kind, default: []].insert(name["name"] as? String ?? "")
        }
      }
    }
    #expect(names["option"]?.subtracting(EmptyValue.expected.keys) == [])
    #expect(names["flag"]?.subtracting(EmptyValue.switches) == [])
  }
}
