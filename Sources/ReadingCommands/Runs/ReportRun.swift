import SlotStats
import StatsReports
import TerminalUI

/// One reading on standard output.
package struct ReportRun: ReadingCommand {
  package static let name = "report"
  private let format: ReportFormat
  private let slots: [String]
  private let isRecent: Bool

  package init(_ reader: OptionReader, _ program: Program) throws(CommandFailure) {
    format = try reader.value(Options.reportFormat) ?? .text
    slots = try reader.values(Options.slot)
    var take = SettingsReader(reader)
    isRecent = try take.isOn(Options.recent)
    guard !isRecent || format == .csv else {
      throw CommandFailure(
        .usage,
        "Cannot use --recent with the format \"\(format.rawValue)\": it goes with --format csv; the other formats have the last hour."
      )
    }
  }

  package func windows(_ settings: ViewSettings) -> Set<StatsWindow>? { [settings.window] }

  package func run(
    _ settings: ViewSettings, _ source: OpenedSource, _ program: Program
  ) throws(CommandFailure) -> Int32 {
    var subject = try ReportSubject(
      settings, source, acknowledgedIn: source.acknowledgements(program.environment))
    if let missing = slots.first(where: { !subject.hasSlot($0) }) {
      throw CommandFailure(
        .inputMissing, "No slot \"\(missing)\" in \"\(subject.label)\"; slotwatch report lists the slots.")
    }
    if !slots.isEmpty { subject.keep(Set(slots)) }
    if isRecent, !subject.hasRecent {
      throw CommandFailure(
        .contentRefused, "Cannot use --recent with \"\(subject.label)\": it has no minutes; leave the option out.")
    }
    do {
      try format.write(subject, isRecent: isRecent, inASCII: settings.ascii, to: program.output)
    } catch {
      throw CommandFailure(error)
    }
    // Every row of CSV is a bucket; what was left out of them has no place among them.
    if format == .csv, let notice = subject.notice {
      program.errors("\(Program.name): \(TerminalText.neutralised(notice))\n")
    }
    return ExitStatus.done.rawValue
  }
}
