import FoundationEssentials
import SlotStats
import StatsReports
import TerminalUI

/// One reading on standard output.
package struct ReportRun: ReadingCommand {
  package static let name = "report"
  private let format: ReportFormat
  private let slots: [String]
  private let isRecent: Bool
  private let at: AskedInstant?

  package init(_ reader: OptionReader, _ program: Program) throws(CommandFailure) {
    format = try reader.value(Options.reportFormat) ?? .text
    slots = try reader.values(Options.slot)
    at = try AskedInstant(reader)
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
    var subject =
      if let at {
        try ReportSubject(settings, source, at: at.date(now: source.clocks.wall()), program.environment)
      } else {
        try ReportSubject(settings, source, acknowledgedIn: source.acknowledgements(program.environment))
      }
    if let missing = slots.first(where: { !subject.hasSlot($0) }) {
      throw CommandFailure(
        .inputMissing, "No slot \"\(missing)\" in \"\(subject.label)\"; slotwatch report lists the slots.")
    }
    if !slots.isEmpty { subject.keep(Set(slots)) }
    // What failures say is told of now alone: no source is asked for that up to an instant.
    if format == .json, at == nil { subject.messages = try messages(settings, source, at: subject.generatedAt) }
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

  /// What the newest failures of the slots say that were asked for.
  private func messages(
    _ settings: ViewSettings, _ source: OpenedSource, at instant: Date
  ) throws(CommandFailure) -> [Slot.ID: FailureMessages] {
    if slots.isEmpty { return [:] }
    let (service, slots) = (try source.service(ttl: .zero), slots)
    return try source.result(within: settings.timeout) {
      var messages: [Slot.ID: FailureMessages] = [:]
      for slot in slots { messages[slot] = try await service.readFailureMessages(of: slot, now: instant) }
      return messages
    }
  }
}

extension ReportSubject {
  /// One judged reading of how it was at a past instant. What is acknowledged now was not then, and is left out.
  fileprivate init(
    _ settings: ViewSettings, _ source: OpenedSource, at instant: Date, _ environment: [String: String]
  ) throws(CommandFailure) {
    let reading = try source.readPast(at: instant, environment, within: settings.timeout)
    if settings.window != .standard, reading.series[settings.window] == nil {
      throw CommandFailure(
        .contentRefused,
        "Cannot show \"\(source.given)\" by \(settings.window.rawValue): no \(settings.window.rawValue)s of then are kept."
      )
    }
    self.init(
      reading, window: settings.window, scope: settings.scope, thresholds: settings.thresholds, source: source.given,
      label: source.label, staleAfter: settings.staleAfter, now: source.clocks.wall(), isPast: true)
  }
}
