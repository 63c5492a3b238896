/// A repository that also keeps what workers publish.
public protocol ProcessingLogStore: Sendable {
  /// Stores one event; when it returns, the event is kept.
  func storeProcessingLog(_ log: ProcessingLog) async throws
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

/// A repository that keeps many events at the cost of one.
public protocol ProcessingLogBatchStore: ProcessingLogStore {
  /// Stores events, all of them or none; when it returns, what was accepted or a duplicate is kept.
  /// - Returns: what became of each, in the order of `logs`.
  /// - Throws: ``StatsSourceError``; nothing is stored then.
  func storeProcessingLogs(_ logs: [ProcessingLog]) async throws -> [StoredLog]
}
