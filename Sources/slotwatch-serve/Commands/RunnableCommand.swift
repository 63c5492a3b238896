import ArgumentParser
import ReadingCommands

/// A command of this program: it gets what it works with, and answers with an exit status.
protocol RunnableCommand: ParsableCommand {
  /// Runs the command.
  /// - Returns: the exit status.
  func run(in context: RunContext) throws(CommandFailure) -> Int32
}

/// What a command works with.
struct RunContext: Sendable {
  /// The program it belongs to.
  let program: Program
  /// Whether the command was written, not put in.
  let isExplicit: Bool

  /// The environment's variables.
  var environment: [String: String] { program.environment }
  /// Finds values of options.
  var reader: OptionReader { OptionReader(environment: environment) }
}

extension RunContext {
  /// Runs a command that reads a source.
  /// - Parameters:
  ///   - command: the command.
  ///   - given: the texts of its own options and of the common ones.
  ///   - standard: what it reads where no source is configured; `nil` where made-up data is never shown unasked.
  /// - Returns: the exit status.
  /// - Throws: why it ended early.
  func read<Command: ReadingCommand>(
    _ command: Command.Type, _ given: GivenOptions, standard: SourceAddress?
  ) throws(CommandFailure) -> Int32 {
    let settings = try Settings(given, environment: environment)
    let command = try Command(OptionReader(environment: environment, given: given), program)
    guard let address = settings.source ?? standard else {
      throw CommandFailure(
        .configuration, "No source is configured: give a snapshot, a panel, or sample: for made-up data.")
    }
    command.begin(settings.view, program)
    let source = try address.open(
      settings, windows: command.windows(settings.view), readsOnce: Command.readsOnce,
      clocks: RootClocks(fixedAt: settings.now))
    return try command.run(settings.view, source, program)
  }
}
