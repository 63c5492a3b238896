import ArgumentParser
import StatsReports

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
  /// One judged reading of the configured source.
  /// - Throws: a configuration error where there is none: invented data is never judged unless told to.
  func subject(_ settings: Settings) throws(CommandFailure) -> ReportSubject {
    guard let address = settings.source else {
      throw CommandFailure(
        .configuration, "No source is configured: give a snapshot, a panel, or sample: for made-up data.")
    }
    let clocks = RootClocks(fixedAt: settings.now)
    let reading = try OpenedSource(address, settings, .everything(of: [settings.window]), clocks: clocks)
      .readOnce(within: settings.timeout)
    return ReportSubject(
      reading, window: settings.window, scope: settings.scope, thresholds: settings.thresholds,
      source: address.given, label: settings.label(of: address), staleAfter: settings.staleAfter, now: clocks.wall())
  }
}
