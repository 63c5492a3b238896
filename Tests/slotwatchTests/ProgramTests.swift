import Foundation
import ProcessIO
import ReadingCommands
import SlotStats
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

@Suite struct ProgramTests {
  private let folder: TemporaryFolder
  private let good: String

  init() throws {
    folder = try TemporaryFolder()
    good = try folder.file("good.json", TemporaryFolder.snapshot(failed: 2))
  }

  // MARK: Asking the program itself

  @Test(arguments: [["--version"], ["report", "--version"], ["--ascii", "--version"]])
  func tellsItsVersion(arguments: [String]) async {
    let run = await ProgramRun(arguments: arguments)
    #expect((run.status, run.output, run.errors) == (0, "0.1.0\n", ""))
  }

  @Test(arguments: [["--help"], ["-h"], ["help"], ["help", "check"], ["check", "--help"], ["--ascii", "-h"]])
  func helpsOnStandardOutput(arguments: [String]) async {
    let run = await ProgramRun(arguments: arguments)
    #expect(run.status == 0)
    #expect(run.output.contains("USAGE: slotwatch"))
    #expect(run.errors.isEmpty)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func writesShellCompletions(shell: String) async {
    let run = await ProgramRun("--generate-completion-script", shell)
    #expect(run.status == 0)
    #expect(run.output.contains("stale-after"))
  }

  @Test func offersConfiguredSourcesAndFiles() throws {
    let config = try folder.file("c.toml", "[sources.panel]\naddress = \"panel+https://panel.example\"\n")
    _ = try folder.file("prod.json", "{}")
    _ = try folder.file("prod.txt", "")
    let words = ["slotwatch", "report", "--config", config, "--source", "p"]
    #expect(SourceCompletions.candidates(words, prefix: "p", environment: [:]).first == "panel")
    #expect(SourceCompletions.candidates(words, prefix: "x", environment: [:]).isEmpty)
    let place = folder.file("prod")
    #expect(SourceCompletions.candidates(words, prefix: place, environment: [:]) == [place + ".json"])
    #expect(SourceCompletions.candidates(["--config=\(place).txt"], prefix: "p", environment: [:]).first != "panel")
    #expect(SourceCompletions.candidates(["--config", "/nowhere"], prefix: "panel", environment: [:]).isEmpty)
  }

  // MARK: Which command

  @Test func printsAReportWhereThereIsNoTerminal() async {
    let run = await ProgramRun(good, "--now", TemporaryFolder.now)
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("slotwatch  good.json  LIVE  data 5 s old"))
  }

  @Test func takesOptionsBeforeAndAfterTheFile() async {
    for arguments in [["--now", TemporaryFolder.now, good], [good, "--now", TemporaryFolder.now]] {
      #expect(await ProgramRun(arguments: arguments).output.contains("LIVE"))
      #expect(await ProgramRun(arguments: ["report"] + arguments).output.contains("LIVE"))
    }
    #expect(await ProgramRun("report", "--now", TemporaryFolder.now, "--", good).status == 0)
  }

  @Test func refusesAnExplicitWatchWithoutATerminal() async {
    let run = await ProgramRun("watch", good)
    #expect(run.status == 64)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains("use slotwatch report"))
  }

  @Test func tellsAMisspeltCommandFromAFile() async {
    let run = await ProgramRun("reprot")
    #expect(run.status == 64)
    #expect(
      run.errors == """
        slotwatch: Unknown command "reprot": the commands are watch, report, screen, check, config, ack, unack, rules, \
        handover, mark, slot, ingest, serve, simulate, notify, presets, queries; a file is written "./reprot".\n
        """)
    #expect(await ProgramRun("--ascii", "report").status == 64)
    #expect(await ProgramRun("missing.json").status == 66)
  }

  // MARK: Exit codes

  @Test func hasAnExitCodeForEveryKindOfSourceFailure() {
    let expected: [(StatsSourceError.Kind, Int32)] = [
      (.contentRefused, 65), (.inputMissing, 66), (.unreachable, 69), (.inputOutput, 74), (.notPermitted, 77),
      (.noSuchSlot, 66), (.notKept, 65),
    ]
    for (kind, status) in expected {
      let failure = CommandFailure(StatsSourceError(kind, action: "Cannot read", cause: "it is so"))
      #expect(failure.status.rawValue == status)
      #expect(failure.line == "Cannot read: it is so.")
    }
    #expect(CommandFailure.statuses.count == expected.count)
  }

  @Test func saysInOneLineWhatCannotBeRead() async throws {
    let cases: [(String, Int32, String)] = [
      (folder.path + "/missing.json", 66, "there is no such file"),
      (folder.path, 66, "it is a directory"),
      (try folder.file("empty.json", ""), 65, "empty"),
      (try folder.file("bad.json", "{\"schema\":1}"), 65, "$.schema"),
      (try folder.file("negative.json", TemporaryFolder.snapshot(failed: 101)), 65, "success is -1"),
    ]
    for (path, status, reason) in cases {
      let run = await ProgramRun("report", path)
      #expect(run.status == status, "\(path)")
      #expect(run.errorLines.count == 1)
      #expect(run.errors.hasPrefix("slotwatch: Cannot read snapshot \"\(path)\": "))
      #expect(run.errors.contains(reason), "\(run.errors)")
      #expect(run.output.isEmpty)
    }
  }

  @Test func neutralisesWhatComesFromOutside() async {
    let run = await ProgramRun("report", "no\u{1B}[31m\n\u{202E}such.json")
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains("no\u{FFFD}[31m \u{FFFD}such.json"))
  }

  @Test func endsQuietlyWhereNobodyReads() async {
    let run = await ProgramRun("report", good, failingWith: .closed)
    #expect((run.status, run.errors) == (0, ""))
    #expect(await ProgramRun("--help", failingWith: .closed).status == 0)
  }

  @Test func saysWhyItCannotWrite() async {
    let run = await ProgramRun("report", good, failingWith: .system("No space left on device"))
    #expect(run.status == 74)
    #expect(run.errors == "slotwatch: Cannot write to standard output: No space left on device.\n")
  }

  // MARK: Usage

  @Test(arguments: [
    (["report", "--bogus"], "--bogus"), (["report", "a.json", "b.json"], "b.json"),
    (["report", "--source"], "--source"),
    (["report", "a.json", "--source", "b.json"], "both \"a.json\" and --source \"b.json\""),
    (["screen", "--keys", "j Foo", "sample:"], "--keys with \"Foo\""),
    (["report", "--min-runs", "-1", "a.json"], "--min-runs \"-1\""),
    (["report", "--warning", "-5%", "a.json"], "--warning \"-5%\""),
  ])
  func saysInOneLineWhatCannotBeUsed(arguments: [String], part: String) async {
    let run = await ProgramRun(arguments: arguments)
    #expect(run.status == 64)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains(part))
    #expect(run.output.isEmpty)
  }

  @Test func reportsNothingWithoutASource() async {
    let run = await ProgramRun("report")
    #expect((run.status, run.output) == (78, ""))
    #expect(run.errorLines.count == 1)
    #expect(await ProgramRun(arguments: []).status == 78)
  }

  @Test func reportsTheSampleWhereItIsAskedFor() async {
    let run = await ProgramRun("report", "sample:")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("slotwatch  SAMPLE DATA  LIVE  data "))
  }

  @Test func reportsInEveryForm() async throws {
    for (format, start) in [
      ("text", "slotwatch  good.json"), ("json", "{\"schema\":\"slotwatch.report/1\","), ("csv", "window,slot_id,"),
      ("markdown", "## slotwatch: good.json"),
    ] {
      #expect(await ProgramRun("report", good, "--format", format).output.hasPrefix(start))
    }
  }

  // MARK: Check

  @Test(arguments: [(2, 0, "OK"), (10, 1, "WARNING"), (40, 2, "CRITICAL")])
  func checkAnswersAsMonitoringSystemsExpect(failed: Int, status: Int32, word: String) async throws {
    let path = try folder.file("check.json", TemporaryFolder.snapshot(failed: failed))
    for arguments in [
      ["check", path, "--now", TemporaryFolder.now], ["check", path, "--now", TemporaryFolder.now, "--slot", "a"],
    ] {
      let run = await ProgramRun(arguments: arguments)
      #expect(run.status == status)
      #expect(run.output.hasPrefix("SLOTWATCH \(word) - "))
      #expect(run.output.hasSuffix("\n"))
      #expect(run.errors.isEmpty)
    }
  }

  @Test func checkDoesNotKnowAfterAnyError() async throws {
    let broken = try folder.file("broken.json", "{")
    for arguments in [
      ["check"], ["check", "--bogus"], ["check", "missing.json"], ["check", broken], ["check", good, "--slot", "zz"],
      ["check", good], ["check", good, "--warning", "x"], ["check", "sqlite:x.db"],
    ] {
      let run = await ProgramRun(arguments: arguments)
      #expect(run.status == 3, "\(arguments)")
      #expect(run.output.hasPrefix("SLOTWATCH UNKNOWN - "), "\(run.output)")
      #expect(run.output.split(separator: "\n").count == 1)
      #expect(run.errors.isEmpty)
    }
  }

  @Test func checkDoesNotKnowWhereItCannotWrite() async {
    #expect(await ProgramRun("check", good, "--now", TemporaryFolder.now, failingWith: .system("full")).status == 3)
  }
}
