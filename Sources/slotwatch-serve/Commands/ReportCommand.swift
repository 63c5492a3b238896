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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How it was at a past instant: 2026-11-23T14:32:05Z, 03:10 (UTC), -2h.", valueName: "instant"))
  var at: String?

  @OptionGroup var common: CommonOptions

  /// What was given.
  var given: GivenOptions {
    common.given(
      [Options.reportFormat.name: format, Options.at.name: at], lists: [Options.slot.name: slot],
      switches: [Options.recent.name: recent])
  }

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    try context.read(ReportRun.self, given, standard: nil)
  }
}
