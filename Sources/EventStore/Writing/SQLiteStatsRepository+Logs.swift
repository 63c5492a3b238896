import FoundationEssentials
import SlotStats
import StatsFormats

extension SQLiteStatsRepository {
  /// Stores one event in a transaction of its own.
  /// - Throws: ``StatsSourceError``, of kind `contentRefused` for an event that cannot be kept.
  package func storeProcessingLog(_ log: ProcessingLog) async throws {
    guard case .refused(let reason)? = try await storeProcessingLogs([log]).outcomes.first else { return }
    throw StatsSourceError(.contentRefused, action: "Cannot store event", cause: reason)
  }

  /// Stores events in one transaction; those that cannot be kept are refused and the others stored.
  package func storeProcessingLogs(_ logs: [ProcessingLog]) async throws -> StoredBatch {
    let accepted = ProcessingLogReader.accepted(now: settings.now(), keptSeconds: settings.keptSeconds)
    var outcomes = logs.map { log in
      Self.problem(with: log, accepted: accepted).map { StoredLog.refused(reason: $0) } ?? .accepted
    }
    let kept = outcomes.indices.filter { outcomes[$0] == .accepted }
    guard !kept.isEmpty else { return StoredBatch(outcomes: outcomes, changedSlots: []) }
    var stored = try await append(EventBatch(kept.lazy.map { logs[$0] }))
    for (index, outcome) in zip(kept, stored.outcomes) { outcomes[index] = outcome }
    stored.outcomes = outcomes
    return stored
  }

  private static func problem(with log: ProcessingLog, accepted: ClosedRange<Int64>) -> String? {
    let length = log.slotID.unicodeScalars.count
    guard (1...Slot.maxIDLength).contains(length) else {
      return "its slot id has \(length) characters; 1 to \(Slot.maxIDLength) are allowed"
    }
    let instant = EventRecord.nanoseconds(log.occurredAt)
    if accepted.contains(instant) { return nil }
    let date = "it is dated \(RFC3339.format(log.occurredAt))"
    return instant > accepted.upperBound
      ? "\(date), more than 24 hours ahead; check the clock" : "\(date), older than events are kept"
  }
}
