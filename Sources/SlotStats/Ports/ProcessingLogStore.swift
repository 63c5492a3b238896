/// A place that keeps what workers publish.
public protocol ProcessingLogStore: Sendable {
  /// Stores one event; when it returns, the event is kept.
  func storeProcessingLog(_ log: ProcessingLog) async throws

  /// Stores events; when it returns, what was accepted or a duplicate is kept. By default one after another; a store
  /// that can keeps all of them or none.
  /// - Returns: what became of each, in the order of `logs`, and whose statistics changed.
  /// - Throws: ``PartlyStoredBatch`` where some are kept and others are not; anything else where none is.
  func storeProcessingLogs(_ logs: [ProcessingLog]) async throws -> StoredBatch
}

extension ProcessingLogStore {
  /// Stores one after another.
  public func storeProcessingLogs(_ logs: [ProcessingLog]) async throws -> StoredBatch {
    var stored = StoredBatch(outcomes: [], changedSlots: [])
    for log in logs {
      do {
        try await storeProcessingLog(log)
      } catch {
        throw stored.outcomes.isEmpty ? error : PartlyStoredBatch(stored: stored, reason: error)
      }
      stored.outcomes.append(.accepted)
      stored.changedSlots.insert(log.slotID)
    }
    return stored
  }
}

/// What became of one event of a batch.
public enum StoredLog: Hashable, Sendable {
  /// It is kept.
  case accepted
  /// It was there before; nothing has changed.
  case duplicate
  /// It is not kept, and never will be; why, in a few words.
  case refused(reason: String)
}

/// What became of a batch of events.
public struct StoredBatch: Hashable, Sendable {
  /// What became of each event, in order.
  public var outcomes: [StoredLog]
  /// The slots whose statistics changed: those of events that count, and those that a count moved away from.
  public var changedSlots: Set<Slot.ID>
  /// The number of this change of the statistics, in a store that numbers them; `nil` where they stayed as they were.
  public var change: Int64?

  /// A batch that was stored.
  public init(outcomes: [StoredLog], changedSlots: Set<Slot.ID>, change: Int64? = nil) {
    self.outcomes = outcomes
    self.changedSlots = changedSlots
    self.change = change
  }

  /// How many events are kept.
  public var acceptedCount: Int { outcomes.count { $0 == .accepted } }
  /// How many were there before.
  public var duplicateCount: Int { outcomes.count { $0 == .duplicate } }
  /// Why events were refused, one reason for each, in their order.
  public var refusals: [String] {
    outcomes.compactMap { outcome in
      if case .refused(let reason) = outcome { reason } else { nil }
    }
  }
}

/// A batch whose first events are kept and whose others are not.
public struct PartlyStoredBatch: Error {
  /// What became of those before the one that failed.
  public var stored: StoredBatch
  /// Why that one failed.
  public var reason: any Error

  /// A batch of which this was stored.
  public init(stored: StoredBatch, reason: any Error) {
    self.stored = stored
    self.reason = reason
  }
}
