import Dashboard
import FoundationEssentials
import SlotStats
import TerminalUI

/// How statistics are read, judged and shown, whatever their source; all of it valid.
package struct ViewSettings: Sendable {
  /// The width of a bucket.
  package var window: StatsWindow
  /// The seconds between two readings, 1…300.
  package var interval: Int
  /// By what slots are judged, all alike or each by its own.
  package var thresholds: ThresholdRules
  /// The seconds that one reading may take.
  package var timeout: Int
  /// The age in seconds that was chosen as too old; `nil` leaves it to the source.
  package var staleAfter: TimeInterval?
  /// Whether numbers belong to the judged sample or to the whole range.
  package var scope: StatsScope
  /// The order of the dashboard's rows at the start.
  package var sort: RowSort
  /// The slots that `check` leaves out.
  package var ignored: [SlotGlob]
  /// The rules that the configuration has; none where it has none, and the built-in ones are in force.
  package var rules: [AlertRule] = []
  /// Where the wall clock stands still; `nil` where it runs.
  package var now: Date?
  /// Whether the dashboard records what it reads of a source that keeps no history.
  package var records: Bool
  /// Whether only ASCII is drawn.
  package var ascii: Bool
  /// Whether colours are used.
  package var color: Bool
  /// The colours' theme.
  package var theme: ThemeChoice

  /// Reads the options, in the order in which they are refused.
  ///
  /// - Parameters:
  ///   - take: what finds the options.
  ///   - overrides: the thresholds of single slots, from the general ones.
  /// - Throws: the first option that cannot be used, by its name and value.
  package init(
    _ take: inout SettingsReader,
    overrides: (Thresholds) throws(CommandFailure) -> [Slot.ID: Thresholds] = { _ throws(CommandFailure) in [:] }
  ) throws(CommandFailure) {
    window = try take.value(Options.window) ?? .standard
    interval = try take.value(Options.interval) ?? 5
    let general = try Self.thresholds(&take)
    thresholds = ThresholdRules(general, overrides: try overrides(general))
    timeout = try take.value(Options.timeout) ?? 10
    staleAfter = try take.value(Options.staleAfter).map { TimeInterval($0) }
    scope = try take.value(Options.scope) ?? .current
    sort = try take.value(Options.sort) ?? .worstFirst
    ignored = try take.values(Options.ignore).map(\.value)
    now = try take.value(Options.now)
    records = try !take.isOn(Options.noRecord)
    ascii = try take.isOn(Options.ascii)
    theme = try take.value(Options.theme) ?? .auto
    color = try !take.isOn(Options.noColor)
    if color, take.reader.variable(Self.noColorVariable) != nil {
      color = false
      take.origins[Options.noColor.name] = .environment(Self.noColorVariable)
    }
  }

  private static let noColorVariable = "NO_COLOR"

  /// The general thresholds.
  private static func thresholds(_ take: inout SettingsReader) throws(CommandFailure) -> Thresholds {
    let standard = Thresholds.standard
    let warning = try take.value(Options.warning) ?? standard.warning
    let critical = try take.value(Options.critical) ?? standard.critical
    let minRuns = try take.value(Options.minRuns) ?? standard.minRuns
    if let thresholds = Thresholds(warning: warning, critical: critical, minRuns: minRuns) { return thresholds }
    throw crossed(try take.reader.find(Options.warning), try take.reader.find(Options.critical))
  }

  /// The refusal of a warning above the critical threshold; at least one of them was given.
  private static func crossed(_ warning: OptionValue<Double>?, _ critical: OptionValue<Double>?) -> CommandFailure {
    let given = warning?.text ?? shareText(Thresholds.standard.warning)
    let limit = critical?.text ?? shareText(Thresholds.standard.critical)
    let reason = "a warning of \"\(given)\" with a critical of \"\(limit)\": the warning is not above it"
    let origins = [warning?.origin, critical?.origin].compactMap { $0 }
    let place = origins.contains { $0.status == .usage } ? nil : origins.first { $0.isFile }
    return CommandFailure(
      origins.contains { $0.status == .usage } ? .usage : .configuration,
      "Cannot use \(reason)\(place.map { " (\($0.name))" } ?? "").")
  }

  /// A ratio as an option is given it: `7.5%`.
  package static func shareText(_ ratio: Double) -> String {
    var text = NumberText.decimal(Int((ratio * 1e8).rounded()), places: 6)
    while text.hasSuffix("0") { text.removeLast() }
    return (text.hasSuffix(".") ? String(text.dropLast()) : text) + "%"
  }
}
