import FoundationEssentials
import SQLiteFiles
import SlotStats
import StatsFormats
import Synchronization

/// The statistics of an event store that others write.
///
/// It is opened with the first reading, only to be read, and anew once its file was replaced or a reading failed: so a
/// store may be missing, come, go and come again. Errors are ``StatsSourceError``.
package actor SQLiteStatsSource: StatsRepository {
  private let path: String
  private let settings: StoreSettings
  private var opened: (store: SQLiteStatsRepository, versions: StoreVersions, identity: FileIdentity)?
  /// How often a store was opened.
  private var openings: UInt64 = 0
  /// The file and the change that were told of last.
  private var told: (identity: FileIdentity, change: Int64)?
  /// What the store was last seen to have; `nil` before it was looked at.
  private let seen = Mutex<Set<StatsWindow>?>(nil)
  private let feed = StatsChangeFeed()
  private let watching = Mutex<Task<Void, Never>?>(nil)

  /// A source over the store in this file; nothing is opened yet.
  package init(path: String, settings: StoreSettings) {
    self.path = path
    self.settings = settings
  }

  deinit {
    watching.withLock { $0?.cancel() }
    feed.finish()
  }

  /// One state of the store at a time.
  package nonisolated var reading: SourceReading { .byVersion }

  package func currentVersion(after known: UInt64?) async throws -> SourceVersion {
    let store = try store()
    guard let versions = opened?.versions else {
      // The file went while it was opened: what is read of it is a state of its own.
      openings += 1
      return try await StoreVersions(store, opening: openings).current(after: nil, at: settings.now())
    }
    do {
      return try await versions.current(after: known, at: settings.now())
    } catch let error as StatsSourceError {
      opened = nil
      throw error
    }
  }

  /// The windows of the store that is there now: one that no writer of this version has opened has no minutes yet.
  package nonisolated var windows: Set<StatsWindow> {
    seen.withLock { seen in
      let all = Set(StatsWindow.allCases)
      if let seen { return seen }
      guard let version = try? StoreSchema.check(path, mustExist: true) else { return all }
      let windows = version < StoreSchema.version ? StoreSchema.firstWindows : all
      seen = windows
      return windows
    }
  }

  package func slots() async throws -> [Slot] { try await read { try await $0.slots() } }

  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await read { try await $0.collectGlobalMetrics(window: window, since: since) }
  }

  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    try await read { try await $0.collectSlotMetrics(slotID, window: window, since: since) }
  }

  package func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await read { try await $0.collectSlotMetrics(window: window, since: since) }
  }

  package func collectRecent(at instant: Date, slots: Set<Slot.ID>?) async throws -> RecentReading? {
    try await read { try await $0.collectRecent(at: instant, slots: slots) }
  }

  /// Whether the store that is there now has minutes.
  package nonisolated var keepsHistory: Bool { windows.contains(.minute) }

  package func past(at instant: Date) async throws -> FleetReading? {
    try await read { try await $0.past(at: instant) }
  }

  package func failureMessages(of slotID: Slot.ID, since: Date?, limit: Int) async throws -> FailureMessages? {
    try await read { try await $0.failureMessages(of: slotID, since: since, limit: limit) }
  }

  package nonisolated func changes() -> StatsChanges? {
    let changes = feed.changes()
    watching.withLock { watching in
      guard watching == nil else { return }
      let activity = StoreWatch(path: path).activity()
      watching = Task { [weak self] in
        for await _ in activity {
          guard let self else { return }
          if let change = await self.news() { self.feed.publish(change) }
        }
      }
    }
    return changes
  }

  /// What has changed since it was last asked; whether the store is there is news too.
  private func news() async -> StatsChange? {
    let anything = StatsChange(slots: nil, at: settings.now())
    guard let identity = FileIdentity(path: path) else {
      defer { told = nil }
      return told == nil ? nil : anything
    }
    do {
      let store = try store()
      guard let told, told.identity == identity else {
        self.told = (identity, try await store.latestChange())
        return anything
      }
      let changes = try await store.changes(since: told.change)
      self.told = (identity, changes.latest)
      // What the store knows of its slots may not hold either.
      if changes.slots == nil { opened = nil }
      if changes.latest == told.change { return nil }
      return StatsChange(slots: changes.slots.flatMap { $0.count > Self.namedSlots ? nil : $0 }, at: anything.at)
    } catch {
      // The next reading says why.
      opened = nil
      return nil
    }
  }

  /// How many slots a change names; past it, reading all of them is cheaper.
  private static let namedSlots = 100

  private func read<Value: Sendable>(
    _ body: (SQLiteStatsRepository) async throws -> Value
  ) async throws -> Value {
    let store = try store()
    do {
      let value = try await body(store)
      seen.withLock { $0 = store.windows }
      return value
    } catch let error as StatsSourceError where error.kind != .noSuchSlot && error.kind != .notKept {
      opened = nil
      throw error
    }
  }

  private func store() throws -> SQLiteStatsRepository {
    let identity = FileIdentity(path: path)
    if let opened, opened.identity == identity, !opened.store.isStill, opened.store.isThere { return opened.store }
    opened = nil
    let store = try SQLiteStatsRepository.open(path, readOnly: true, settings: settings)
    // Looked at before the opening: a file that came in between is opened again.
    if let identity {
      openings += 1
      opened = (store, StoreVersions(store, opening: openings), identity)
    }
    return store
  }
}
