import JobPipeline
import JobStore

/// A queue that tests can look into.
protocol InspectableQueue: JobQueue {
  var count: Int { get async throws }
  var leasedCount: Int { get async throws }
  var unconfirmedCount: Int { get async throws }
  func close() async
}

extension InMemoryJobQueue: InspectableQueue {}
extension SQLiteJobQueue: InspectableQueue {}

/// The queues there are.
enum QueueKind: CaseIterable {
  case inMemory, sqlite

  func make(capacity: Int, maxUnconfirmedLogs: Int, clock: JobClock) throws -> RingingQueue {
    let queue: any InspectableQueue =
      switch self {
      case .inMemory: InMemoryJobQueue(capacity: capacity, maxUnconfirmedLogs: maxUnconfirmedLogs, clock: clock)
      case .sqlite:
        try SQLiteJobQueue.inMemory(capacity: capacity, maxUnconfirmedLogs: maxUnconfirmedLogs, clock: clock)
      }
    return RingingQueue(queue)
  }
}
