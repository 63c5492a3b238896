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
  ///   - prepare: adds to the opened source what only this program has.
  /// - Returns: the exit status.
  /// - Throws: why it ended early.
  func read<Command: ReadingCommand>(
    _ command: Command.Type, _ given: GivenOptions, standard: SourceAddress?,
    prepare: (Settings, inout OpenedSource) throws(CommandFailure) -> Void = { _, _ throws(CommandFailure) in }
  ) throws(CommandFailure) -> Int32 {
    let settings = try Settings(given, environment: environment)
    let command = try Command(OptionReader(environment: environment, given: given), program)
    guard let address = settings.source ?? standard else { throw Self.noSource }
    command.begin(settings.view, program)
    var source = try address.open(
      settings, windows: command.windows(settings.view), readsOnce: Command.readsOnce,
      clocks: RootClocks(fixedAt: settings.now))
    try prepare(settings, &source)
    return try command.run(settings.view, source, program)
  }

  static let noSource = CommandFailure(
    .configuration, "No source is configured: give a snapshot, a panel, or sample: for made-up data.")

  /// A source whose notes are read or changed, by the texts of the common options.
  /// - Throws: what cannot be used of them.
  func opened(_ given: GivenOptions) throws(CommandFailure) -> OpenedForNotes {
    let (source, settings) = try openedWithSettings(given)
    return OpenedForNotes(source: source, timeout: settings.timeout)
  }

  private func openedWithSettings(_ given: GivenOptions) throws(CommandFailure) -> (OpenedSource, Settings) {
    let settings = try Settings(given, environment: environment)
    guard let address = settings.source else { throw Self.noSource }
    let source = try address.open(
      settings, windows: [settings.window], readsOnce: true, clocks: RootClocks(fixedAt: settings.now))
    return (source, settings)
  }

  /// The marks of a source, by the texts of the common options.
  /// - Throws: what cannot be used of them, and where marks cannot be kept.
  func marks(_ given: GivenOptions) throws(CommandFailure) -> MarkRun {
    let opened = try opened(given)
    guard let store = opened.source.marks(environment) else {
      throw CommandFailure(.configuration, "There is no place for marks: set HOME or XDG_STATE_HOME.")
    }
    return MarkRun(opened, store, program)
  }

  /// The acknowledgements of a source, by the texts of the common options.
  /// - Throws: what cannot be used of them, and where acknowledgements cannot be kept.
  func acknowledgements(_ given: GivenOptions) throws(CommandFailure) -> AckRun {
    let (source, settings) = try openedWithSettings(given)
    guard let store = source.acknowledgements(environment) else {
      throw CommandFailure(.configuration, "There is no place for acknowledgements: set HOME or XDG_STATE_HOME.")
    }
    return AckRun(settings: settings.view, source: source, store: store, program: program)
  }
}
