import EventStore
import JobPipeline
import SlotStats
import SnapshotSource

/// A source that is ready to be read.
struct OpenedSource: Sendable {
  /// Where it is.
  let address: SourceAddress
  /// What reads it.
  let repository: any StatsRepository
  /// The program's clocks.
  let clocks: RootClocks

  /// Opens a source; nothing is read of it yet, but the files that hold its secrets are.
  /// - Parameters:
  ///   - address: where it is.
  ///   - settings: how it is reached.
  ///   - completeness: how much a reading of a source that is read slot by slot waits for.
  ///   - clocks: the program's clocks.
  /// - Throws: what cannot be used of the settings; a failure of the program itself: its own sample cannot be read.
  init(
    _ address: SourceAddress, _ settings: Settings, _ completeness: ReadCompleteness, clocks: RootClocks
  ) throws(CommandFailure) {
    self.address = address
    self.clocks = clocks
    switch address {
    case .file(let path): repository = JSONSnapshotRepository(path: path, wallClock: clocks.wall)
    case .snapshotURL(let url):
      repository = try RemoteConnection(url, settings).snapshot(wallClock: clocks.wall)
    case .panel(let url):
      let panel = try RemoteConnection(url, settings).panel(
        named: settings.label(of: address), isClockFixed: settings.now != nil, wallClock: clocks.wall)
      repository = completeness.reading(panel)
    case .sqlite(let path):
      repository = SQLiteStatsSource(path: path, settings: StoreSettings(busyTimeout: 2, now: clocks.wall))
    case .demo:
      repository = DemoRepository(
        clock: JobClock(clocks.monotonic, wall: clocks.wall), isStill: settings.now != nil)
    case .sample: repository = try Sample.repository(wallClock: clocks.wall)
    }
  }

  /// A service over the source, with nothing read yet; an entry is valid for `ttl`.
  func service(ttl: Duration) throws(CommandFailure) -> CachedStatsService {
    do {
      return try CachedStatsService(
        repository: repository, ttl: ttl, clock: clocks.monotonic, wallClock: clocks.wall)
    } catch {
      throw CommandFailure(.configuration, error.description)
    }
  }

  /// Reads everything once, within `seconds`.
  func readOnce(within seconds: Int) throws(CommandFailure) -> FleetReading {
    let service = try service(ttl: CachedStatsService.defaultTTL)
    let wall = clocks.wall
    return try result(within: seconds) { try await service.readFleet(now: wall()) }
  }

  /// What `work` on this source gives within `seconds`.
  func result<Value: Sendable>(
    within seconds: Int, of work: @escaping @Sendable () async throws -> Value
  ) throws(CommandFailure) -> Value {
    switch Awaiting.result(within: seconds, of: work) {
    case .success(let value): return value
    case .failure(let error): throw CommandFailure(error)
    case nil:
      throw CommandFailure(
        address.url == nil ? .inputOutput : .unreachable,
        "Cannot read \"\(address.given)\": nothing came within \(seconds) s; a longer --timeout may help.")
    }
  }
}
