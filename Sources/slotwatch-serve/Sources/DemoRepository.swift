import EventStore
import FleetSimulator
import FoundationEssentials
import JobPipeline
import SlotStats
import Synchronization

/// A simulated fleet in this process: eight weeks of made-up past in a store in memory, and from the first one who
/// listens for changes on, real workers that feed it. What goes wrong is timed by the opening, so that whoever has just
/// come sees it: ``FleetStory``.
///
/// The past follows from the fleet's seed and the time of day alone. Where the wall clock stands still, so does the
/// fleet. What the store holds is bounded, however long it runs.
final class DemoRepository: StatsRepository {
  private let fleet: SimulatedFleet
  private let clock: JobClock
  private let isStill: Bool
  private let feed = StatsChangeFeed()
  let opening: Task<SQLiteStatsRepository, any Error>
  private let versions: Task<StoreVersions, any Error>
  private let life = Mutex<Task<Void, Never>?>(nil)

  /// A demo whose past is being made from now on, on another thread.
  /// - Parameters:
  ///   - fleet: what is simulated.
  ///   - clock: the time of day, and what work is measured by.
  ///   - isStill: whether the wall clock stands still.
  init(_ fleet: SimulatedFleet = SimulatedFleet(), clock: JobClock, isStill: Bool = false) {
    var fleet = fleet
    let now = clock.wallTime
    fleet.settings.story = FleetStory(opening: now)
    self.fleet = fleet
    self.clock = clock
    self.isStill = isStill
    let opening = Task.detached { [fleet] in try await Self.open(fleet, at: now, clock) }
    self.opening = opening
    versions = Task.detached { StoreVersions(try await opening.value, opening: 1) }
  }

  deinit {
    opening.cancel()
    life.withLock { $0?.cancel() }
    feed.finish()
  }

  var reading: SourceReading { .byVersion }

  func currentVersion(after known: UInt64?) async throws -> SourceVersion {
    try await versions.value.current(after: known, at: clock.wallTime)
  }

  /// All of them.
  var windows: Set<StatsWindow> { Set(StatsWindow.allCases) }

  func slots() async throws -> [Slot] { try await opening.value.slots() }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await opening.value.collectGlobalMetrics(window: window, since: since)
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await opening.value.collectSlotMetrics(slotID, window: window, since: since)
  }

  func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await opening.value.collectSlotMetrics(window: window, since: since)
  }

  let keepsHistory = true

  func past(at instant: Date) async throws -> FleetReading? { try await opening.value.past(at: instant) }

  func failureMessages(of slotID: Slot.ID, since: Date?, limit: Int) async throws -> FailureMessages? {
    try await opening.value.failureMessages(of: slotID, since: since, limit: limit)
  }

  /// What changes from now on; the first call starts the fleet.
  func changes() -> StatsChanges? {
    let changes = feed.changes()
    if !isStill { start() }
    return changes
  }

  private func start() {
    life.withLock { life in
      guard life == nil else { return }
      life = Task.detached { [fleet, clock, feed, opening] in
        // A store that could not be opened is told to whoever reads.
        guard let store = try? await opening.value else { return }
        await Self.live(fleet, clock, store, feed)
      }
    }
  }

  /// A store in memory with the past of a fleet that ends at `now`, and with what people noted of it.
  static func open(_ fleet: SimulatedFleet, at now: Date, _ clock: JobClock) async throws -> SQLiteStatsRepository {
    let store = try SQLiteStatsRepository.inMemory(
      settings: StoreSettings(keptDays: 1, rawLogDays: 1, hourDays: hourDays) { clock.wallTime })
    try await store.describe(fleet.slots)
    let past = fleet.pastWithMinutes(endingAt: now)
    try await store.addSyntheticPast(of: past.buckets, minutesFrom: past.minutesFrom)
    // The jobs of the head start are yet to come.
    let begin = now.addingTimeInterval(-Double(headStart) / Double(SimulatedFleet.ticksPerSecond))
    try await store.addSyntheticLogs(fleet.pastFailures(endingAt: begin, seconds: readableSeconds))
    try await store.acknowledge(.ofTheDemo(at: now))
    for mark in Mark.ofTheDemo(at: now) { _ = try await store.add(mark, now: now) }
    return store
  }

  private static func live(
    _ fleet: SimulatedFleet, _ clock: JobClock, _ store: SQLiteStatsRepository, _ feed: StatsChangeFeed
  ) async {
    let live = LiveFleet(fleet, clock: clock, gatherTime: gatherTime, headStart: headStart) { logs in
      let slots = try await store.storeProcessingLogs(logs).changedSlots
      if !slots.isEmpty { feed.publish(StatsChange(slots: slots, at: clock.wallTime)) }
    }
    let upkeep = Task {
      while true {
        try await clock.sleep(for: upkeepPause)
        // What fails now is tried again a minute later.
        try? await lookAfter(store, at: clock.wallTime)
      }
    }
    await live.run()
    upkeep.cancel()
  }

  /// Removes what a demo has no use for.
  static func lookAfter(_ store: SQLiteStatsRepository, at now: Date) async throws {
    try await store.forgetSyntheticJobs(before: now.addingTimeInterval(-rememberedSeconds), keptLogs: keptLogs)
    while try await store.performMaintenance() {}
  }

  /// How long events are gathered: often enough to see jobs come and go, seldom enough to cost next to nothing.
  private static let gatherTime: Duration = .milliseconds(400)
  /// How many tenths of a second before the start jobs have come in: enough that some end within the first second.
  private static let headStart = 30
  /// The failures of how many seconds of the past can be read.
  private static let readableSeconds = 300
  /// How many days hours are kept: enough to tell what is usual at an hour.
  private static let hourDays = 15
  private static let upkeepPause: Duration = .seconds(60)
  /// How long jobs are remembered, in seconds: longer than any takes with all its attempts.
  private static let rememberedSeconds = 600.0
  /// How many events can be read again: those of the last minutes, so that it can be seen what failures say.
  private static let keptLogs = 10_000
}
