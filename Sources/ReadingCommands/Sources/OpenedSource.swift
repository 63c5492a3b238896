import ProcessIO
import SlotStats

/// A source that is ready to be read.
package struct OpenedSource: Sendable {
  /// The source as a machine would give it again, without a secret.
  package var given = ""
  /// What headings call it.
  package var label = ""
  /// Whether what it shows is made up.
  package var isSynthetic = false
  /// Whether it is another machine's.
  package var isRemote = false
  /// Whether it moves its data with the clock: its days are others after midnight, and nothing came.
  package var movesWithTime = false
  /// What reads it.
  package let repository: any StatsRepository
  /// The same, where it is read slot by slot.
  package let gathering: (any GatheringStatsRepository)?
  /// The same, where it tells by itself when it changed.
  package let changing: (any ChangingStatsRepository)?
  /// Whether what was read of it stays true until it tells otherwise.
  package let keepsUnchanged: Bool
  /// The program's clocks.
  package let clocks: RootClocks

  /// A source that is read whole, and tells nothing by itself.
  package init(_ repository: any RevisionedStatsRepository, clocks: RootClocks) {
    self.init(repository, gathering: nil, changing: nil, keepsUnchanged: false, clocks: clocks)
  }

  /// A source that tells by itself what changed, and has no revisions.
  package init(changing repository: any ChangingStatsRepository, clocks: RootClocks) {
    self.init(repository, gathering: nil, changing: repository, keepsUnchanged: true, clocks: clocks)
  }

  /// A source that is read slot by slot and tells by itself what changed.
  package init(
    gathering repository: any GatheringStatsRepository & ChangingStatsRepository, clocks: RootClocks
  ) {
    self.init(repository, gathering: repository, changing: repository, keepsUnchanged: false, clocks: clocks)
  }

  private init(
    _ repository: any StatsRepository, gathering: (any GatheringStatsRepository)?,
    changing: (any ChangingStatsRepository)?, keepsUnchanged: Bool, clocks: RootClocks
  ) {
    self.repository = repository
    self.gathering = gathering
    self.changing = changing
    self.keepsUnchanged = keepsUnchanged
    self.clocks = clocks
  }

  /// A service over the source, with nothing read yet; an entry is valid for `ttl`.
  package func service(ttl: Duration) throws(CommandFailure) -> CachedStatsService {
    do {
      return try CachedStatsService(
        repository: repository, ttl: ttl, clock: clocks.monotonic, wallClock: clocks.wall)
    } catch {
      throw CommandFailure(.configuration, error.description)
    }
  }

  /// Reads everything once, within `seconds`.
  package func readOnce(within seconds: Int) throws(CommandFailure) -> FleetReading {
    let service = try service(ttl: CachedStatsService.defaultTTL)
    let wall = clocks.wall
    return try result(within: seconds) { try await service.readFleet(now: wall()) }
  }

  /// What `work` on this source gives within `seconds`.
  package func result<Value: Sendable>(
    within seconds: Int, of work: @escaping @Sendable () async throws -> Value
  ) throws(CommandFailure) -> Value {
    switch BlockingTask.result(within: seconds, of: work) {
    case .success(let value): return value
    case .failure(let error): throw CommandFailure(error)
    case nil:
      throw CommandFailure(
        isRemote ? .unreachable : .inputOutput,
        "Cannot read \"\(given)\": nothing came within \(seconds) s; a longer --timeout may help.")
    }
  }
}
