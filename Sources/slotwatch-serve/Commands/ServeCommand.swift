import ArgumentParser
import ReadingCommands

/// The server.
struct ServeCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Takes events over HTTP and answers with statistics.",
    discussion: """
      POST /api/events takes one event, an array, or a line each; what is answered with 200 is durable. Without a token \
      file it serves this machine alone. The rules of the configuration file are looked at every five seconds, and who \
      stands below [notify] is told; /metrics says how that goes. HUP, INT, QUIT or TERM end it once what it has taken is stored, with the exit \
      status 128 and the signal's number; a second one ends it at once.
      """)

  @Option(
    help: ArgumentHelp("The event store, sqlite:PATH. (default: the user's own)", valueName: "store"),
    completion: .file(extensions: ["db"]))
  var store: String?

  @Option(help: ArgumentHelp("Where to listen. (default: 127.0.0.1:8321)", valueName: "address"))
  var listen: String?

  @Option(
    help: ArgumentHelp(
      "A file of read:TOKEN and write:TOKEN lines, readable by its owner alone.", valueName: "file"),
    completion: .file())
  var tokenFile: String?

  @Option(
    help: ArgumentHelp("Certificates (PEM) to encrypt with, the server's own first.", valueName: "file"),
    completion: .file(extensions: ["pem", "crt"]))
  var tlsCertificate: String?

  @Option(
    help: ArgumentHelp("The key (PEM) of the certificate.", valueName: "file"),
    completion: .file(extensions: ["pem", "key"]))
  var tlsKey: String?

  @Option(
    help: ArgumentHelp(
      "Days for which each job is remembered; older events are refused. (default: 400)", valueName: "days"))
  var keep: String?

  @Option(help: ConnectionOptions.configHelp, completion: .file(extensions: ["toml"]))
  var config: String?

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let settings = try ServeSettings(self, context)
    return try ServeRun(settings, signals: EndingSignals(), errors: context.program.errors).run()
  }
}
