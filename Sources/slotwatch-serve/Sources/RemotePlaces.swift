import HTTPTransport
import PrometheusSource
import ReadingCommands
import RemoteSources
import SlotStats

/// A snapshot behind a URL.
struct SnapshotURLPlace: SourcePlace {
  /// The URL.
  let address: RemoteURL

  /// The snapshot at `url`.
  init(url: RemoteURL) { address = url }

  var url: RemoteURL? { address }
  var given: String { address.display }
  var label: String { address.place + (address.path.split(separator: "/").last.map { "/" + $0 } ?? "") }
  var maxBodyBytes: Int? { HTTPSnapshotRepository.maxBytes }

  func open(_ opening: SourceOpening) throws(CommandFailure) -> OpenedSource {
    let connection = try RemoteConnection(address, opening.settings)
    return OpenedSource(connection.snapshot(wallClock: opening.clocks.wall), clocks: opening.clocks)
  }
}

/// The admin panel's API below a URL.
struct PanelPlace: SourcePlace {
  /// The URL below which it stands.
  let base: RemoteURL

  var url: RemoteURL? { base }
  var given: String { "panel+" + base.origin + base.pathWithoutSlash }
  var label: String { base.place + base.pathWithoutSlash }
  var takesLogin: Bool { true }

  func open(_ opening: SourceOpening) throws(CommandFailure) -> OpenedSource {
    let connection = try RemoteConnection(base, opening.settings)
    let panel = connection.panel(
      named: opening.label, isClockFixed: opening.settings.now != nil, wallClock: opening.clocks.wall)
    let source: any StatsRepository = if let windows = opening.windows { panel.whole(windows) } else { panel }
    var opened = OpenedSource(source, clocks: opening.clocks)
    let (clock, begun) = (opening.clocks.monotonic, opening.clocks.monotonic.now)
    let uptime: @Sendable () -> Duration = { begun.duration(to: clock.now) }
    opened.sharedAcknowledgements = connection.acknowledgements(named: opening.label, uptime: uptime)
    opened.sharedMarks = connection.marks(named: opening.label, uptime: uptime)
    opened.slotDescriptions = connection.slotDescriptions(named: opening.label)
    return opened
  }
}

/// A server of the Prometheus query API below a URL.
struct PrometheusPlace: SourcePlace {
  /// The URL below which it stands.
  let base: RemoteURL

  var url: RemoteURL? { base }
  var given: String { "prometheus+" + base.origin + base.pathWithoutSlash }
  var label: String { base.place + base.pathWithoutSlash }
  var takesLogin: Bool { true }
  var sendsLogin: Bool { true }
  var maxBodyBytes: Int? { 64 << 20 }

  func open(_ opening: SourceOpening) throws(CommandFailure) -> OpenedSource {
    let settings = opening.settings
    let connection = try RemoteConnection(base, settings)
    let configured = settings.sourceName.flatMap { settings.configuration.file?.sources[$0] }
    let mapping = configured.map { PrometheusKey.mapping($0.values) } ?? MappingSettings()
    let source = connection.prometheus(
      named: opening.label, mapping, windows: opening.windows, keptIn: settings.cacheFolder, clocks: opening.clocks)
    return OpenedSource(source, clocks: opening.clocks)
  }
}

extension RemoteURL {
  /// The host, with its port where that is not the scheme's own.
  fileprivate var place: String { String(origin.drop { $0 != "/" }.dropFirst(2)) }

  /// The path without a slash at its end.
  fileprivate var pathWithoutSlash: String { path.hasSuffix("/") ? String(path.dropLast()) : path }
}
