import Foundation
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

/// `~/` is the home also where no shell replaces it.
@Suite struct HomeFolderTests {
  private let home: TemporaryFolder
  private var environment: [String: String] { ["HOME": home.path, "SLOTWATCH_NOW": TemporaryFolder.now] }

  init() throws {
    home = try TemporaryFolder()
    _ = try home.file("stats.json", TemporaryFolder.snapshot())
  }

  @Test(arguments: [
    ["report", "--source", "file:~/stats.json"], ["report", "--source=~/stats.json"], ["report", "~/stats.json"],
    ["report", "FILE:~/stats.json"],
  ])
  func isTheHomeInASource(arguments: [String]) async {
    let run = await ProgramRun(arguments: arguments, environment: environment)
    #expect((run.status, run.errors) == (0, ""))
    #expect(run.output.hasPrefix("slotwatch  stats.json"))
  }

  @Test func isTheHomeInVariablesAndTheConfigurationFile() async throws {
    let variable = ["SLOTWATCH_SOURCE": "file:~/stats.json"].merging(environment) { $1 }
    #expect(await ProgramRun("report", environment: variable).status == 0)
    _ = try home.file("c.toml", "source = \"file:~/stats.json\"\n")
    #expect(await ProgramRun("report", "--config=~/c.toml", environment: environment).status == 0)
  }

  @Test func isTheHomeInAStore() async throws {
    let event = """
      {"id":"0b1fa2c4-53a7-4f0e-9d6e-0d9f5a3f6a10","job_id":"7c9d3c0e-6f0b-4a52-8a43-2f1f1f7b9b55",\
      "slot_id":"slot-001","status":"received","occurred_at":"2026-11-19T14:32:05Z"}\n
      """
    let events = try home.file("e.ndjson", event)
    let stored = await ProgramRun("ingest", "--store", "sqlite:~/in/x.db", events, environment: environment)
    #expect((stored.status, stored.errors) == (0, ""))
    #expect(FileManager.default.fileExists(atPath: home.file("in/x.db")))
    let config = await ProgramRun("config", "sqlite:~/in/x.db", environment: environment)
    #expect(config.output.contains("sqlite:" + home.file("in/x.db")))
  }

  @Test func isTheHomeInTheFileOfAToken() async throws {
    let arguments = ["report", "panel+http://127.0.0.1:9", "--token-file=~/none"]
    let run = await ProgramRun(arguments: arguments, environment: environment)
    #expect(run.errors.contains(home.file("none")), "\(run.errors)")
  }

  @Test func needsAHome() async {
    let run = await ProgramRun("report", "--source", "sqlite:~/x.db")
    #expect(run.status == 64)
    #expect(
      run.errors == "slotwatch: Cannot use --source \"sqlite:~/x.db\": ~/ needs HOME, which is not set.\n")
  }

  @Test(arguments: ["./~/x.json", "~x.json", "file:./~/x.json", "sqlite:./~/x.db"])
  func isAFolderOfThatNameElsewhere(source: String) async {
    let run = await ProgramRun("report", "--source", source, environment: environment)
    #expect(run.status == 66)
    #expect(!run.errors.contains(home.path))
  }
}
