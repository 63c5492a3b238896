import FoundationEssentials
import HTTPTransport
import PrometheusSource
import ReadingCommands
import RemoteSources
import SlotStats
import StateFiles
import StatsFormats

/// What a source behind a URL is reached over: one transport, one token.
struct RemoteConnection {
  private let url: RemoteURL
  private let transport: HTTPTransport
  private let access: AccessToken
  private let timing: RetryTiming

  /// Reads the secrets and certificates that `settings` name; nothing is connected yet.
  /// - Throws: a file or setting that cannot be used.
  init(_ url: RemoteURL, _ settings: Settings) throws(CommandFailure) {
    self.url = url
    timing = RetryTiming(interval: .seconds(settings.interval))
    do {
      transport = try HTTPTransport(settings.transport)
    } catch {
      throw CommandFailure(.configuration, "Cannot use \(Options.caFile.flag): \(error.cause).")
    }
    do {
      _ = try settings.transport.proxies.proxy(for: url)
    } catch {
      throw CommandFailure(.configuration, "Cannot use \(error.cause).")
    }
    var credentials = try settings.credentialPlan.credentials()
    if settings.source?.place.sendsLogin == true { credentials = credentials.asBasic }
    if case .login = credentials, settings.source?.place.takesLogin == false {
      throw CommandFailure(
        .configuration,
        "Cannot use \(settings.credentialPlan.origin.name) with \"\(url.display)\": a log-in is for a panel; give a token."
      )
    }
    access = AccessToken(
      credentials, transport: transport, login: url.appending(path: "/api/login"))
  }

  /// The snapshot at the URL.
  func snapshot(wallClock: @escaping @Sendable () -> Date) -> any StatsRepository {
    HTTPSnapshotRepository(
      url: url, access: access, transport: transport, timing: timing, wallClock: wallClock)
  }

  /// The panel below the URL. Where the wall clock is fixed, the panel's own is not compared with it.
  func panel(named name: String, isClockFixed: Bool, wallClock: @escaping @Sendable () -> Date) -> PanelFleet {
    PanelFleet(
      base: url, name: name, transport: transport, token: access, timing: timing,
      trustsServerDate: !isClockFixed, wallClock: wallClock)
  }

  /// The server of the Prometheus query API below the URL.
  /// - Parameters:
  ///   - name: what it is called.
  ///   - mapping: what its counters mean.
  ///   - windows: those that one reading has to bring whole; `nil` where the rest may follow.
  ///   - folder: where settled buckets are kept; `nil` where they are not.
  ///   - clocks: the program's clocks.
  /// - Returns: the source, which has asked nothing yet.
  func prometheus(
    named name: String, _ mapping: MappingSettings, windows: Set<StatsWindow>?, keptIn folder: String?,
    clocks: RootClocks
  ) -> PrometheusStatsSource {
    let client = PrometheusClient(
      base: url, name: name, access: access, transport: transport, headers: mapping.headers)
    let keeper = folder.map { folder in
      let file = CacheFile(
        folder: folder, source: url.display + "#" + name, maxBytes: KeptBucketsDocument.maxBytes,
        clock: clocks.monotonic)
      return BucketKeeper(load: { file.read() }, save: { await file.replace(with: $0) })
    }
    let setup = PrometheusStatsSource.Setup(
      mapping: mapping, timing: timing, readsWeeksAtOnce: windows?.contains(.week) ?? false, keeper: keeper)
    return PrometheusStatsSource(client, setup, wallClock: clocks.wall)
  }

  /// The acknowledgements that the server below the URL keeps; `uptime` is a clock that only goes on.
  func acknowledgements(named name: String, uptime: @escaping @Sendable () -> Duration) -> RemoteAcknowledgements {
    RemoteAcknowledgements(base: url, name: name, access: access, transport: transport, uptime: uptime)
  }

  /// The marks that the server below the URL keeps; `uptime` is a clock that only goes on.
  func marks(named name: String, uptime: @escaping @Sendable () -> Duration) -> RemoteMarks {
    RemoteMarks(base: url, name: name, access: access, transport: transport, uptime: uptime)
  }

  /// What the server below the URL is told of its slots.
  func slotDescriptions(named name: String) -> RemoteSlotDescriptions {
    RemoteSlotDescriptions(base: url, name: name, access: access, transport: transport)
  }

  /// The intake of events of the server below the URL.
  func events() -> EventSender { EventSender(base: url, access: access, transport: transport) }
}
