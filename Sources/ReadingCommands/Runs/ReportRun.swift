import SlotStats
import StatsReports

/// One reading on standard output.
package struct ReportRun: ReadingCommand {
  package static let name = "report"
  private let format: ReportFormat

  package init(_ reader: OptionReader, _ program: Program) throws(CommandFailure) {
    format = try reader.value(Options.reportFormat) ?? .text
  }

  package func windows(_ settings: ViewSettings) -> Set<StatsWindow>? { [settings.window] }

  package func run(
    _ settings: ViewSettings, _ source: OpenedSource, _ program: Program
  ) throws(CommandFailure) -> Int32 {
    let subject = try ReportSubject(settings, source)
    do {
      try format.write(subject, inASCII: settings.ascii, to: program.output)
    } catch {
      throw CommandFailure(error)
    }
    return ExitStatus.done.rawValue
  }
}
