import ArgumentParser
import Foundation
import HTTPTransport
import ReadingCommands
import SlotStats
import SlotStatsTesting
import TerminalUI
import Testing

@testable import slotwatch_serve

/// One option, how its value is seen, and what it makes of some texts.
private struct OptionCase: Sendable, CustomTestStringConvertible {
  let name: String
  let standard: String
  let flag: (text: String, seen: String)
  let variable: (text: String, seen: String)
  let refused: [String]
  let expected: String
  /// A value in the configuration file, as it stands there; `nil` where the option does not belong there.
  var file: (toml: String, seen: String)?
  let seen: @Sendable (Settings) -> String

  var testDescription: String { name }
  var environmentName: String { "SLOTWATCH_" + name.uppercased().replacingOccurrences(of: "-", with: "_") }
}

private let cases: [OptionCase] = [
  OptionCase(
    name: "window", standard: "day", flag: ("week", "week"), variable: ("week", "week"), refused: ["month", "Day"],
    expected: "minute, hour, day or week", file: ("\"week\"", "week"), seen: { $0.window.rawValue }),
  OptionCase(
    name: "interval", standard: "5", flag: ("300", "300"), variable: ("1", "1"),
    refused: ["0", "301", "-1", "1.5", "x", "+5", "99999999999999999999"],
    expected: "a whole number of seconds from 1 to 300", file: ("7", "7"), seen: { "\($0.interval)" }),
  OptionCase(
    name: "warning", standard: "0.05", flag: ("7.5%", "0.075"), variable: ("0.08", "0.08"),
    refused: ["0", "0%", "101%", "1.01", "-5%", "x", "%", "nan", "5 %", "1e-2"],
    expected: "a share such as 5% or 0.05, from 0.01% to 100%", file: ("\"2%\"", "0.02"),
    seen: { "\($0.thresholds.standard.warning)" }),
  OptionCase(
    name: "critical", standard: "0.1", flag: ("100%", "1.0"), variable: ("0.2", "0.2"), refused: ["200%", "5"],
    expected: "a share such as 5% or 0.05, from 0.01% to 100%", file: ("0.3", "0.3"),
    seen: { "\($0.thresholds.standard.critical)" }),
  OptionCase(
    name: "min-runs", standard: "20", flag: ("1", "1"), variable: ("50", "50"), refused: ["0", "-2", "x"],
    expected: "a whole number of runs from 1 to 1000000000", file: ("9", "9"),
    seen: { "\($0.thresholds.standard.minRuns)" }),
  OptionCase(
    name: "timeout", standard: "10", flag: ("1", "1"), variable: ("3600", "3600"), refused: ["0", "3601", "x"],
    expected: "a whole number of seconds from 1 to 3600", file: ("4", "4"), seen: { "\($0.timeout)" }),
  OptionCase(
    name: "stale-after", standard: "nil", flag: ("60", "60.0"), variable: ("7", "7.0"), refused: ["0", "x"],
    expected: "a whole number of seconds from 1 to 31536000",
    file: ("8", "8.0"), seen: { $0.staleAfter.map { "\($0)" } ?? "nil" }),
  OptionCase(
    name: "scope", standard: "current", flag: ("range", "range"), variable: ("range", "range"), refused: ["all"],
    expected: "current or range", file: ("\"range\"", "range"), seen: { $0.scope.rawValue }),
  OptionCase(
    name: "now", standard: "nil", flag: ("2026-11-19T14:32:10Z", "1795098730.0"), variable: ("1970-01-02", "86400.0"),
    refused: ["yesterday", "2026-11-19T14:32:10"], expected: "an instant such as 2026-11-23T14:32:05Z",
    seen: { $0.now.map { "\($0.timeIntervalSince1970)" } ?? "nil" }),
  OptionCase(
    name: "theme", standard: "auto", flag: ("light", "light"), variable: ("mono", "mono"), refused: ["pink"],
    expected: "auto, dark, light or mono", file: ("\"dark\"", "dark"), seen: { $0.theme.rawValue }),
  OptionCase(
    name: "source", standard: "nil", flag: ("a/b.json", "a/b.json"), variable: ("sample:", "sample:"), refused: [],
    expected: "a file, file:PATH, a URL, sample: or a configured name", file: ("\"/c.json\"", "/c.json"),
    seen: { $0.source?.given ?? "nil" }),
  OptionCase(
    name: "connect-timeout", standard: "2.0 seconds", flag: ("1", "1.0 seconds"), variable: ("9", "9.0 seconds"),
    refused: ["0", "3601", "x"], expected: "a whole number of seconds from 1 to 3600",
    file: ("3", "3.0 seconds"), seen: { "\($0.transport.connectTimeout)" }),
  OptionCase(
    name: "first-byte-timeout", standard: "5.0 seconds", flag: ("1", "1.0 seconds"), variable: ("9", "9.0 seconds"),
    refused: ["0", "1.5"], expected: "a whole number of seconds from 1 to 3600", file: ("3", "3.0 seconds"),
    seen: { "\($0.transport.firstByteTimeout)" }),
  OptionCase(
    name: "max-redirects", standard: "0", flag: ("3", "3"), variable: ("1", "1"), refused: ["4", "-1"],
    expected: "a whole number of redirects from 0 to 3", file: ("2", "2"), seen: { "\($0.transport.maxRedirects)" }),
  OptionCase(
    name: "ca-file", standard: "nil", flag: ("a.pem", "a.pem"), variable: ("b.pem", "b.pem"), refused: [],
    expected: "", file: ("\"/c.pem\"", "/c.pem"), seen: { $0.transport.caFile ?? "nil" }),
]

@Suite struct SettingsTests {
  private func settings(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Settings {
    try Settings(CommonOptions.parse(arguments).given(), environment: environment)
  }

  private func failure(_ arguments: [String], _ environment: [String: String] = [:]) -> CommandFailure? {
    #expect(throws: CommandFailure.self) { try settings(arguments, environment) }
  }

  @Test(arguments: cases)
  fileprivate func prefersFlagThenEnvironmentThenDefault(option: OptionCase) throws {
    let environment = [option.environmentName: option.variable.text]
    let flag = ["--" + option.name, option.flag.text]
    #expect(option.seen(try settings([])) == option.standard)
    #expect(option.seen(try settings([], environment)) == option.variable.seen)
    #expect(option.seen(try settings(flag)) == option.flag.seen)
    #expect(option.seen(try settings(flag, environment)) == option.flag.seen)
    #expect(option.seen(try settings([], [option.environmentName: ""])) == option.standard)
  }

  @Test(arguments: cases)
  fileprivate func prefersBothToTheConfigurationFile(option: OptionCase) throws {
    let folder = try TemporaryFolder()
    let key = option.name.replacingOccurrences(of: "-", with: "_")
    let variable = [option.environmentName: option.variable.text]
    let flag = ["--" + option.name, option.flag.text]
    guard let value = option.file else {
      let config = try folder.file("config.toml", "\(key) = \"\(option.flag.text)\"\n")
      #expect(failure(["--config", config])?.status == .configuration)
      return
    }
    let config = ["--config", try folder.file("config.toml", "\n\(key) = \(value.toml)\n")]
    let file = try settings(config)
    #expect(option.seen(file) == value.seen)
    #expect(file.origins[option.name] == .file(path: config[1], line: 2))
    #expect(option.seen(try settings(config, variable)) == option.variable.seen)
    #expect(try settings(config, variable).origins[option.name] == .environment(option.environmentName))
    #expect(option.seen(try settings(config + flag)) == option.flag.seen)
    #expect(option.seen(try settings(config + flag, variable)) == option.flag.seen)
    #expect(try settings(config + flag, variable).origins[option.name] == .flag("--" + option.name))
    #expect(try settings([]).origins[option.name] == nil)
  }

  @Test(arguments: cases)
  fileprivate func refusesABadValueByItsNameAndText(option: OptionCase) {
    for text in option.refused {
      let flag = failure(["--\(option.name)=\(text)"])
      #expect(flag?.status == .usage)
      #expect(flag?.line == "Cannot use --\(option.name) \"\(text)\": give \(option.expected).")
      guard !text.isEmpty else { continue }
      let variable = failure([], [option.environmentName: text])
      #expect(variable?.status == .configuration)
      #expect(variable?.line == "Cannot use \(option.environmentName) \"\(text)\": give \(option.expected).")
    }
  }

  @Test(arguments: [
    ("1", true), ("true", true), ("YES", true), ("0", false), ("false", false), ("no", false), ("", false),
  ])
  func readsSwitchesFromTheEnvironment(text: String, isOn: Bool) throws {
    #expect(try settings([], ["SLOTWATCH_ASCII": text]).ascii == isOn)
    #expect(try settings([], ["SLOTWATCH_NO_COLOR": text]).color == !isOn)
    #expect(try settings(["--ascii"], ["SLOTWATCH_ASCII": text]).ascii)
  }

  @Test func refusesASwitchThatIsNeitherOnNorOff() {
    let failure = failure([], ["SLOTWATCH_ASCII": "maybe"])
    #expect(failure?.status == .configuration)
    #expect(failure?.line == "Cannot use SLOTWATCH_ASCII \"maybe\": give 1, true or yes, or 0, false or no.")
  }

  @Test func leavesColoursOutWhereNoColorIsSet() throws {
    #expect(try settings([]).color)
    #expect(try settings(["--no-color"]).color == false)
    #expect(try settings([], ["NO_COLOR": "0"]).color == false)
    #expect(try settings([], ["NO_COLOR": ""]).color)
  }

  @Test func refusesAWarningAboveTheCritical() {
    let flag = failure(["--warning", "20%"])
    #expect(flag?.status == .usage)
    #expect(flag?.line == "Cannot use a warning of \"20%\" with a critical of \"10%\": the warning is not above it.")
    #expect(failure([], ["SLOTWATCH_CRITICAL": "1%"])?.status == .configuration)
  }

  @Test func takesAPositionalFileAsTheSource() throws {
    #expect(try settings(["stats.json"], ["SLOTWATCH_SOURCE": "other.json"]).source?.given == "stats.json")
    #expect(failure(["a.json", "--source", "b.json"])?.status == .usage)
  }

  @Test func readsTheOptionsOfSingleCommandsFromTheEnvironment() async {
    let bad = await ProgramRun("report", "sample:", environment: ["SLOTWATCH_FORMAT": "xml"])
    #expect(bad.status == 78)
    #expect(bad.errors == "slotwatch: Cannot use SLOTWATCH_FORMAT \"xml\": give text, json, csv or markdown.\n")
    #expect(await ProgramRun("report", "sample:", environment: ["SLOTWATCH_FORMAT": "csv"]).output.hasPrefix("window,"))
    let slot = await ProgramRun("check", "sample:", environment: ["SLOTWATCH_SLOT": "slot-001"])
    #expect(slot.output.hasPrefix("SLOTWATCH OK - slot-001 "))
    #expect(await ProgramRun("screen", environment: ["SLOTWATCH_SIZE": "0x5"]).status == 78)
    #expect(await ProgramRun("screen", environment: ["SLOTWATCH_KEYS": "Foo"]).status == 78)
  }

  @Test(arguments: [("1x1", 1, 1), ("120x40", 120, 40), ("1000x500", 1000, 500)])
  func readsSizes(text: String, columns: Int, rows: Int) {
    #expect(Options.size.parse(text) == Size(columns: columns, rows: rows))
  }

  @Test(arguments: ["", "120", "0x1", "1x0", "1001x1", "1x501", "a x b", "120x40x1", "-1x4"])
  func refusesOtherSizes(text: String) {
    #expect(Options.size.parse(text) == nil)
  }
}
