#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Statistics of a repository, kept for a while.
///
/// - An entry is known by slot, window and since, and is valid while `now < loadStarted + ttl`: at exactly the time to
///   live it is read anew. The form for every slot is one entry. A time to live of 0 turns caching off: every call
///   reads the repository by itself and shares nothing.
/// - Concurrent misses on one key share one load. Nobody joins a load that began before an invalidation of its key,
///   and such a load never fills the cache. A waiter's cancellation ends its own wait at once with
///   `CancellationError`; the last waiter's also cancels the load. A failure goes to all waiters and is not kept.
/// - An event drops the slot's entries and those of all slots together, at a cost that other slots' entries do not
///   change. In the form for every slot it makes that slot stale; the next reading reads the stale slots only.
/// - At most `maxEntries` single series are kept, and ``maxBulkEntries`` forms for every slot; the least recently used
///   leave first. Expired ones leave when they are asked for, and some with each load that is kept.
/// - A source with versions is asked for its newest at a miss only; a newer version drops every entry.
///
/// An answer from memory takes no hop, no task and no allocation.
public final class CachedStatsService: StatsService {
  /// How long an entry is valid where nothing else is said.
  public static let defaultTTL: Duration = .seconds(60)
  /// How many series are kept where nothing else is said.
  public static let defaultMaxEntries = 4_096
  /// How many readings of every slot at once are kept: each is as large as the fleet.
  public static let maxBulkEntries = 8

  let repository: any StatsRepository
  /// Whether everything shown together is of one version of the source.
  let hasVersions: Bool
  let ttl: Duration
  let clockTime: @Sendable () -> Duration
  let wallClock: @Sendable () -> Date
  /// What the reader says of slots, which goes before what the source says.
  let descriptions: [Slot.ID: SlotDescription]

  let series: SingleFlightCache<StatsAggregation>
  let bulks: SingleFlightCache<[Slot.ID: StatsAggregation]>
  let slotLists: SingleFlightCache<[Slot]>
  let events = EventCounter()
  let frames = FrameMemory()

  /// Tells which slots' statistics changed: events that were recorded here, and what was invalidated.
  public let changes = StatsChangeFeed()

  /// A service over `repository`, with nothing read yet.
  /// - Parameters:
  ///   - repository: where misses are read; events go to it if it is a ``ProcessingLogStore``.
  ///   - ttl: how long an entry is valid, from the start of its load; 0 turns caching off.
  ///   - maxEntries: how many series are kept, from 1.
  ///   - clock: the clock that the time to live is measured by.
  ///   - wallClock: the time of day, for ``StatsReading/readAt``; the system's if not given.
  ///   - descriptions: what the reader says of slots, by their ids; it goes before what the source says.
  /// - Throws: ``InvalidCacheSettings`` for a negative `ttl` or a `maxEntries` below 1.
  @inlinable
  public convenience init<C: Clock>(
    repository: any StatsRepository, ttl: Duration = defaultTTL, maxEntries: Int = defaultMaxEntries, clock: C,
    wallClock: @escaping @Sendable () -> Date = Date.init, descriptions: [Slot.ID: SlotDescription] = [:]
  ) throws(InvalidCacheSettings) where C.Duration == Duration {
    // Inlinable, so that the caller's own clock is read without generic code on every hit.
    let origin = clock.now
    try self.init(
      repository: repository, ttl: ttl, maxEntries: maxEntries, clockTime: { origin.duration(to: clock.now) },
      wallClock: wallClock, descriptions: descriptions)
  }

  @usableFromInline
  init(
    repository: any StatsRepository, ttl: Duration, maxEntries: Int, clockTime: @escaping @Sendable () -> Duration,
    wallClock: @escaping @Sendable () -> Date, descriptions: [Slot.ID: SlotDescription]
  ) throws(InvalidCacheSettings) {
    guard ttl >= .zero else { throw .negativeTTL(ttl) }
    guard maxEntries >= 1 else { throw .noRoom(maxEntries: maxEntries) }
    self.repository = repository
    hasVersions = repository.reading != .bySeries
    self.ttl = ttl
    self.clockTime = clockTime
    self.wallClock = wallClock
    self.descriptions = descriptions
    series = SingleFlightCache(timeToLive: ttl, maxEntries: maxEntries)
    bulks = SingleFlightCache(timeToLive: ttl, maxEntries: Self.maxBulkEntries)
    slotLists = SingleFlightCache(timeToLive: ttl, maxEntries: 1)
  }

  /// The statistics of all slots together, from memory where they are valid.
  nonisolated(nonsending) public func collectGlobalStats(
    window: StatsWindow, since: Date?
  ) async throws -> StatsAggregation {
    try await singleSeries(StatsKey(nil, window, since: since)).value
  }

  /// The statistics of one slot, from memory where they are valid; no metrics for a slot that never reported.
  nonisolated(nonsending) public func collectSlotStats(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> StatsAggregation {
    try await singleSeries(StatsKey(slotID, window, since: since)).value
  }

  /// The statistics of every slot, from memory where they are valid; otherwise read in one call, or, where only
  /// some slots had events since, those alone.
  nonisolated(nonsending) public func collectSlotStats(
    window: StatsWindow, since: Date?
  ) async throws -> [Slot.ID: StatsAggregation] {
    try await everySlot(StatsKey(nil, window, since: since), in: .newest).value
  }

  /// The statistics of all slots together with their age; an answer from memory keeps the age of its load.
  nonisolated(nonsending) public func readGlobalStats(window: StatsWindow, since: Date?) async throws -> StatsReading {
    StatsReading(try await singleSeries(StatsKey(nil, window, since: since)))
  }

  /// The statistics of one slot with their age; an answer from memory keeps the age of its load.
  nonisolated(nonsending) public func readSlotStats(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> StatsReading {
    StatsReading(try await singleSeries(StatsKey(slotID, window, since: since)))
  }

  /// All slots in the source's order, from memory where the list is valid.
  nonisolated(nonsending) package func readSlots() async throws -> [Slot] { try await slotList(in: .newest).value }

  /// How the source is read.
  public var reading: SourceReading { repository.reading }

  /// What changes in the source from now on; `nil` for one that does not tell.
  public func sourceChanges() -> StatsChanges? { repository.changes() }

  /// Tells an incremental source what is looked at from now on.
  public func focus(to focus: ReadFocus) { repository.focus(to: focus) }

  /// Whether the source is known to keep a history.
  public var keepsHistory: Bool { repository.keepsHistory }

  /// Everything as it was at a past instant, or the last one before it that the source can tell exactly; `nil` where the
  /// source keeps no history. Nothing of it is cached: what is past is asked for once.
  /// - Throws: what the source throws.
  nonisolated(nonsending) public func readPast(at instant: Date) async throws -> FleetReading? {
    try await repository.past(at: instant).map(described)
  }

  /// A reading that was kept elsewhere, with what is said of its slots now.
  package func described(_ reading: FleetReading) -> FleetReading {
    var reading = reading
    reading.slots = reading.slots.described(by: descriptions)
    return reading
  }

  /// Drops everything: what is asked for next is read from the repository.
  public func invalidateAll() {
    series.invalidateAll()
    bulks.invalidateAll()
    slotLists.invalidateAll()
    frames.forget()
    changes.publish(StatsChange(slots: nil, at: wallClock()))
  }

  /// How many entries are kept, expired ones included that have not left yet.
  package var entryCount: Int { series.count + bulks.count + slotLists.count }

  /// How many loads are under way and how many callers wait for them.
  package var underWay: (loads: Int, waiters: Int) {
    let all = [series.underWay, bulks.underWay, slotLists.underWay]
    return (all.reduce(0) { $0 + $1.loads }, all.reduce(0) { $0 + $1.waiters })
  }

  private nonisolated(nonsending) func singleSeries(_ key: StatsKey) async throws -> StatsEntry<StatsAggregation> {
    if let entry = series.entry(for: key, at: clockTime()) { return entry }
    return try await singleSeries(key, in: .newest)
  }
}

extension StatsReading {
  init(_ entry: StatsEntry<StatsAggregation>) {
    self.init(aggregation: entry.value, generatedAt: entry.generatedAt, readAt: entry.readAt)
  }
}
