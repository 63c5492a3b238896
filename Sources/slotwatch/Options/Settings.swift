#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import RemoteSources
import SlotStats
import TerminalUI

/// What a run is to do, from flags, environment, configuration file and defaults, all of it valid.
struct Settings: Sendable {
  /// Where the statistics come from; `nil` where nothing is configured.
  var source: SourceAddress?
  /// The name under which the configuration file knows the source; `nil` where it was given by its address.
  var sourceName: String?
  /// The width of a bucket.
  var window: StatsWindow
  /// The seconds between two readings, 1…300.
  var interval: Int
  /// By what slots are judged, all alike or each by its own.
  var thresholds: ThresholdRules
  /// The seconds that one reading may take.
  var timeout: Int
  /// How far a request may go, and whom it trusts; for a source behind a URL.
  var transport: TransportSettings
  /// Where the credentials of a source behind a URL are; nothing of it has been opened.
  var credentialPlan: CredentialPlan
  /// Whether plain HTTP may go to another machine.
  var allowsPlainHTTP: Bool
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
  /// The configuration file, or where it was looked for.
  var configuration: ConfigurationSearch
  /// Where each option's value came from, by the option's name; the others have their defaults.
  var origins: [String: OptionOrigin]

  /// Reads the common options.
  /// - Parameters:
  ///   - options: what was given.
  ///   - environment: the environment's variables.
  ///   - place: what a person wrote instead of the source's address, with its option, where it is no source.
  /// - Throws: the first option that cannot be used, by its name and value.
  init(_ options: CommonOptions, environment: [String: String], place: String? = nil) throws(CommandFailure) {
    configuration = try ConfigurationSearch(named: options.config, environment: environment)
    var take = SettingsReader(OptionReader(environment: environment, file: configuration.file))
    let chosen = try Self.source(options, &take)
    (source, sourceName) = (chosen?.address, chosen?.name)
    window = try take.value(Options.window, flag: options.window) ?? .day
    interval = try take.value(Options.interval, flag: options.interval) ?? 5
    thresholds = try Self.thresholds(options, &take)
    timeout = try take.value(Options.timeout, flag: options.timeout) ?? 10
    staleAfter = try take.value(Options.staleAfter, flag: options.staleAfter).map { TimeInterval($0) }
    scope = try take.value(Options.scope, flag: options.scope) ?? .current
    now = try take.value(Options.now, flag: options.now)
    ascii = try take.isOn(Options.ascii, flag: options.ascii)
    theme = try take.value(Options.theme, flag: options.theme) ?? .auto
    color = try !take.isOn(Options.noColor, flag: options.noColor)
    if color, !(environment["NO_COLOR"] ?? "").isEmpty {
      color = false
      take.origins[Options.noColor.name] = .environment("NO_COLOR")
    }
    allowsPlainHTTP = try take.isOn(Options.allowPlainHTTP, flag: options.allowPlainHttp)
    transport = try Self.transport(options, &take, timeout: timeout, source: source)
    credentialPlan = source?.url == nil ? CredentialPlan() : try CredentialPlan(options, take.reader)
    origins = take.origins
    try refusePlainHTTP(given: chosen?.origin, place)
  }

  /// What headings call the source: its configured name, else what its address says. Made-up data keeps its words.
  func label(of address: SourceAddress) -> String {
    address.isInvented ? address.label : sourceName ?? address.label
  }

  private static func transport(
    _ options: CommonOptions, _ take: inout SettingsReader, timeout: Int, source: SourceAddress?
  ) throws(CommandFailure) -> TransportSettings {
    var transport = TransportSettings()
    if let seconds = try take.value(Options.connectTimeout, flag: options.connectTimeout) {
      transport.connectTimeout = .seconds(seconds)
    }
    if let seconds = try take.value(Options.firstByteTimeout, flag: options.firstByteTimeout) {
      transport.firstByteTimeout = .seconds(seconds)
    }
    transport.totalTimeout = .seconds(timeout)
    if let count = try take.value(Options.maxRedirects, flag: options.maxRedirects) { transport.maxRedirects = count }
    transport.caFile = try take.value(Options.caFile, flag: options.caFile)
    if case .snapshotURL = source { transport.maxBodyBytes = maxSnapshotBytes }
    return transport
  }

  /// The largest snapshot that is read over HTTP, decoded.
  private static let maxSnapshotBytes = 64 << 20
}

/// Finds values and remembers where they came from.
struct SettingsReader {
  /// What finds them.
  var reader: OptionReader
  /// Where they came from, by the option's name.
  var origins: [String: OptionOrigin] = [:]

  init(_ reader: OptionReader) { self.reader = reader }

  /// The value of an option, or `nil` where it is given nowhere.
  mutating func value<Value>(_ rule: OptionRule<Value>, flag: String?) throws(CommandFailure) -> Value? {
    guard let found = try reader.find(rule, flag: flag) else { return nil }
    origins[rule.name] = found.origin
    return found.value
  }

  /// Whether a switch is on: the flag, else what the lower levels say, else off.
  mutating func isOn(_ rule: OptionRule<Bool>, flag: Bool) throws(CommandFailure) -> Bool {
    if flag {
      origins[rule.name] = .flag(rule.flag)
      return true
    }
    return try value(rule, flag: nil) ?? false
  }
}
