import HTTPTransport
import ReadingCommands
import SlotStats
import StateFiles

/// What a run is to do, from flags, environment, configuration file and defaults, all of it valid.
@dynamicMemberLookup
struct Settings: Sendable {
  /// Where the statistics come from; `nil` where nothing is configured.
  var source: SourceAddress?
  /// The name under which the configuration file knows the source; `nil` where it was given by its address.
  var sourceName: String?
  /// How they are read, judged and shown.
  var view: ViewSettings
  /// How far a request may go, and whom it trusts; for a source behind a URL.
  var transport: TransportSettings
  /// Where the credentials of a source behind a URL are; nothing of it has been opened.
  var credentialPlan: CredentialPlan
  /// Whether plain HTTP may go to another machine.
  var allowsPlainHTTP: Bool
  /// Where settled buckets are kept for the next start; `nil` where they are not.
  var cacheFolder: String?
  /// The configuration file, or where it was looked for.
  var configuration: ConfigurationSearch
  /// Where each option's value came from, by the option's name; the others have their defaults.
  var origins: [String: OptionOrigin]

  /// Reads the common options.
  /// - Parameters:
  ///   - given: what the command line gave.
  ///   - environment: the environment's variables.
  ///   - place: what a person wrote instead of the source's address, with its option, where it is no source.
  ///   - kinds: the kinds of sources that there are.
  /// - Throws: the first option that cannot be used, by its name and value.
  init(
    _ given: GivenOptions, environment: [String: String], place: String? = nil, kinds: [SourceKind] = SourceKind.all
  ) throws(CommandFailure) {
    configuration = try ConfigurationSearch(
      named: given.values[Options.config.name], environment: environment, kinds: kinds)
    let file = configuration.file
    var take = SettingsReader(OptionReader(environment: environment, given: given))
    take.reader.configured = file?.texts(for: nil) ?? [:]
    let chosen = try Self.source(&take, file, kinds)
    // Also for a source that needs none of them.
    for rule in [Options.tokenFile, Options.loginFile] { _ = try take.reader.find(rule) }
    (source, sourceName) = (chosen?.address, chosen?.configured?.name)
    view = try ViewSettings(&take) { general throws(CommandFailure) in try file?.overrides(general) ?? [:] }
    view.rules = file?.rules.map(\.rule) ?? []
    allowsPlainHTTP = try take.isOn(Options.allowPlainHTTP)
    cacheFolder = try take.isOn(Options.noCache) ? nil : CacheFolder.path(environment)
    transport = try Self.transport(&take, timeout: view.timeout, source: source)
    credentialPlan =
      source?.url == nil ? CredentialPlan() : try CredentialPlan(take.reader, chosen?.configured, in: file)
    origins = take.origins
    try refusePlainHTTP(given: chosen?.origin, place)
  }

  /// A value of ``view``.
  subscript<Value>(dynamicMember path: KeyPath<ViewSettings, Value>) -> Value { view[keyPath: path] }

  /// What headings call the source: its configured name, else what its address says. Made-up data keeps its words.
  func label(of address: SourceAddress) -> String {
    address.isSynthetic ? address.label : sourceName ?? address.label
  }

  static func transport(
    _ take: inout SettingsReader, timeout: Int, source: SourceAddress?
  ) throws(CommandFailure) -> TransportSettings {
    var transport = TransportSettings()
    if let seconds = try take.value(Options.connectTimeout) { transport.connectTimeout = .seconds(seconds) }
    if let seconds = try take.value(Options.firstByteTimeout) { transport.firstByteTimeout = .seconds(seconds) }
    transport.totalTimeout = .seconds(timeout)
    if let count = try take.value(Options.maxRedirects) { transport.maxRedirects = count }
    transport.caFile = try take.value(Options.caFile)
    if let bytes = source?.place.maxBodyBytes { transport.maxBodyBytes = bytes }
    transport.proxies = ProxyRule(environment: take.reader.environment)
    return transport
  }
}
