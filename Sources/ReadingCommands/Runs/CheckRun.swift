import SlotStats
import StateFiles
import StatsReports

/// The verdict as one line for a monitoring system.
package struct CheckRun: ReadingCommand {
  package static let name = "check"
  private let slots: [String]
  private let limit: CheckLine.Limit
  private let state: String?

  package init(_ reader: OptionReader, _ program: Program) throws(CommandFailure) {
    slots = try reader.values(Options.slot)
    var take = SettingsReader(reader)
    state = try take.value(Options.state)
    limit = try take.isOn(Options.brief) ? .brief : .usual
  }

  /// How many seconds more than the reading everything may take.
  private static let patience = 2

  package func begin(_ settings: ViewSettings, _ program: Program) {
    program.lastWord(settings.timeout + Self.patience)
  }

  /// The window that is shown, and those that rules are judged by: a rule that names none by the finest there is, and
  /// `missing` by days.
  package func windows(_ settings: ViewSettings) -> Set<StatsWindow>? {
    var windows: Set<StatsWindow> = [settings.window]
    for test in settings.rules.map(\.test) where !test.condition.isOfSource {
      if let window = test.window {
        windows.insert(window)
      } else if test.condition == .missing {
        windows.insert(.standard)
      } else {
        windows.formUnion(StatsWindow.allCases.filter { $0.isWithinDay || $0 == .standard })
      }
    }
    return windows
  }

  package func run(
    _ settings: ViewSettings, _ source: OpenedSource, _ program: Program
  ) throws(CommandFailure) -> Int32 {
    let rules = CheckedRules(
      rules: settings.rules,
      file: state.map { path in
        RuleMemoryFile(path: path, source: OpenedSource.identity(source.given), clock: source.clocks.monotonic)
      },
      wall: source.clocks.wall)
    return try Self.print(line(settings, source, rules), program)
  }

  /// The line; rules are asked of a reading, and where there is none of that alone.
  private func line(
    _ settings: ViewSettings, _ source: OpenedSource, _ rules: CheckedRules
  ) throws(CommandFailure) -> CheckLine {
    let read: (reading: FleetReading, book: Result<AcknowledgementBook, StatsSourceError>)
    do throws(CommandFailure) {
      read = try source.readOnce(with: source.sharedAcknowledgements, within: settings.timeout)
    } catch {
      let outcome = try source.result(within: settings.timeout) { await rules.outcomeOfLoss() }
      let notices = outcome.notices.map { ", " + $0 }.joined()
      return .unknown(error.line + notices, firing: outcome.firing, limit: limit)
    }
    do throws(CommandFailure) {
      let subject = try ReportSubject(read.reading, settings, source, read.book)
      return try verdict(on: subject, of: read.reading, settings, source, rules)
    } catch {
      return .unknown(error.line, limit: limit)
    }
  }

  private func verdict(
    on subject: ReportSubject, of reading: FleetReading, _ settings: ViewSettings, _ source: OpenedSource,
    _ rules: CheckedRules
  ) throws(CommandFailure) -> CheckLine {
    var subject = subject
    if settings.rules.isEmpty {
      return CheckLine(subject, slots: slots, ignoring: settings.ignored, limit: limit)
    }
    let (fleet, trust) = (subject.fleet, subject.trust.word)
    let outcome = try source.result(within: settings.timeout) {
      await rules.outcome(of: reading, judged: fleet, trust: trust)
    }
    for notice in outcome.notices { subject.add(notice: notice) }
    return CheckLine(
      subject, slots: slots, ignoring: settings.ignored, firing: outcome.firing, isBlind: outcome.isBlind,
      limit: limit)
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
    try self.init(reading, settings, source, book)
  }

  /// The same of a reading, and of what is acknowledged, or why that was not read.
  fileprivate init(
    _ reading: FleetReading, _ settings: ViewSettings, _ source: OpenedSource,
    _ book: Result<AcknowledgementBook, StatsSourceError>
  ) throws(CommandFailure) {
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
