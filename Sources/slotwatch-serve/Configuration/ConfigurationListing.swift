import FoundationEssentials
import HTTPTransport
import ReadingCommands
import SlotStats
import StatsFormats
import TerminalUI

/// Every option's value with its origin, the configuration file, its sources and slots: what `config` prints.
struct ConfigurationListing {
  /// One option.
  struct Row {
    /// Its name.
    let name: String
    /// Its value as a flag would be given it, dots for a secret; `nil` where it has none.
    let value: String?
    /// What it means that there is no value.
    var absent = "none"
    /// Who says so.
    let origin: OptionOrigin
  }

  /// What is in force.
  let settings: Settings
  /// The options in the order in which help tells of them.
  let rows: [Row]

  /// Lists what is in force.
  init(_ settings: Settings) {
    self.settings = settings
    var rows: [Row] = []
    for option in Self.options {
      rows.append(
        Row(
          name: option.name, value: option.value(settings), absent: option.absent,
          origin: settings.origins[option.name] ?? .standard))
      if option.name == Options.source.name { rows += Self.access(settings) }
    }
    self.rows = rows
  }

  /// The named sources by name.
  var sources: [ConfiguredSource] {
    (settings.configuration.file?.sources.values.map { $0 } ?? []).sorted { $0.name < $1.name }
  }

  /// Who is told of alerts.
  var sinks: [ConfiguredSink] { settings.configuration.file?.sinks ?? [] }

  /// The slots that have thresholds of their own by id, with all of them and the line of the file.
  var slots: [(id: Slot.ID, thresholds: Thresholds, line: Int)] {
    let configured = settings.configuration.file?.slots ?? [:]
    return settings.thresholds.overrides.sorted { $0.key < $1.key }.map { id, thresholds in
      (id, thresholds, configured[id]?.position.line ?? 1)
    }
  }

  /// The slots that the file describes, by id, with its line.
  var descriptions: [(id: Slot.ID, description: SlotDescription, line: Int)] {
    let configured = settings.configuration.file?.slots ?? [:]
    return configured.sorted { $0.key < $1.key }.compactMap { id, slot in
      slot.description.map { (id: id, description: $0, line: slot.position.line) }
    }
  }

  /// The rules that the file gives, in its order.
  var rules: [ConfiguredRule] { settings.configuration.file?.rules ?? [] }

  // MARK: Rows

  private struct Option: Sendable {
    let name: String
    var absent = "none"
    let value: @Sendable (Settings) -> String?

    init<Value>(_ rule: OptionRule<Value>, absent: String = "none", _ value: @escaping @Sendable (Settings) -> String?)
    {
      name = rule.name
      self.absent = absent
      self.value = value
    }
  }

  private static let options: [Option] = [
    Option(Options.source, absent: "none: watch and screen show made-up data") { $0.sourceName ?? $0.source?.given },
    Option(Options.caFile, absent: "the system's") { $0.transport.caFile },
    Option(Options.allowPlainHTTP) { "\($0.allowsPlainHTTP)" },
    Option(Options.connectTimeout) { "\($0.transport.connectTimeout.components.seconds)" },
    Option(Options.firstByteTimeout) { "\($0.transport.firstByteTimeout.components.seconds)" },
    Option(Options.timeout) { "\($0.timeout)" },
    Option(Options.maxRedirects) { "\($0.transport.maxRedirects)" },
    Option(Options.interval) { "\($0.interval)" },
    Option(Options.staleAfter, absent: "twice the snapshot's refresh_seconds, else 300") {
      $0.staleAfter.map { "\(Int($0))" }
    },
    Option(Options.window) { $0.window.rawValue },
    Option(Options.scope) { $0.scope.rawValue },
    Option(Options.warning) { ViewSettings.shareText($0.thresholds.standard.warning) },
    Option(Options.critical) { ViewSettings.shareText($0.thresholds.standard.critical) },
    Option(Options.minRuns) { "\($0.thresholds.standard.minRuns)" },
    Option(Options.ignore) { $0.ignored.isEmpty ? nil : $0.ignored.map(\.text).joined(separator: ",") },
    Option(Options.noRecord) { "\(!$0.records)" },
    Option(Options.noCache) { "\($0.cacheFolder == nil)" },
    Option(Options.theme) { $0.theme.rawValue },
    Option(Options.ascii) { "\($0.ascii)" },
    Option(Options.noColor) { "\(!$0.color)" },
    Option(Options.now, absent: "the clock") { $0.now.map { RFC3339.format($0) } },
  ]

  /// Where a named source is, and what is shown to a source behind a URL.
  private static func access(_ settings: Settings) -> [Row] {
    var rows: [Row] = []
    if let name = settings.sourceName, let file = settings.configuration.file, let source = file.sources[name] {
      let origin = OptionOrigin.file(path: file.path, line: source.addressLine)
      rows.append(Row(name: ConfigurationKey.address.name, value: source.address.given, origin: origin))
    }
    let plan = settings.credentialPlan
    rows.append(Row(name: "credentials", value: plan.shown, origin: plan.origin))
    return rows
  }
}

extension CredentialPlan {
  /// Dots for the secret, and where it is; of a program its name alone, since arguments may be secret too.
  var shown: String? {
    switch kind {
    case .none: nil
    case .token: "••• (\(Self.tokenVariable))"
    case .login: "••• (\(Self.userVariable), \(Self.passwordVariable))"
    case .tokenFile(let path): "••• (\(Options.tokenFile.key) \(path))"
    case .loginFile(let path): "••• (\(Options.loginFile.key) \(path))"
    case .tokenCommand(let words): "••• (\(Self.commandKey) \(words.first ?? ""))"
    }
  }
}
