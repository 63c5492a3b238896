import ArgumentParser
import ReadingCommands

/// The dashboard.
struct WatchCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: WatchRun.name, abstract: "The dashboard. Keys: ? shows them, q quits.",
    discussion: "It never ends because of its source. Without a source it shows made-up data and says so.")

  @OptionGroup var common: CommonOptions

  /// What was given.
  var given: GivenOptions { common.given() }

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    try context.read(WatchRun.self, given, standard: .demo)
  }
}
