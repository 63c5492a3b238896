import HTTPTransport
import Notifications
import ReadingCommands

/// The keys of `[notify.hook]`, `[notify.webhook]` and `[notify.alertmanager]`.
extension ConfigurationKey {
  /// The name of the table of sinks.
  static let sinksTable = "notify"

  static let hookCommand = ConfigurationKey(
    "command", "a program and its arguments, or one text for /bin/sh", in: [.hook], [.text, .texts], .command)
  static let hookTimeout = ConfigurationKey(OptionRule<Int>.whole("timeout", "seconds", 1...300), in: [.hook])
  static let sinkURL = ConfigurationKey(
    "url", "a URL such as https://…", in: [.webhook, .alertmanager], [.text], .plain)
  static let sinkURLFile = ConfigurationKey(
    OptionRule.text("url-file", "a file that holds a URL, readable by its owner alone", place: .path), in: [.webhook],
    .path)
  static let sinkToken = ConfigurationKey(Options.tokenFile, in: [.webhook, .alertmanager], .path)
  static let alertSource = ConfigurationKey(
    "source", "a text that is the same wherever these rules run", in: [.alertmanager], [.text], .plain)
}

/// A kind of sink: what it is called, what it needs, and how it is opened.
struct SinkKind: Sendable {
  /// What it is called in the configuration and on the command line.
  let name: String
  /// Where its keys stand.
  let section: ConfigurationKey.Section
  /// The keys that it cannot do without, one of each list, with what to write.
  let needed: [(keys: [ConfigurationKey], example: String)]
  /// How a command ends where it cannot be told.
  let failure: ExitStatus
  /// Where it leads, for a person.
  let target: @Sendable (ConfiguredSink) -> String
  /// Opens it.
  let open: @Sendable (ConfiguredSink, SinkOpening) throws(CommandFailure) -> any AlertSink

  /// Every kind, in the order in which they are told.
  static let all = [hook, webhook, alertmanager]

  static let hook = SinkKind(
    name: "hook", section: .hook, needed: [([.hookCommand], "command = [\"…\"]")], failure: .inputOutput,
    target: { $0[.hookCommand]?.words.first ?? "" },
    open: { sink, _ throws(CommandFailure) in
      let seconds = sink[.hookTimeout].flatMap { Int($0.text) }
      return HookSink(
        command: sink[.hookCommand]?.words ?? [], timeout: seconds.map { .seconds($0) } ?? HookSink.standardTimeout)
    })

  static let webhook = SinkKind(
    name: "webhook", section: .webhook, needed: [([.sinkURL, .sinkURLFile], "url = \"https://…\", or url_file")],
    failure: .unreachable, target: { sink in sink[.sinkURLFile].map { "••• (url_file \($0.text))" } ?? origin(sink) },
    open: { sink, opening throws(CommandFailure) in WebhookSink(try opening.target(sink)) })

  static let alertmanager = SinkKind(
    name: "alertmanager", section: .alertmanager,
    needed: [
      ([.sinkURL], "url = \"http://127.0.0.1:9093\""),
      ([.alertSource], "source = \"…\", the same wherever these rules run"),
    ], failure: .unreachable, target: { origin($0) },
    open: { sink, opening throws(CommandFailure) in
      AlertmanagerSink(try opening.target(sink), wallClock: opening.wallClock)
    })

  private static func origin(_ sink: ConfiguredSink) -> String {
    sink[.sinkURL].flatMap { try? RemoteURL(parsing: $0.text) }?.origin ?? ""
  }
}
