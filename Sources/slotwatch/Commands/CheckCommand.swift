import ArgumentParser
import StatsReports

/// The verdict as one line for a monitoring system.
struct CheckCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Prints the verdict for a monitoring system; exits 0, 1, 2 or 3.",
    discussion: "Without --slot: all slots together and each active slot, the worst of them.")

  @Option(parsing: .unconditional, help: ArgumentHelp("Judge this slot alone, by its id.", valueName: "id"))
  var slot: String?

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let settings = try Settings(common, environment: context.environment)
    let slot = try context.reader.value(Options.slot, flag: slot)
    let subject = try context.subject(settings)
    let line = slot.map { CheckLine(subject, slot: $0) } ?? CheckLine(subject)
    try context.program.print(line.text + "\n")
    return line.status.rawValue
  }
}
