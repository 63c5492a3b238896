import SlotStats
import StatsReports

/// The verdict as one line for a monitoring system.
package struct CheckRun: ReadingCommand {
  package static let name = "check"
  private let slots: [String]

  package init(_ reader: OptionReader, _ program: Program) throws(CommandFailure) {
    slots = try reader.values(Options.slot)
  }

  package func windows(_ settings: ViewSettings) -> Set<StatsWindow>? { [settings.window] }

  package func run(
    _ settings: ViewSettings, _ source: OpenedSource, _ program: Program
  ) throws(CommandFailure) -> Int32 {
    let subject = try ReportSubject(settings, source)
    let line = slots.isEmpty ? CheckLine(subject) : CheckLine(subject, slots: slots)
    try program.print(line.text + "\n")
    return line.status.rawValue
  }
}

extension ReportSubject {
  /// One judged reading of `source`.
  init(_ settings: ViewSettings, _ source: OpenedSource) throws(CommandFailure) {
    let reading = try source.readOnce(within: settings.timeout)
    if let refusal = source.refusal(settings.window, of: reading) { throw refusal }
    self.init(
      reading, window: settings.window, scope: settings.scope, thresholds: settings.thresholds, source: source.given,
      label: source.label, staleAfter: settings.staleAfter, now: source.clocks.wall())
  }
}
