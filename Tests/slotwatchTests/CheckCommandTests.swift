import Foundation
import ProcessIO
import ReadingCommands
import SlotStatsTesting
import Synchronization
import Testing

@testable import slotwatch_serve

/// What a monitoring system gets, whatever fails: a line on standard output, and one of four exit codes.
@Suite struct CheckCommandTests {
  private let folder: TemporaryFolder
  private let sick: String

  init() throws {
    folder = try TemporaryFolder()
    sick = try folder.file("sick.json", TemporaryFolder.snapshot(failed: 60))
  }

  private func check(_ arguments: String..., environment: [String: String] = [:]) async -> ProgramRun {
    await ProgramRun(
      arguments: ["check", sick, "--now", TemporaryFolder.now] + arguments, environment: environment)
  }

  // MARK: Exit codes

  @Test func keepsItsStatusWhereNobodyReads() async {
    let run = await ProgramRun("check", sick, "--now", TemporaryFolder.now, failingWith: .closed)
    #expect((run.status, run.errors) == (2, ""))
    #expect(await ProgramRun("check", "/nowhere.json", failingWith: .closed).status == 3)
    #expect(await ProgramRun("check", "--nonsense", failingWith: .closed).status == 3)
    #expect(await ProgramRun("check", "-V", failingWith: .closed).status == 3)
  }

  @Test(arguments: [["-V"], ["--nonsense"], []]) func isUnknownWhereNothingCanBeWritten(more: [String]) async {
    let run = await ProgramRun(
      arguments: ["check", sick, "--now", TemporaryFolder.now] + more, failingWith: .system("disk full"))
    #expect((run.status, run.errors) == (3, ""))
  }

  @Test func isUnknownWhereTheCommandStandsBehindOptions() async {
    let run = await ProgramRun("--source", sick, "check")
    #expect((run.status, run.errors) == (3, ""))
    #expect(run.output.hasPrefix("SLOTWATCH UNKNOWN - Cannot use "))
    #expect(await ProgramRun("report", sick, "check").status == 64)
  }

  @Test(arguments: [(false, 3), (true, 74)]) func lostArgumentsAreUnknownToAMonitor(isTerminal: Bool, status: Int32) {
    let kept = Kept()
    let program = Program(
      environment: [:], outputIsTerminal: isTerminal,
      output: { bytes throws(OutputFailure) in kept.output.withLock { $0 += String(decoding: bytes, as: UTF8.self) } },
      errors: { line in kept.errors.withLock { $0 += line } })
    #expect(program.reportLostArguments() == status)
    let (output, errors) = (kept.output.withLock { $0 }, kept.errors.withLock { $0 })
    #expect(isTerminal ? output.isEmpty : output.hasPrefix("SLOTWATCH UNKNOWN - Cannot tell the arguments"))
    #expect(isTerminal ? errors.hasPrefix("slotwatch: Cannot tell the arguments") : errors.isEmpty)
  }

  private final class Kept: Sendable {
    let output = Mutex("")
    let errors = Mutex("")
  }

  // MARK: Options

  @Test func leavesSlotsOut() async throws {
    for arguments in [["--ignore", "x", "--ignore", "[a]"], ["--ignore=a"]] {
      let run = await ProgramRun(arguments: ["check", sick, "--now", TemporaryFolder.now] + arguments)
      #expect(run.output.contains(", 1 ignored - all 60.0% (60/100)"), "\(run.output)")
    }
    #expect(await check(environment: ["SLOTWATCH_IGNORE": "x, b,a"]).output.contains("1 ignored"))
    #expect(await !check("--ignore", "x", environment: ["SLOTWATCH_IGNORE": "a"]).output.contains("ignored"))
    for value in ["[\"x\", \"a*\"]", "\"a\""] {
      let file = try folder.file("c.toml", "ignore = \(value)\n")
      #expect(await check("--config", file).output.contains("1 ignored"))
    }
    let empty = try folder.file("c.toml", "ignore = [\"a\"]\n[sources.s]\naddress = \"sick.json\"\nignore = []\n")
    let run = await ProgramRun("check", "--config", empty, "--source", "s", "--now", TemporaryFolder.now)
    #expect(run.output.contains("1 critical: a 60.0%") && !run.output.contains("ignored"), "\(run.output)")
  }

  @Test(arguments: [
    (["--ignore", "["], "Cannot use --ignore \"[\": give a pattern for ids of slots such as slot-9* or slot-00[1-3]."),
    (["--ignore="], "Cannot use --ignore \"\": give a pattern "),
  ])
  func refusesWhatIsNoPattern(arguments: [String], line: String) async {
    let run = await ProgramRun(arguments: ["check", sick] + arguments)
    #expect((run.status, run.errors) == (3, ""))
    #expect(run.output.hasPrefix("SLOTWATCH UNKNOWN - \(line)"), "\(run.output)")
  }

  @Test func refusesAPatternOfTheConfigurationFileByItsPlace() async throws {
    let file = try folder.file("c.toml", "ignore = [\"a\", \"\"]\n")
    #expect(await check("--config", file).output.contains("line 1, column 10: ignore is \"\", give a pattern"))
  }

  @Test func isBrief() async throws {
    let long = try folder.file(
      "long.json", TemporaryFolder.snapshot().replacing("\"a\"", with: "\"\(String(repeating: "語", count: 128))\""))
    let missing = String(repeating: "語", count: 1_300)
    for (arguments, environment) in [
      (["--brief"], [:]), ([], ["SLOTWATCH_BRIEF": "1"]), (["--brief", "--slot", missing], [:]),
    ] as [([String], [String: String])] {
      let run = await ProgramRun(
        arguments: ["check", long, "--now", TemporaryFolder.now] + arguments, environment: environment)
      #expect(run.output.utf8.count <= 1_023 && run.errors.isEmpty, "\(run.output)")
    }
    let refused = await ProgramRun("check", "--brief", "--window", missing)
    #expect(refused.status == 3 && refused.output.utf8.count <= 1_023)
    let usual = await ProgramRun("check", long, "--slot", missing)
    #expect(usual.output.utf8.count > 3_900 && usual.output.utf8.count < 4_096)
  }
}
