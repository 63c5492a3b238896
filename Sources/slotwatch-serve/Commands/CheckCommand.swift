import ArgumentParser
import ReadingCommands

/// The verdict as one line for a monitoring system.
struct CheckCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: CheckRun.name, abstract: "Prints the verdict for a monitoring system; exits 0, 1, 2 or 3.",
    discussion: "Without --slot: all slots together and each active slot, the worst of them.")

  @Option(parsing: .unconditional, help: ArgumentHelp("Judge this slot alone, by its id.", valueName: "id"))
  var slot: String?

  @OptionGroup var common: CommonOptions

  /// What was given.
  var given: GivenOptions { common.given([Options.slot.name: slot]) }

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    try context.read(CheckRun.self, given, standard: nil)
  }
}
