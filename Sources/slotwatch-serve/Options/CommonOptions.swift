import ArgumentParser
import ReadingCommands

/// The options of every command that reads a source. Values stay texts here: a flag and the environment are read by one
/// rule.
///
/// Numbers are taken unconditionally, so that `--min-runs -1` is refused for its value, not for its absence.
struct CommonOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The same as --source.", valueName: "file"), completion: SourceCompletions.kind)
  var file: String?

  @Option(
    help: ArgumentHelp(
      """
      A snapshot file, file:PATH, -, a URL, panel+https://HOST, prometheus+https://HOST, sqlite:PATH, a configured name, \
      demo:, or sample: for made-up data.
      """,
      valueName: "source"),
    completion: SourceCompletions.kind)
  var source: String?

  @Option(help: ConnectionOptions.configHelp, completion: .file(extensions: ["toml"]))
  var config: String?

  @Option(
    help: ArgumentHelp("The width of a bucket: minute, hour, day or week. (default: day)", valueName: "window"),
    completion: .list(["minute", "hour", "day", "week"]))
  var window: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds between two readings, 1 to 300. (default: 5)", valueName: "seconds"))
  var interval: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The failure ratio that is a warning: 5% or 0.05. (default: 5%)", valueName: "share"))
  var warning: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The failure ratio that is critical. (default: 10%)", valueName: "share"))
  var critical: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Runs from which a slot is judged at all. (default: 20)", valueName: "runs"))
  var minRuns: String?

  @OptionGroup var connection: ConnectionOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Seconds from which data is stale. (default: twice the snapshot's refresh_seconds, else 300)",
      valueName: "seconds"))
  var staleAfter: String?

  @Option(
    help: ArgumentHelp(
      "Numbers of the judged sample or of the whole range: current or range. (default: current)",
      valueName: "scope"),
    completion: .list(["current", "range"]))
  var scope: String?

  @Option(help: ArgumentHelp("Fixes the wall clock at an instant such as 2026-11-23T14:32:05Z.", valueName: "instant"))
  var now: String?

  @Flag(help: "Keep nothing of what a Prometheus was asked for the next start, and use nothing that was kept.")
  var noCache = false

  @Flag(help: "Draw with ASCII characters alone.")
  var ascii = false

  @Flag(help: "Draw without colours, as does NO_COLOR.")
  var noColor = false

  @Option(
    help: ArgumentHelp("Colours for a background: auto, dark, light or mono. (default: auto)", valueName: "theme"),
    completion: .list(["auto", "dark", "light", "mono"]))
  var theme: String?
}

extension CommonOptions {
  /// What was given for these options.
  /// - Parameters:
  ///   - own: what was given for those of a command, by their names.
  ///   - lists: the same of those that may be given more than once.
  ///   - ownSwitches: the same of those that are on or off.
  /// - Returns: all of it.
  func given(
    _ own: [String: String?] = [:], lists: [String: [String]] = [:], switches ownSwitches: [String: Bool] = [:]
  ) -> GivenOptions {
    let texts: [String: String?] = [
      Options.source.name: source, Options.config.name: config, Options.window.name: window,
      Options.interval.name: interval, Options.warning.name: warning, Options.critical.name: critical,
      Options.minRuns.name: minRuns, Options.staleAfter.name: staleAfter, Options.scope.name: scope,
      Options.now.name: now, Options.theme.name: theme,
    ]
    let switches = [
      Options.ascii.name: ascii, Options.noColor.name: noColor, Options.noCache.name: noCache,
    ]
    let connection = connection.given()
    let values = texts.merging(own) { $1 }.compactMapValues { $0 }
    return GivenOptions(
      file: file, values: connection.values.merging(values) { $1 }, lists: lists.filter { !$1.isEmpty },
      switches: Set(switches.merging(ownSwitches) { $1 }.filter(\.value).keys).union(connection.switches))
  }
}
