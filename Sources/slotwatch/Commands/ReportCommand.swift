import ArgumentParser
import StatsReports

/// One reading on standard output.
struct ReportCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Prints one reading: text, json, csv or markdown.")

  @Option(
    help: ArgumentHelp("text, json, csv or markdown. (default: text)", valueName: "format"),
    completion: .list(ReportFormat.allCases.map(\.rawValue)))
  var format: String?

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let settings = try Settings(common, environment: context.environment)
    let format = try context.reader.value(Options.reportFormat, flag: format) ?? .text
    let subject = try context.subject(settings)
    do {
      try format.write(subject, inASCII: settings.ascii, to: context.program.output)
    } catch {
      throw CommandFailure(error)
    }
    return ExitStatus.done.rawValue
  }
}
