import ArgumentParser
import ReadingCommands

/// The simulated fleet, driven into a store or a server.
struct SimulateCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Drives made-up events into an event store or a server.",
    discussion: """
      A job publishes about four events. What a server does not take in time is tried again, within limits; what had \
      no room is dropped and counted. It ends after --duration or with a signal, and prints what became of the events.
      """)

  @Option(help: ArgumentHelp("sqlite:PATH, or the URL of a server.", valueName: "place"))
  var to: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Jobs a second, 0.1 to 100000. (default: 3)", valueName: "jobs"))
  var rate: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What chance decides, again: a whole number. (default: 1)", valueName: "number"))
  var seed: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Seconds after which it ends.", valueName: "seconds"))
  var duration: String?

  @Option(help: ConnectionOptions.configHelp, completion: .file(extensions: ["toml"]))
  var config: String?

  @OptionGroup var connection: ConnectionOptions

  /// How a server is reached.
  private var given: GivenOptions {
    var given = connection.given()
    given.values[Options.config.name] = config
    return given
  }

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    guard let place = try context.reader.value(Options.eventTarget, flag: to) else {
      throw CommandFailure(.usage, "Cannot simulate without --to: give \(Options.eventTarget.expected).")
    }
    // Everything is judged before a store is made.
    let rate = try context.reader.value(Options.rate, flag: rate)
    let seed = try context.reader.value(Options.seed, flag: seed)
    let duration = try context.reader.value(Options.duration, flag: duration)
    // Before the first thread is started, so that all of them let the signals through to one.
    let signals = EndingSignals()
    let run = SimulateRun(
      target: try SimulationTarget(
        place, given, environment: context.environment, errors: context.program.errors), rate: rate,
      seed: seed,
      duration: duration.map { .seconds($0) }, signals: signals, program: context.program)
    return try run.run()
  }
}
