import GRDB
import StatsFormats

/// Reads and writes what is known of jobs, within a transaction.
struct JobTable {
  private let find: StoreStatement
  private let insert: StoreStatement
  private let update: StoreStatement
  private let findEvent: StoreStatement
  private let insertEvent: StoreStatement
  private var bytes: [UInt8] = []

  init(_ db: Database) throws {
    find = try StoreStatement(
      db,
      """
      SELECT last_at, received_at, received_slot, ended_at, ended_slot, outcome, events FROM jobs WHERE job = ?1
      """)
    insert = try StoreStatement(db, "INSERT INTO jobs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
    update = try StoreStatement(
      db,
      """
      UPDATE jobs SET last_at = ?2, received_at = ?3, received_slot = ?4, ended_at = ?5, ended_slot = ?6, outcome = ?7,
        events = ?8 WHERE job = ?1
      """)
    findEvent = try StoreStatement(db, "SELECT 1 FROM job_events WHERE job = ?1 AND event = ?2")
    insertEvent = try StoreStatement(db, "INSERT OR IGNORE INTO job_events VALUES (?1, ?2)")
  }

  /// Looks a job up; `false` where nothing is known of it, and `state` is then empty.
  @inline(__always)
  func load(_ job: EventID, into state: inout JobState) throws -> Bool {
    state.clear()
    find.bind(job, at: 1)
    defer { find.reset() }
    guard try find.step() else { return false }
    state.lastAt = find.int(0)
    let blob = find.blob(6)
    for offset in stride(from: 0, to: blob.count - 15, by: 16) {
      state.ids.append(EventID(UnsafeRawBufferPointer(rebasing: blob[offset..<offset + 16])))
    }
    var place = 0
    func winner(at column: Int32, slot: Int32, counter: Int) -> JobState.Winner? {
      guard !find.isNull(column), place < state.ids.count else { return nil }
      defer { place += 1 }
      return JobState.Winner(
        occurredAt: find.int(column), id: state.ids[place], slot: find.int(slot), counter: counter)
    }
    state.received = winner(at: 1, slot: 2, counter: RollupBlock.ingest)
    state.ended = winner(at: 3, slot: 4, counter: Int(find.int(5)))
    // What is left behind the ids is the reason of the end.
    if blob.count % 16 > 0 { state.ended?.reason = FailurePrefix(blob.suffix(blob.count % 16)) }
    return true
  }

  /// Whether an event of a job is among those that its row does not hold.
  func holdsApart(_ event: EventID, of job: EventID) throws -> Bool {
    findEvent.bind(job, at: 1)
    findEvent.bind(event, at: 2)
    defer { findEvent.reset() }
    return try findEvent.step()
  }

  /// Keeps what is known of a job.
  mutating func save(_ job: EventID, _ state: inout JobState, isNew: Bool) throws {
    state.arrange()
    bytes.removeAll(keepingCapacity: true)
    for id in state.ids.prefix(JobState.rowIDs) {
      withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { bytes.append(contentsOf: $0) }
    }
    for id in state.ids.dropFirst(JobState.rowIDs) {
      insertEvent.bind(job, at: 1)
      insertEvent.bind(id, at: 2)
      try insertEvent.run()
    }
    if let reason = state.ended?.reason, reason != .none { bytes.append(contentsOf: reason.bytes) }
    let statement = isNew ? insert : update
    statement.bind(job, at: 1)
    statement.bind(state.lastAt, at: 2)
    statement.bind(state.received?.occurredAt, at: 3)
    statement.bind(state.received?.slot, at: 4)
    statement.bind(state.ended?.occurredAt, at: 5)
    statement.bind(state.ended?.slot, at: 6)
    statement.bind(state.ended.map { Int64($0.counter) }, at: 7)
    statement.bind(blob: bytes, at: 8)
    try statement.run()
  }
}
