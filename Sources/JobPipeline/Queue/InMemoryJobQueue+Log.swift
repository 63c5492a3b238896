import SlotStats

extension InMemoryJobQueue {
  /// Appends to the log; nothing of it where the lease is lost.
  public func appendProcessingLogs(_ logs: [ProcessingLog], under lease: JobLease?) throws -> Int {
    if let lease { _ = try held(lease) }
    return append(logs)
  }

  /// The oldest entries of the log that nobody has confirmed.
  public func unconfirmedProcessingLogs(limit: Int) -> [ProcessingLog] { unconfirmed.prefix(limit) }

  /// Forgets these entries of the log.
  public func confirmProcessingLogs(_ ids: [ProcessingLog.ID]) {
    var ids = Set(ids)
    // The service confirms what it was given, so that these are the first ones.
    while let first = unconfirmed.first, ids.remove(first.id) != nil { _ = unconfirmed.popFirst() }
    if !ids.isEmpty { unconfirmed.removeAll { ids.contains($0.id) } }
  }

  /// How many entries of the log nobody has confirmed.
  public var unconfirmedCount: Int { unconfirmed.count }

  /// - Returns: how many there was no room for.
  func append(_ logs: [ProcessingLog]) -> Int {
    var leftOut = 0
    for log in logs {
      if var entry = entries[log.jobID] {
        if entry.history.contains(where: { $0.id == log.id }) { continue }
        entry.history.append(log)
        entries[log.jobID] = entry
      }
      if unconfirmed.count < maxUnconfirmedLogs {
        unconfirmed.append(log)
      } else {
        leftOut += 1
      }
    }
    return leftOut
  }
}
