#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats
import TerminalUI

/// What a run is to do, from flags, environment and defaults, all of it valid.
struct Settings: Sendable {
  /// Where the statistics come from; `nil` where nothing is configured.
  var source: SourceAddress?
  /// The width of a bucket.
  var window: StatsWindow
  /// The seconds between two readings, 1…300.
  var interval: Int
  /// By what slots are judged.
  var thresholds: Thresholds
  /// The seconds that one reading may take.
  var timeout: Int
  /// The age in seconds that was chosen as too old; `nil` leaves it to the source.
  var staleAfter: TimeInterval?
  /// Whether numbers belong to the judged sample or to the whole range.
  var scope: StatsScope
  /// Where the wall clock stands still; `nil` where it runs.
  var now: Date?
  /// Whether only ASCII is drawn.
  var ascii: Bool
  /// Whether colours are used.
  var color: Bool
  /// The colours' theme.
  var theme: ThemeChoice

  /// Reads the common options.
  /// - Throws: the first option that cannot be used, by its name and value.
  init(_ options: CommonOptions, environment: [String: String]) throws(CommandFailure) {
    let reader = OptionReader(environment: environment)
    source = try Self.source(options, reader)
    window = try reader.value(Options.window, flag: options.window) ?? .day
    interval = try reader.value(Options.interval, flag: options.interval) ?? 5
    thresholds = try Self.thresholds(options, reader)
    timeout = try reader.value(Options.timeout, flag: options.timeout) ?? 10
    staleAfter = try reader.value(Options.staleAfter, flag: options.staleAfter).map { TimeInterval($0) }
    scope = try reader.value(Options.scope, flag: options.scope) ?? .current
    now = try reader.value(Options.now, flag: options.now)
    ascii = try reader.isOn(Options.ascii, flag: options.ascii)
    let noColor = try reader.isOn(Options.noColor, flag: options.noColor)
    color = !noColor && (environment["NO_COLOR"] ?? "").isEmpty
    theme = try reader.value(Options.theme, flag: options.theme) ?? .auto
  }

  private static func source(_ options: CommonOptions, _ reader: OptionReader) throws(CommandFailure) -> SourceAddress?
  {
    if let file = options.file, let source = options.source {
      throw CommandFailure(.usage, "Cannot use both \"\(file)\" and --source \"\(source)\": give one source.")
    }
    if let file = options.file, Invocation.commandNames.contains(file) {
      throw CommandFailure(
        .usage, "Cannot use \"\(file)\" here: a command stands before its options; a file is written \"./\(file)\".")
    }
    let flag = options.source ?? options.file
    guard let text = try reader.value(Options.source, flag: flag) else { return nil }
    return try SourceAddress(text, origin: reader.origin(Options.source, flag: flag))
  }

  private static func thresholds(_ options: CommonOptions, _ reader: OptionReader) throws(CommandFailure) -> Thresholds
  {
    let standard = Thresholds.standard
    let warning = try reader.value(Options.warning, flag: options.warning) ?? standard.warning
    let critical = try reader.value(Options.critical, flag: options.critical) ?? standard.critical
    let minRuns = try reader.value(Options.minRuns, flag: options.minRuns) ?? standard.minRuns
    if let thresholds = Thresholds(warning: warning, critical: critical, minRuns: minRuns) { return thresholds }
    let status: ExitStatus = options.warning == nil && options.critical == nil ? .configuration : .usage
    let given = options.warning ?? reader.variable(Options.warning) ?? "5%"
    let limit = options.critical ?? reader.variable(Options.critical) ?? "10%"
    throw CommandFailure(
      status, "Cannot use a warning of \"\(given)\" with a critical of \"\(limit)\": the warning is not above it.")
  }
}
