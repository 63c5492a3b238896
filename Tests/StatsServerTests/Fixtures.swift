import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization

@testable import StatsServer

/// Puts batches into memory, one event after another; fails while it is told to, and waits while its gate is shut.
final class MemoryLedger: EventLedger {
  private struct State {
    var ids: Set<UUID> = []
    var sizes: [Int] = []
    var fails = false
    /// What it throws besides.
    var error: (any Error)?
    var gate: Gate?
    var newest: Date?
    var acks = AcknowledgementBook()
    var marks = MarkBook()
    /// The slots of each change, the first one's number being 1.
    var changes: [Set<Slot.ID>] = []
  }

  let name = "memory"
  let windows: Set<StatsWindow>
  /// From when on everything is kept; `nil` where there is no history.
  let keptFrom: Date?
  let repository: InMemoryStatsRepository
  private let state = Mutex(State())

  init(
    _ repository: InMemoryStatsRepository = InMemoryStatsRepository(.init(slots: []), countsEvents: true),
    windows: Set<StatsWindow> = Set(StatsWindow.allCases), keptFrom: Date? = nil
  ) {
    self.repository = repository
    self.windows = windows
    self.keptFrom = keptFrom
  }

  func newestEvent() async throws -> Date? { state.withLock { $0.newest } }

  var keepsHistory: Bool { keptFrom != nil }

  func past(at instant: Date) async throws -> FleetReading? {
    guard let keptFrom else { return nil }
    guard instant > keptFrom else { throw StatsSourceError.nothing(before: keptFrom) }
    let kept = Dictionary(uniqueKeysWithValues: windows.map { ($0, Date.distantPast) })
    return try await past(PastMoment(instant, keptFrom: kept), readAt: instant)
  }

  /// How many events each batch had.
  var batchSizes: [Int] { state.withLock { $0.sizes } }

  func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

  func fail(with error: (any Error)?) { state.withLock { $0.error = error } }

  func wait(at gate: Gate?) { state.withLock { $0.gate = gate } }

  /// Takes it as changed by somebody else.
  func change(_ slots: Set<Slot.ID>) { state.withLock { $0.changes.append(slots) } }

  /// Takes it as replaced by an older content.
  func goBack(to change: Int) { state.withLock { $0.changes.removeLast($0.changes.count - change) } }

  func append(_ batch: EventBatch, position: InputPosition?) async throws -> StoredBatch {
    try await state.withLock { $0.gate }?.pass()
    if let error = state.withLock({ $0.error }) { throw error }
    if state.withLock({ $0.fails }) {
      throw StatsSourceError(.inputOutput, action: "Cannot write", cause: "the disk is full")
    }
    state.withLock { $0.sizes.append(batch.count) }
    var stored = StoredBatch(outcomes: [], changedSlots: [])
    for log in (0..<batch.count).map({ batch[$0] }) {
      guard state.withLock({ $0.ids.insert(log.id).inserted }) else {
        stored.outcomes.append(.duplicate)
        continue
      }
      try await repository.storeProcessingLog(log)
      state.withLock { $0.newest = max($0.newest ?? log.occurredAt, log.occurredAt) }
      stored.outcomes.append(.accepted)
      stored.changedSlots.insert(log.slotID)
    }
    if !stored.changedSlots.isEmpty {
      stored.change = state.withLock { state in
        state.changes.append(stored.changedSlots)
        return Int64(state.changes.count)
      }
    }
    return stored
  }

  func storeProcessingLogs(_ logs: [ProcessingLog]) async throws -> StoredBatch { try await append(EventBatch(logs)) }

  func storeProcessingLog(_ log: ProcessingLog) async throws { _ = try await storeProcessingLogs([log]) }

  func position(of input: String) async throws -> InputPosition? { nil }

  func latestChange() async throws -> Int64 { state.withLock { Int64($0.changes.count) } }

  func changes(since change: Int64) async throws -> EventChanges {
    state.withLock { state in
      let latest = Int64(state.changes.count)
      let slots =
        change > latest ? nil : state.changes.dropFirst(Int(change)).reduce(into: Set<Slot.ID>()) { $0.formUnion($1) }
      return EventChanges(latest: latest, slots: slots)
    }
  }

  func acknowledgements() async throws -> AcknowledgementBook? {
    try state.withLock { state in
      if let error = state.error { throw error }
      return state.acks
    }
  }

  func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    try state.withLock { state in
      if let error = state.error { throw error }
      state.acks.add(acknowledgement)
    }
  }

  func withdraw(_ slotID: Slot.ID?) async throws -> Bool { state.withLock { $0.acks.withdraw(slotID) } }

  func note(_ sightings: [AcknowledgementSighting]) async throws {
    state.withLock { state in for sighting in sightings { state.acks.note(sighting) } }
  }

  func marks() async throws -> MarkBook? {
    try state.withLock { state in
      if let error = state.error { throw error }
      return state.marks
    }
  }

  func add(_ mark: Mark, now: Date) async throws -> Mark { state.withLock { $0.marks.add(mark, now: now) } }

  func removeMark(_ id: Int) async throws -> Bool { state.withLock { $0.marks.remove(id) } }

  func recordHeartbeat() async throws {}

  func performMaintenance() async throws -> Bool { false }

  func close() throws {}

  func slots() async throws -> [Slot] { try await repository.slots() }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await repository.collectGlobalMetrics(window: window, since: since)
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await repository.collectSlotMetrics(slotID, window: window, since: since)
  }
}

enum Sample {
  static let now = Date(timeIntervalSince1970: 1_795_000_000)

  /// An event as a line of JSON.
  static func event(
    _ status: String = "received", slot: String = "slot-1", id: UUID = UUID(), job: UUID = UUID(),
    at instant: Date = now
  ) -> String {
    """
    {"id":"\(id)","job_id":"\(job)","slot_id":"\(slot)","status":"\(status)","occurred_at":"\(RFC3339.format(instant))"}
    """
  }

  static func accepted() -> ClosedRange<Int64> { ProcessingLogReader.accepted(now: now, keptSeconds: 400 * 86_400) }
}

extension IntakeOutcome {
  /// What became of it, in words.
  var words: String {
    switch self {
    case .failed(let reason): "failed: \(reason)"
    case .stored(let accepted, let duplicate, let refused, let count):
      "\(accepted) accepted, \(duplicate) duplicate, \(count) refused \(refused.map(\.index))"
    }
  }
}
