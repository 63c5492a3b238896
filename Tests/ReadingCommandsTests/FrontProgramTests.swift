import Foundation
import ProcessIO
import SlotStats
import Synchronization
import Testing

@testable import ReadingCommands

@Suite struct FrontProgramTests {
  private let folder: URL
  private let file: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "slotwatch-front-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    file = folder.appending(path: "stats.json").path
    let snapshot = """
      {"schema":"slotwatch.snapshot/1","generated_at":"2026-11-19T14:32:05Z","windows":{"day":{"slots":{"a":[\
      {"period_start":"2026-11-19","period_end":"2026-11-20","success":98,"errors":2,"ingest_count":100}]}}}}
      """
    try Data(snapshot.utf8).write(to: URL(filePath: file))
  }

  /// What became of one start.
  private struct Run {
    let status: Int32
    let output: String
    let errors: String
    let handedOver: Bool
  }

  private func run(
    _ arguments: String..., environment: [String: String] = [:], onTerminal: Bool = false
  ) async -> Run {
    let environment = ["XDG_CONFIG_DIRS": folder.path, "SLOTWATCH_TIMEOUT": "300"].merging(environment) { $1 }
    let kept = Kept()
    let program = Program(
      environment: environment, outputIsTerminal: onTerminal,
      output: { bytes throws(OutputFailure) in kept.value.withLock { $0.output += bytes } },
      errors: { line in kept.value.withLock { $0.errors += line } })
    let front = FrontProgram(program) {
      kept.value.withLock { $0.handedOver = true }
      return CommandFailure(.configuration, "Cannot start \"/x/slotwatch-serve\": it is missing.")
    }
    let status = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: front.run(arguments)) }
    }
    return kept.value.withLock { content in
      Run(
        status: status, output: String(decoding: content.output, as: UTF8.self), errors: content.errors,
        handedOver: content.handedOver)
    }
  }

  private final class Kept: Sendable {
    struct Content {
      var output: [UInt8] = []
      var errors = ""
      var handedOver = false
    }
    let value = Mutex(Content())
  }

  @Test func tellsItsVersion() async {
    let run = await run("--version")
    #expect((run.status, run.output, run.handedOver) == (0, "0.1.0\n", false))
  }

  @Test func judgesASnapshot() async {
    let run = await run("check", "--source", file, "--now", "2026-11-19T14:32:10Z")
    #expect((run.status, run.handedOver) == (0, false))
    #expect(run.output.hasPrefix("SLOTWATCH OK"))
  }

  @Test func knowsTheHome() async {
    let run = await run(
      "check", "--source=file:~/stats.json", "--now", "2026-11-19T14:32:10Z", environment: ["HOME": folder.path])
    #expect((run.status, run.handedOver) == (0, false))
    #expect(run.output.hasPrefix("SLOTWATCH OK"))
  }

  @Test func readsTheEnvironmentByTheSameRules() async {
    let environment = ["SLOTWATCH_SOURCE": file, "SLOTWATCH_NOW": "2026-11-19T14:32:10Z", "SLOTWATCH_FORMAT": "csv"]
    let report = await run("report", environment: environment)
    #expect(report.output.hasPrefix("window,slot_id"))
    #expect(!report.handedOver)
    // A form of reports means nothing to `screen`.
    #expect(await run("screen", environment: environment).output.contains("stats.json"))
  }

  @Test func drawsTheSample() async {
    let run = await run("screen", "sample:", "--size", "80x24", "--now", "2026-11-19T14:32:10Z")
    #expect(run.output.hasPrefix(" slotwatch  SAMPLE DATA"))
    #expect(!run.handedOver)
  }

  @Test func tellsAFailureOfReadingItself() async {
    let report = await run("report", "\(folder.path)/none.json")
    #expect((report.status, report.handedOver) == (66, false))
    #expect(report.errors.hasPrefix("slotwatch: Cannot read"))
    let check = await run("check", "\(folder.path)/none.json")
    #expect((check.status, check.errors) == (3, ""))
    #expect(check.output.hasPrefix("SLOTWATCH UNKNOWN"))
  }

  @Test func watchesNoPipe() async {
    for source in ["-", "/dev/null"] {
      let run = await run("watch", source, onTerminal: true)
      #expect((run.status, run.handedOver) == (64, false))
      #expect(run.errors.hasPrefix("slotwatch: Cannot watch \"\(source)\": a pipe can be read once, "), "\(run.errors)")
    }
  }

  @Test(arguments: [
    ["check"], ["report", "demo:"], ["screen"], ["check", "sqlite:x.db"], ["report", "https://h/s.json"],
    ["report", "file:"], ["report", "sample:x"], ["report", "sample:", "--interval", "0"],
    ["report", "sample:", "--format", "xml"], ["screen", "sample:", "--keys", "Foo"], ["watch", "sample:"],
    ["report", "sample:", "--source", "x.json"], ["report", "sample:", "--warning", "50%"],
  ])
  func handsOverWhatItCannotUse(arguments: [String]) async {
    let program = Program(
      environment: [:], outputIsTerminal: false, output: { _ throws(OutputFailure) in }, errors: { _ in })
    let front = FrontProgram(program) { CommandFailure(.configuration, "") }
    #expect(!front.runsItself(arguments))
  }

  @Test(arguments: FrontProgram.othersVariables) func handsOverWhereAVariableIsNotItsOwn(name: String) async {
    #expect(await run("report", "sample:", environment: [name: "1"]).handedOver)
    #expect(await run("report", "sample:", environment: [name: ""]).handedOver == false)
  }

  @Test func handsOverWhereThereIsAConfigurationFile() async throws {
    let own = folder.appending(path: "slotwatch")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    #expect(await run("report", "sample:").handedOver == false)
    try Data().write(to: own.appending(path: "config.toml"))
    #expect(await run("report", "sample:").handedOver)
    #expect(await run("report", "sample:", environment: ["XDG_CONFIG_DIRS": "/nowhere"]).handedOver == false)
    #expect(
      await run("report", "sample:", environment: ["XDG_CONFIG_DIRS": "/n", "XDG_CONFIG_HOME": folder.path]).handedOver)
  }

  @Test func saysThatTheOtherProgramIsMissing() async {
    let report = await run("serve")
    #expect((report.status, report.output) == (78, ""))
    #expect(report.errors == "slotwatch: Cannot start \"/x/slotwatch-serve\": it is missing.\n")
    let check = await run("check")
    #expect((check.status, check.errors) == (3, ""))
    #expect(check.output.hasPrefix("SLOTWATCH UNKNOWN - Cannot start"))
  }
}
