import ArgumentParser
import Notifications
import ReadingCommands
import SlotStats

/// What has to do with telling of alerts.
struct NotifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify", abstract: "Tells of alerts: notify test tries it.", subcommands: [NotifyTestCommand.self])
}

/// A test alert, to everyone who is told of alerts.
struct NotifyTestCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Sends a test alert and its resolution to everyone who is configured.",
    discussion: """
      The sinks are [notify.hook], [notify.webhook] and [notify.alertmanager] of the configuration file; each is told \
      once, without trying again. Alertmanager tells nobody of an alert that is resolved within its group_wait (30 s by \
      default): --hold 60 has it send the test on. Exits 69 where a URL failed, else 74 where the hook did.
      """)

  @Option(
    help: ArgumentHelp(
      "Those alone, separated by commas: hook, webhook, alertmanager. (default: all that are configured)",
      valueName: "sinks"))
  var to: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds between the alert and its resolution, 0 to 3600. (default: 0)", valueName: "seconds"))
  var hold: String?

  @Option(
    help: ArgumentHelp("How urgent the test is: page or notice. (default: notice)", valueName: "severity"),
    completion: .list(AlertNotice.Severity.allCases.map(\.rawValue)))
  var severity: String?

  @Option(help: ConnectionOptions.configHelp, completion: .file(extensions: ["toml"]))
  var config: String?

  @Option(
    help: ArgumentHelp("Certificates (PEM) to trust instead of the system's.", valueName: "file"),
    completion: .file(extensions: ["pem", "crt"]))
  var caFile: String?

  @Flag(help: "Allow plain HTTP to another machine; never with a secret.")
  var allowPlainHttp = false

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let configuration = try ConfigurationSearch(named: config, environment: context.environment)
    let given = GivenOptions(
      values: [Options.caFile.name: caFile].compactMapValues { $0 },
      switches: allowPlainHttp ? [Options.allowPlainHTTP.name] : [])
    let settings = try NotifySettings(given, environment: context.environment, file: configuration.file)
    let hold = try context.reader.value(Options.hold, flag: hold)
    let severity = try context.reader.value(Options.severity, flag: severity)
    let run = NotifyTestRun(
      settings: settings, sinks: try chosen(settings), severity: severity ?? .notice, hold: .seconds(hold ?? 0),
      program: context.program)
    return try run.run()
  }

  /// The sinks that are told.
  private func chosen(_ settings: NotifySettings) throws(CommandFailure) -> [ConfiguredSink] {
    guard let to else {
      guard settings.sinks.isEmpty else { return settings.sinks }
      let tables = SinkKind.all.map { "[notify.\($0.name)]" }.joined(separator: " or ")
      throw CommandFailure(.configuration, "Nobody is told of alerts: write \(tables) into the configuration file.")
    }
    let names = OptionReader.words(to, separator: ",")
    let known = SinkKind.all.map(\.name)
    guard !names.isEmpty, names.allSatisfy(known.contains) else {
      throw CommandFailure(.usage, "Cannot use --to \"\(to)\": give \(known.joined(separator: ", ")).")
    }
    for name in names where !settings.sinks.contains(where: { $0.kind.name == name }) {
      throw CommandFailure(
        .configuration, "Cannot send to \(name): write [notify.\(name)] into the configuration file.")
    }
    return settings.sinks.filter { names.contains($0.kind.name) }
  }
}

extension Options {
  static let hold = OptionRule<Int>.whole("hold", "seconds", 0...3600)
  static let severity = OptionRule<AlertNotice.Severity>.word("severity")
}
