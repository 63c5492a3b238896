import Foundation
import ReadingCommands
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

@Suite struct ConfigCommandTests {
  private let folder: TemporaryFolder
  private let config: String

  init() throws {
    folder = try TemporaryFolder()
    config = try folder.file(
      "config.toml",
      """
      source = "panel"
      [sources.panel]
      address = "panel+https://panel.example/"
      token_command = ["sh", "-c", "echo canary; touch \(folder.path)/was-run"]
      [sources.other]
      address = "https://h/x"
      login_file = "missing"
      [slots.a]
      warning = "7.5%"
      [slots."b\\u001b[31m"]
      min_runs = 9
      """)
  }

  private func object(_ arguments: String..., environment: [String: String] = [:]) async throws -> [String: Any] {
    let run = await ProgramRun(arguments: ["config", "--format", "json"] + arguments, environment: environment)
    #expect((run.status, run.errors) == (0, ""))
    #expect(!run.output.contains("canary"))
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  private func option(_ name: String, _ object: [String: Any]) throws -> [String: Any] {
    let options = try #require(object["options"] as? [[String: Any]])
    return try #require(options.first { $0["name"] as? String == name })
  }

  @Test func saysWhereEachValueCameFrom() async throws {
    let run = await ProgramRun(
      "config", "--config", config, "--scope", "range", environment: ["SLOTWATCH_INTERVAL": "9"])
    #expect((run.status, run.errors) == (0, ""))
    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    for line in [
      "option value from", "source panel file \(config):1", "address panel+https://panel.example file \(config):3",
      "credentials ••• (token_command sh) file \(config):4", "interval 9 environment SLOTWATCH_INTERVAL",
      "scope range flag --scope", "window day default", "warning 5% default", "now the clock default",
      "configuration file \(config)", "a warning 7.5% critical 10% min-runs 20 line 8",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test func listsEveryCommonOption() async throws {
    let names = try await Set(#require(object()["options"] as? [[String: Any]]).compactMap { $0["name"] as? String })
    let help = await ProgramRun("config", "--help").output
    let flags = help.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
    let unlisted = Set(flags).subtracting(names)
    #expect(unlisted == ["config", "format", "help", "version", "token-file", "login-file", "source."])
  }

  @Test func opensAndRunsNothing() async throws {
    let run = await ProgramRun("config", "--config", config)
    #expect(run.status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/was-run"))
    #expect(await ProgramRun("config", "--source", "https://h/", "--token-file", "/nonexistent").status == 0)
  }

  @Test(arguments: [
    ["SLOTWATCH_TOKEN": "canary"], ["SLOTWATCH_USERNAME": "canary", "SLOTWATCH_PASSWORD": "canary"],
  ])
  func showsNoSecret(environment: [String: String]) async throws {
    for format in ["text", "json"] {
      let run = await ProgramRun("config", "--config", config, "--format", format, environment: environment)
      #expect(run.status == 0)
      #expect(run.output.contains("•••"))
      #expect(!run.output.contains("canary"))
    }
  }

  @Test func neutralisesNames() async {
    let run = await ProgramRun("config", "--config", config)
    #expect(!run.output.unicodeScalars.contains("\u{1B}"))
    #expect(run.output.contains("b\u{FFFD}[31m "))
  }

  @Test func namesThePlacesItLookedAt() async throws {
    let environment = ["XDG_CONFIG_HOME": folder.path, "XDG_CONFIG_DIRS": "/nonexistent"]
    let text = await ProgramRun("config", environment: environment).output
    #expect(text.contains("no configuration file; looked for:\n  \(folder.path)/slotwatch/config.toml\n"))
    let object = try await object(environment: environment)
    #expect(object["file"] is NSNull)
    #expect((object["looked_for"] as? [String])?.count == 2)
    #expect(try option("source", object)["value"] is NSNull)
    #expect(try option("interval", object)["from"] as? String == "default")
  }

  @Test func isWrittenForMachinesToo() async throws {
    let object = try await object("--config", config)
    #expect(object["schema"] as? String == "slotwatch.config/1")
    #expect(object["file"] as? String == config)
    let source = try option("source", object)
    #expect(source["from"] as? String == "file")
    #expect(source["line"] as? Int == 1)
    #expect((object["sources"] as? [Any])?.count == 2)
    #expect((object["slots"] as? [[String: Any]])?.first?["warning"] as? Double == 0.075)
  }

  @Test func endsWith78WhereAFileCannotBeUsed() async throws {
    let path = try folder.file("bad.toml", "interval = 5\nintervall = 6\n")
    for command in ["config", "report", "screen"] {
      let run = await ProgramRun(command, "--config", path)
      #expect((run.status, run.output) == (78, ""))
      #expect(
        run.errors == """
          slotwatch: Cannot use "\(path)": line 2, column 1: unknown key "intervall"; did you mean "interval"?\n
          """)
    }
    #expect(await ProgramRun("check", "--config", path).status == 3)
    #expect(await ProgramRun("config", "--config", folder.path + "/missing").status == 66)
  }
}
