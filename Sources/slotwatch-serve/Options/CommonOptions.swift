import ArgumentParser
import ReadingCommands

/// The options that every command has. Values stay texts here: a flag and the environment are read by one rule.
///
/// Numbers are taken unconditionally, so that `--min-runs -1` is refused for its value, not for its absence.
struct CommonOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The same as --source.", valueName: "file"), completion: .file(extensions: ["json"]))
  var file: String?

  @Option(
    help: ArgumentHelp(
      "A snapshot file, file:PATH, -, a URL, a configured name, or sample: for made-up data.",
      valueName: "source"),
    completion: .file(extensions: ["json"]))
  var source: String?

  @Option(
    help: ArgumentHelp(
      "The configuration file. (default: slotwatch/config.toml in the user's or the system's XDG folder)",
      valueName: "file"),
    completion: .file(extensions: ["toml"]))
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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds that one reading may take, 1 to 3600. (default: 10)", valueName: "seconds"))
  var timeout: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds until a connection stands. (default: 2)", valueName: "seconds"))
  var connectTimeout: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds until an answer begins. (default: 5)", valueName: "seconds"))
  var firstByteTimeout: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Redirects that are followed, 0 to 3. (default: 0)", valueName: "count"))
  var maxRedirects: String?

  @Option(
    help: ArgumentHelp("A file that holds the token, readable by its owner alone.", valueName: "file"),
    completion: .file())
  var tokenFile: String?

  @Option(
    help: ArgumentHelp("A file of two lines, user and password, readable by its owner alone.", valueName: "file"),
    completion: .file())
  var loginFile: String?

  @Option(
    help: ArgumentHelp("Certificates (PEM) to trust instead of the system's.", valueName: "file"),
    completion: .file(extensions: ["pem", "crt"]))
  var caFile: String?

  @Flag(help: "Allow plain HTTP to another machine; never with a secret.")
  var allowPlainHttp = false

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
      Options.minRuns.name: minRuns, Options.timeout.name: timeout, Options.connectTimeout.name: connectTimeout,
      Options.firstByteTimeout.name: firstByteTimeout, Options.maxRedirects.name: maxRedirects,
      Options.tokenFile.name: tokenFile, Options.loginFile.name: loginFile, Options.caFile.name: caFile,
      Options.staleAfter.name: staleAfter, Options.scope.name: scope, Options.now.name: now,
      Options.theme.name: theme,
    ]
    let switches = [
      Options.allowPlainHTTP.name: allowPlainHttp, Options.ascii.name: ascii, Options.noColor.name: noColor,
    ]
    return GivenOptions(
      file: file, values: texts.merging(own) { $1 }.compactMapValues { $0 }, lists: lists.filter { !$1.isEmpty },
      switches: Set(switches.merging(ownSwitches) { $1 }.filter(\.value).keys))
  }
}
