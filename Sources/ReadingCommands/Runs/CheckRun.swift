import SlotStats
import StatsReports

/// The verdict as one line for a monitoring system.
package struct CheckRun: ReadingCommand {
  package static let name = "check"
  private let slots: [String]
  private let limit: CheckLine.Limit

  package init(_ reader: OptionReader, _ program: Program) throws(CommandFailure) {
    slots = try reader.values(Options.slot)
    var take = SettingsReader(reader)
    limit = try take.isOn(Options.brief) ? .brief : .usual
  }

  /// How many seconds more than the reading everything may take.
  private static let patience = 2

  package func begin(_ settings: ViewSettings, _ program: Program) {
    program.lastWord(settings.timeout + Self.patience)
  }

  package func windows(_ settings: ViewSettings) -> Set<StatsWindow>? { [settings.window] }

  package func run(
    _ settings: ViewSettings, _ source: OpenedSource, _ program: Program
  ) throws(CommandFailure) -> Int32 {
    let subject: ReportSubject
    do throws(CommandFailure) {
      subject = try ReportSubject(settings, source, acknowledgedIn: source.sharedAcknowledgements)
    } catch {
      return try Self.print(.unknown(error.line, limit: limit), program)
    }
    return try Self.print(CheckLine(subject, slots: slots, ignoring: settings.ignored, limit: limit), program)
  }

  /// Prints the line. Where nobody reads it, its status stays.
  private static func print(_ line: CheckLine, _ program: Program) throws(CommandFailure) -> Int32 {
    do throws(CommandFailure) {
      try program.print(line.text + "\n")
      program.lastWord(nil)
    } catch {
      guard error.status == .done else { throw error }
    }
    return line.status.rawValue
  }

  /// Whether a monitoring system asks, as far as it can be told of arguments that may be wrong: the command stands first, or
  /// behind options by mistake.
  package static func isAsked(by arguments: [String]) -> Bool {
    guard let first = arguments.first, first.hasPrefix("-") else { return arguments.first == name }
    let withValue = (FrontArguments.common + (FrontArguments.own[name] ?? [])).filter { $0.following != .nothing }
    return arguments.indices.contains { place in
      arguments[place] == name && !withValue.contains { "--" + $0.name == arguments[place - 1] }
    }
  }

  /// How long the line may be, as far as it can be told of such arguments and of the environment.
  package static func limit(in arguments: [String], _ environment: [String: String]) -> CheckLine.Limit {
    arguments.contains(Options.brief.flag) || environment[Options.brief.variable]?.isEmpty == false ? .brief : .usual
  }
}

extension ReportSubject {
  /// One judged reading of `source`, with what of `acknowledgements` is in force. Where those cannot be read, nothing is
  /// taken as acknowledged, and the subject says so.
  init(
    _ settings: ViewSettings, _ source: OpenedSource, acknowledgedIn acknowledgements: (any AcknowledgementStore)?
  ) throws(CommandFailure) {
    let (reading, book) = try source.readOnce(with: acknowledgements, within: settings.timeout)
    if let refusal = source.refusal(settings.window, of: reading) { throw refusal }
    self.init(
      reading, window: settings.window, scope: settings.scope, thresholds: settings.thresholds, source: source.given,
      label: source.label, staleAfter: settings.staleAfter, now: source.clocks.wall())
    switch book {
    case .success(let book): acknowledge(book)
    case .failure(let failure): add(notice: "acknowledgements not read: \(failure.cause)")
    }
  }
}
