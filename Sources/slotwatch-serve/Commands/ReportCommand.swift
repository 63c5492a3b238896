import ArgumentParser
import ReadingCommands
import StatsReports

/// One reading on standard output.
struct ReportCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: ReportRun.name, abstract: "Prints one reading: text, json, csv or markdown.")

  @Option(
    help: ArgumentHelp("text, json, csv or markdown. (default: text)", valueName: "format"),
    completion: .list(ReportFormat.allCases.map(\.rawValue)))
  var format: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Report this slot alone, by its id; may be given more than once.", valueName: "id"))
  var slot: [String] = []

  @Flag(help: "With csv: a row for each slot, of its last hour, in place of one for each bucket.")
  var recent = false

  @OptionGroup var common: CommonOptions

  /// What was given.
  var given: GivenOptions {
    common.given(
      [Options.reportFormat.name: format], lists: [Options.slot.name: slot],
      switches: [Options.recent.name: recent])
  }

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    try context.read(ReportRun.self, given, standard: nil)
  }
}
