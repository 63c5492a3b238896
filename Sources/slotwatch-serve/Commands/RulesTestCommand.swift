import ArgumentParser
import FoundationEssentials
import ReadingCommands

/// The rules in force, replayed over the history of a source.
struct RulesTestCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Replays the rules over a source's history: when each would have fired.",
    discussion: """
      Without [[rules]] in the configuration file the built-in ones are replayed. Each instant is judged by what was \
      known then: by the minutes that the source keeps, and before them by the hour; a source without minutes by its \
      finest window. The answer says which. Whether a source was stale or lost, and which jobs were open, is kept nowhere.
      """)

  @Option(
    parsing: .unconditional, help: ArgumentHelp("How far back: 8h, 14d. (default: 14d)", valueName: "time"))
  var since: String?

  @Flag(help: "Try neighbouring thresholds, factors and durations too.")
  var tune = false

  @Option(
    help: ArgumentHelp("text, json or csv. (default: text)", valueName: "format"),
    completion: .list(ReplayFormat.allCases.map(\.rawValue)))
  var format: String?

  @OptionGroup var common: CommonOptions

  /// How far back where nobody says.
  private static let standardSpan: TimeInterval = 14 * 86_400

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let span = try context.reader.value(Options.since, flag: since) ?? Self.standardSpan
    let format = try context.reader.value(Options.replayFormat, flag: format) ?? .text
    var take = SettingsReader(
      OptionReader(environment: context.environment, given: common.given(switches: [Options.tune.name: tune])))
    let isTuning = try take.isOn(Options.tune)
    let past = try context.past(common.given(), span: span)
    return try RulesTestRun(past: past, isTuning: isTuning, program: context.program).run(format)
  }
}
