import FoundationEssentials
import SQLiteFiles
import SlotStats
import StatsFormats
import Synchronization

/// An event store in a file, which is opened anew where another file has taken its place.
///
/// Where the file is gone, everything fails until there is one again; none is made. The numbers of changes tell the
/// openings apart: a change of an earlier one may differ in every slot.
package final class SQLiteEventLedger: EventLedger {
  private struct State {
    /// The store; `nil` while there is none to be opened.
    var store: SQLiteStatsRepository?
    /// How often it was opened anew.
    var opening: Int64 = 0
    /// Why there is none.
    var loss: (any Error)?
    /// Whether somebody lets go of it or opens it anew: that may take long, and nobody else waits for it. Both at once may
    /// not be, as the log of what was lost is beside what is there now until it is let go.
    var isChanging = false
    /// Whether it was let go of for good.
    var isClosed = false
  }

  /// How many bits the number of a change takes; the opening stands above.
  private static let changeBits: Int64 = 40

  package let name: String
  private let path: String
  private let settings: StoreSettings
  private let state: Mutex<State>

  /// Opens the store, as ``SQLiteStatsRepository/open(_:readOnly:settings:migrating:)`` does.
  package init(
    opening path: String, settings: StoreSettings, migrating: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws {
    self.path = path
    self.settings = settings
    name = path
    state = Mutex(State(store: try SQLiteStatsRepository.open(path, settings: settings, migrating: migrating)))
  }

  package var windows: Set<StatsWindow> { state.withLock { $0.store?.windows } ?? Set(StatsWindow.allCases) }

  package func slots() async throws -> [Slot] { try await use { try await $0.slots() } }

  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await use { try await $0.collectGlobalMetrics(window: window, since: since) }
  }

  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    try await use { try await $0.collectSlotMetrics(slotID, window: window, since: since) }
  }

  package func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await use { try await $0.collectSlotMetrics(window: window, since: since) }
  }

  package func collectRecent(at instant: Date, slots: Set<Slot.ID>?) async throws -> RecentReading? {
    try await use { try await $0.collectRecent(at: instant, slots: slots) }
  }

  package func failureMessages(of slotID: Slot.ID, since: Date?, limit: Int) async throws -> FailureMessages? {
    try await use { try await $0.failureMessages(of: slotID, since: since, limit: limit) }
  }

  package func describe(_ slotID: Slot.ID, as description: SlotDescription) async throws {
    try await use { try await $0.describe(slotID, as: description) }
  }

  /// Always: a store that is written has been migrated.
  package var keepsHistory: Bool { true }

  package func past(at instant: Date) async throws -> FleetReading? { try await use { try await $0.past(at: instant) } }

  package func append(_ batch: EventBatch, position: InputPosition?) async throws -> StoredBatch {
    try await numbered { try await $0.append(batch, position: position) }
  }

  package func storeProcessingLog(_ log: ProcessingLog) async throws {
    try await use { try await $0.storeProcessingLog(log) }
  }

  package func storeProcessingLogs(_ logs: [ProcessingLog]) async throws -> StoredBatch {
    try await numbered { try await $0.storeProcessingLogs(logs) }
  }

  private func numbered(_ body: (SQLiteStatsRepository) async throws -> StoredBatch) async throws -> StoredBatch {
    try await useNumbered { store, opening in
      var stored = try await body(store)
      stored.change = stored.change.map { Self.number($0, opening) }
      return stored
    }
  }

  package func position(of input: String) async throws -> InputPosition? {
    try await use { try await $0.position(of: input) }
  }

  package func latestChange() async throws -> Int64 {
    try await useNumbered { store, opening in Self.number(try await store.latestChange(), opening) }
  }

  package func newestEvent() async throws -> Date? { try await use { try await $0.newestEvent() } }

  package func changes(since change: Int64) async throws -> EventChanges {
    try await useNumbered { store, opening in
      guard change >> Self.changeBits == opening else {
        return EventChanges(latest: Self.number(try await store.latestChange(), opening), slots: nil)
      }
      let changes = try await store.changes(since: change - opening << Self.changeBits)
      return EventChanges(latest: Self.number(changes.latest, opening), slots: changes.slots)
    }
  }

  private static func number(_ change: Int64, _ opening: Int64) -> Int64 { opening << changeBits + change }

  package func recordHeartbeat() async throws { try await use { try await $0.recordHeartbeat() } }

  package func recordGap() async throws { try await use { try await $0.recordGap() } }

  package func gapCount() async throws -> Int { try await use { try await $0.gapCount() } }

  package func performMaintenance() async throws -> Bool { try await use { try await $0.performMaintenance() } }

  package func close() throws {
    let store = state.withLock { state in
      state.isClosed = true
      return state.store
    }
    try store?.close()
  }

  func use<Value>(_ body: (SQLiteStatsRepository) async throws -> Value) async throws -> Value {
    try await useNumbered { store, _ in try await body(store) }
  }

  private func useNumbered<Value>(
    _ body: (SQLiteStatsRepository, _ opening: Int64) async throws -> Value
  ) async throws -> Value {
    let (store, opening) = try opened()
    do {
      return try await body(store, opening)
    } catch {
      guard let loss = store.loss else { throw error }
      throw leave(store, because: loss)
    }
  }

  /// The store, opened anew where it was lost and there is one again. Whoever asks while another one lets go of it or
  /// opens it is told of the loss.
  private func opened() throws -> (SQLiteStatsRepository, opening: Int64) {
    let known = try state.withLock { state -> (SQLiteStatsRepository, opening: Int64)? in
      if let store = state.store { return (store, state.opening) }
      guard !state.isChanging, !state.isClosed, FileIdentity(path: path) != nil else {
        throw state.loss ?? StoreError.translated(DatabaseFile.Refusal.missing, .open, name: name)
      }
      state.isChanging = true
      return nil
    }
    if let known { return known }
    let opened = Result {
      _ = try StoreError.translating(.open, name: name) { try StoreSchema.check(path, mustExist: true) }
      return try SQLiteStatsRepository.open(path, settings: settings)
    }
    return try state.withLock { state in
      state.isChanging = false
      let store = try opened.get()
      if state.isClosed {
        try store.close()
        throw StoreError.translated(DatabaseFile.Refusal.missing, .open, name: name)
      }
      state.store = store
      state.opening += 1
      return (store, state.opening)
    }
  }

  /// Lets go of a store whose files are not those of its path any more.
  /// - Returns: what became of them.
  private func leave(_ store: SQLiteStatsRepository, because loss: any Error) -> any Error {
    let isFirst = state.withLock { state in
      guard state.store === store else { return false }
      state.store = nil
      state.loss = loss
      state.isChanging = true
      return true
    }
    guard isFirst else { return loss }
    let told = store.abandon() ?? loss
    state.withLock { ($0.loss, $0.isChanging) = (told, false) }
    return told
  }
}
