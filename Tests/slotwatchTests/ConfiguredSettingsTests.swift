import ArgumentParser
import Foundation
import HTTPTransport
import ReadingCommands
import SlotStats
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

/// What settings become with a configuration file: named sources, credentials, thresholds of slots.
@Suite struct ConfiguredSettingsTests {
  private let folder: TemporaryFolder
  private let config: String

  init() throws {
    folder = try TemporaryFolder()
    config = try folder.file(
      "config.toml",
      """
      source = "panel"
      interval = 20
      timeout = 7
      warning = "4%"
      [sources.panel]
      address = "panel+https://panel.example/base"
      token_file = "token"
      interval = 10
      ca_file = "ca.pem"
      [sources.other]
      address = "https://h/s.json"
      token_command = ["pass", "canary"]
      allow_plain_http = true
      [sources.plain]
      address = "http://h/s.json"
      login_file = "/login"
      [sources.file]
      address = "good.json"
      token_file = "nowhere"
      critical = "30%"
      [slots.a]
      warning = "20%"
      critical = "40%"
      [slots.b]
      min_runs = 50
      """)
    _ = try folder.file("good.json", TemporaryFolder.snapshot(failed: 25))
  }

  private func settings(_ arguments: String..., environment: [String: String] = [:]) throws -> Settings {
    try Settings(CommonOptions.parse(["--config", config] + arguments).given(), environment: environment)
  }

  private func failure(_ arguments: String..., environment: [String: String] = [:]) -> CommandFailure? {
    #expect(throws: CommandFailure.self) {
      try Settings(CommonOptions.parse(["--config", config] + arguments).given(), environment: environment)
    }
  }

  // MARK: Sources

  @Test func takesTheDefaultSourceAndItsOwnValuesFirst() throws {
    let settings = try settings()
    #expect(settings.source?.given == "panel+https://panel.example/base")
    #expect(settings.sourceName == "panel")
    #expect(settings.interval == 10)
    #expect(settings.timeout == 7)
    #expect(settings.transport.totalTimeout == .seconds(7))
    #expect(settings.transport.caFile == folder.path + "/ca.pem")
    #expect(try settings.label(of: #require(settings.source)) == "panel")
    #expect(settings.label(of: .sample) == "SAMPLE DATA")
  }

  @Test(arguments: [["--source", "other"], ["other"]])
  func takesASourceByItsName(arguments: [String]) throws {
    let settings = try Settings(CommonOptions.parse(["--config", config] + arguments).given(), environment: [:])
    #expect(settings.source?.given == "https://h/s.json")
    #expect(settings.interval == 20)
    #expect(settings.transport.maxBodyBytes == 64 << 20)
    #expect(settings.origins["source"] == .flag("--source"))
  }

  @Test func tellsAFileFromANameByItsPath() throws {
    #expect(try settings("--source", "./panel").source == SourceAddress(LocalSource.file(path: "./panel")))
    #expect(try settings("--source", "./panel").sourceName == nil)
    #expect(try settings("--source", "./panel").interval == 20)
    #expect(try settings(environment: ["SLOTWATCH_SOURCE": "file"]).sourceName == "file")
  }

  @Test func keepsASourcesOwnValuesBelowVariablesAndFlags() throws {
    #expect(try settings(environment: ["SLOTWATCH_INTERVAL": "9"]).interval == 9)
    #expect(try settings("--interval", "8", environment: ["SLOTWATCH_INTERVAL": "9"]).interval == 8)
  }

  // MARK: Plain HTTP

  @Test func keepsPlainHTTPOnThisMachine() throws {
    let refused = failure("--source", "http://h/s.json")
    #expect(refused?.status == .usage)
    #expect(refused?.line.contains("\"http://h/s.json\": plain http is for this machine") == true)
    #expect(failure(environment: ["SLOTWATCH_SOURCE": "panel+http://h"])?.status == .configuration)
    #expect(try settings("--source", "http://h/s.json", "--allow-plain-http").allowsPlainHTTP)
    for host in ["localhost", "127.0.0.1:8321", "[::1]:80"] {
      #expect(try settings("--source", "http://\(host)/s", "--token-file", "t").source?.url?.isLoopback == true)
    }
  }

  @Test func sendsNoSecretOverPlainHTTP() {
    let plain = ["--source", "http://h/s.json", "--allow-plain-http"]
    for (more, environment) in [
      (["--token-file", "t"], [:]), ([], ["SLOTWATCH_TOKEN": "canary"]), (["--login-file", "l"], [:]),
      ([], ["SLOTWATCH_USERNAME": "u", "SLOTWATCH_PASSWORD": "canary"]),
    ] {
      let failure = #expect(throws: CommandFailure.self) {
        try Settings(CommonOptions.parse(plain + more).given(), environment: environment)
      }
      #expect(failure?.line.contains("plain http carries no secret") == true)
      #expect(failure?.line.contains("canary") == false)
    }
    let configured = failure("--source", "plain", "--allow-plain-http")
    #expect(configured?.status == .configuration)
    #expect(configured?.line.contains("\(config):16") == true)
  }

  // MARK: Credentials

  @Test func takesCredentialsFromTheHighestLevel() throws {
    let token = ["SLOTWATCH_TOKEN": "canary"]
    let login = ["SLOTWATCH_USERNAME": "u", "SLOTWATCH_PASSWORD": "canary"]
    #expect(try settings().credentialPlan.kind == .tokenFile(path: folder.path + "/token"))
    #expect(try settings(environment: token).credentialPlan.kind == .token(Secret("canary")))
    #expect(try settings(environment: login).credentialPlan.kind == .login(user: "u", password: Secret("canary")))
    #expect(
      try settings(environment: ["SLOTWATCH_LOGIN_FILE": "l"]).credentialPlan.kind == .loginFile(path: "l"))
    #expect(try settings("--token-file", "t", environment: login).credentialPlan.kind == .tokenFile(path: "t"))
    #expect(try settings("--login-file", "l", environment: token).credentialPlan.kind == .loginFile(path: "l"))
    #expect(try settings("--source", "other").credentialPlan.kind == .tokenCommand(["pass", "canary"]))
    #expect(try settings("--source", "https://elsewhere/").credentialPlan.kind == .none)
  }

  @Test func refusesTwoSortsOfCredentialsOnOneLevel() {
    #expect(failure("--token-file", "t", "--login-file", "l")?.status == .usage)
    for environment in [
      ["SLOTWATCH_TOKEN": "canary", "SLOTWATCH_TOKEN_FILE": "t"],
      ["SLOTWATCH_TOKEN": "canary", "SLOTWATCH_USERNAME": "u", "SLOTWATCH_PASSWORD": "canary"],
      ["SLOTWATCH_LOGIN_FILE": "l", "SLOTWATCH_TOKEN_FILE": "t"], ["SLOTWATCH_USERNAME": "u"],
      ["SLOTWATCH_PASSWORD": "canary"], ["SLOTWATCH_TOKEN": "can ary"], ["SLOTWATCH_TOKEN": "canary\r\nX: y"],
    ] {
      let failure = failure(environment: environment)
      #expect(failure?.status == .configuration)
      #expect(failure?.line.contains("ary") == false)
    }
  }

  @Test func needsNoCredentialsForAFile() throws {
    let environment = ["SLOTWATCH_USERNAME": "u", "SLOTWATCH_TOKEN": "canary"]
    #expect(try settings("--source", "file", environment: environment).credentialPlan.kind == .none)
  }

  // MARK: Thresholds

  @Test func fillsASlotsThresholdsFromTheGeneralOnes() throws {
    let rules = try settings().thresholds
    #expect(rules.standard == Thresholds(warning: 0.04, critical: 0.1, minRuns: 20))
    #expect(rules[slot: "a"] == Thresholds(warning: 0.2, critical: 0.4, minRuns: 20))
    #expect(rules[slot: "b"] == Thresholds(warning: 0.04, critical: 0.1, minRuns: 50))
    let flags = try settings("--warning", "1%", "--min-runs", "5", environment: ["SLOTWATCH_CRITICAL": "50%"])
    #expect(flags.thresholds[slot: "a"] == Thresholds(warning: 0.2, critical: 0.4, minRuns: 5))
    #expect(flags.thresholds[slot: "b"] == Thresholds(warning: 0.01, critical: 0.5, minRuns: 50))
    #expect(try settings("--source", "file").thresholds.standard.critical == 0.3)
  }

  @Test func refusesThresholdsThatCrossInTheEnd() throws {
    let path = try folder.file("crossed.toml", "[slots.\"x|y\"]\nwarning = \"20%\"\n")
    let failure = #expect(throws: CommandFailure.self) {
      try Settings(CommonOptions.parse(["--config", path]).given(), environment: [:])
    }
    #expect(failure?.status == .configuration)
    #expect(
      failure?.line == """
        Cannot use "\(path)": line 1, column 2: slot "x|y" has a warning of "20%" and a critical of "10%"; the warning \
        is not above it.
        """)
    let options = try CommonOptions.parse(["--config", path, "--critical", "30%"])
    #expect(try Settings(options.given(), environment: [:]).interval == 5)
  }

  @Test func saysWhereGeneralThresholdsCross() throws {
    let path = try folder.file("general.toml", "\nwarning = 0.2\n")
    let failure = #expect(throws: CommandFailure.self) {
      try Settings(CommonOptions.parse(["--config", path]).given(), environment: [:])
    }
    #expect(failure?.status == .configuration)
    #expect(
      failure?.line
        == "Cannot use a warning of \"0.2\" with a critical of \"10%\": the warning is not above it (\(path):2).")
    #expect(self.failure("--critical", "1%")?.status == .usage)
  }

  @Test func reportAndCheckJudgeAlike() async throws {
    let arguments = ["--config", config, "--source", "file", "--now", TemporaryFolder.now]
    let check = await ProgramRun(arguments: ["check", "--slot", "a"] + arguments)
    #expect(check.status == 0, "\(check.output)")
    #expect(check.output.contains(";20;40;0;100"))
    let report = await ProgramRun(arguments: ["report", "--format", "json"] + arguments)
    #expect(report.output.contains(#""state":"ok","thresholds":{"warning":0.2,"critical":0.4,"min_runs":20}"#))
    let screen = await ProgramRun(arguments: ["screen"] + arguments)
    #expect(screen.output.contains(" slotwatch  file "))
    #expect(screen.output.contains("\n  ›a"), "\(screen.output)")
  }
}
