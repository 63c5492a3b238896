import FoundationEssentials
import HTTPTransport
import Notifications
import ReadingCommands

/// Who is told of alerts and over what, all of it valid; nothing of it has been opened.
///
/// What the configuration says of a single source does not count here: certificates, time limits and plain HTTP are those
/// of the general part, of the environment and of flags.
struct NotifySettings: Sendable {
  /// The sinks, in the order of their kinds.
  let sinks: [ConfiguredSink]
  /// The file that names them; `nil` where there is none.
  let file: ConfigurationFile?
  private let transport: TransportSettings
  private let allowsPlainHTTP: Bool

  /// Reads what a run may do.
  /// - Parameters:
  ///   - given: what the command line gave.
  ///   - environment: the environment's variables.
  ///   - file: the configuration file.
  /// - Throws: the first option that cannot be used.
  init(
    _ given: GivenOptions, environment: [String: String], file: ConfigurationFile?
  ) throws(CommandFailure) {
    var take = SettingsReader(OptionReader(environment: environment, given: given))
    take.reader.configured = file?.texts(for: nil) ?? [:]
    self.file = file
    sinks = file?.sinks ?? []
    allowsPlainHTTP = try take.isOn(Options.allowPlainHTTP)
    transport = try Settings.transport(&take, timeout: try take.value(Options.timeout) ?? 10, source: nil)
  }

  /// What alerts call their source; `nil` where the configuration does not say.
  var source: String? { sinks.lazy.compactMap { $0[.alertSource]?.text }.first }

  /// Opens sinks: their secrets are read, nothing is connected yet. From then on the process leaves no core behind.
  /// - Parameters:
  ///   - sinks: those that are needed.
  ///   - wallClock: the time of day.
  /// - Returns: the sinks, in the order in which they were given.
  /// - Throws: a file or setting that cannot be used.
  func open(
    _ sinks: [ConfiguredSink], wallClock: @escaping @Sendable () -> Date
  ) throws(CommandFailure) -> OpenedSinks {
    guard let file, !sinks.isEmpty else { return OpenedSinks(sinks: [], transport: nil) }
    let http: HTTPTransport
    do {
      http = try HTTPTransport(transport)
    } catch {
      throw CommandFailure(.configuration, "Cannot use \(Options.caFile.flag): \(error.cause).")
    }
    let opening = SinkOpening(
      file: file, transport: http, proxies: transport.proxies, allowsPlainHTTP: allowsPlainHTTP, wallClock: wallClock)
    var opened: [any AlertSink] = []
    for sink in sinks { opened.append(try sink.kind.open(sink, opening)) }
    return OpenedSinks(sinks: opened, transport: http)
  }
}

/// Sinks that can be told.
struct OpenedSinks: Sendable {
  /// The sinks.
  let sinks: [any AlertSink]
  /// What they are reached over.
  fileprivate let transport: HTTPTransport?

  /// Ends every connection; telling them fails from now on.
  func shutdown() async { await transport?.shutdown() }
}

/// What a sink is opened with.
struct SinkOpening: Sendable {
  /// The file that names it.
  let file: ConfigurationFile
  /// What requests are sent over.
  let transport: HTTPTransport
  /// Which requests go through which proxy.
  let proxies: ProxyRule
  /// Whether plain HTTP may go to another machine.
  let allowsPlainHTTP: Bool
  /// The time of day.
  let wallClock: @Sendable () -> Date

  /// Where a sink with a URL posts to, with its token.
  func target(_ sink: ConfiguredSink) throws(CommandFailure) -> HTTPTarget {
    guard let given = sink[.sinkURL] ?? sink[.sinkURLFile] else {
      throw file.failure(sink.position, "[notify.\(sink.kind.name)] has no url")
    }
    let text = sink[.sinkURL] == nil ? try secret(in: given).unredacted : given.text
    let url: RemoteURL
    do {
      url = try RemoteURL(parsing: text)
    } catch {
      throw file.failure(given.position, "the URL \(error.problem)")
    }
    let token = sink[.sinkToken]
    if !url.isEncrypted, !url.isLoopback {
      guard allowsPlainHTTP else {
        throw file.failure(given.position, "plain http is for this machine; write https, or allow_plain_http = true")
      }
      guard token == nil else { throw file.failure(given.position, "plain http carries no secret; write https") }
    }
    do {
      _ = try proxies.proxy(for: url)
    } catch {
      throw CommandFailure(.configuration, "Cannot use \(error.cause).")
    }
    let bearer: Secret? = if let token { try secret(in: token) } else { nil }
    return HTTPTarget(url, token: bearer, transport: transport, isPathSecret: sink.kind.section == .webhook)
  }

  /// The one line of a file that nobody else may read.
  private func secret(in value: ConfiguredValue) throws(CommandFailure) -> Secret {
    let plan = CredentialPlan(
      kind: .tokenFile(path: value.text), origin: .file(path: file.path, line: value.position.line))
    guard case .token(let secret) = try plan.credentials() else {
      throw file.failure(value.position, "\"\(value.text)\" holds nothing")
    }
    return secret
  }
}
