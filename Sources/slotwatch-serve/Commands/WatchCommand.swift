import ArgumentParser
import ReadingCommands

/// The dashboard.
struct WatchCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: WatchRun.name, abstract: "The dashboard. Keys: ? shows them, q quits.",
    discussion: "It never ends because of its source. Without a source it shows made-up data and says so.")

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How it was at a past instant: 2026-11-23T14:32:05Z, 03:10 (UTC), -2h.", valueName: "instant"))
  var at: String?

  @Flag(help: "Do not record what is read of a source that keeps no history.")
  var noRecord = false

  @Option(help: SortOption.help, completion: SortOption.completion)
  var sort: String?

  @OptionGroup var common: CommonOptions

  /// What was given.
  var given: GivenOptions {
    common.given([Options.at.name: at, Options.sort.name: sort], switches: [Options.noRecord.name: noRecord])
  }

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    try context.read(WatchRun.self, given, standard: .demo) { settings, source throws(CommandFailure) in
      source.alertTeller = try WatchTelling.teller(settings, given, source, environment: context.environment)
    }
  }
}
