import GRDB
import SlotStats
import StatsFormats

/// Stores one batch within a transaction: by job first, in the order of the table of jobs, so that neighbours are
/// written together; then the raw events; then one write for each row of counters.
struct BatchWriter {
  private let db: Database
  private let batch: EventBatch
  private var jobs: JobTable
  private var changes: RollupChanges
  private var durations = DurationTable()
  private var outcomes: [StoredLog]
  /// Before this second, counted from 1970, nothing is known of jobs.
  private let jobsFrom: Int64
  private let lastChange: Int64
  /// The time of day in nanoseconds since 1970.
  private let now: Int64
  /// The newest instant of an accepted event.
  private var newest = Int64.min

  /// What becomes of an event from before anything that is known of jobs.
  private static let tooOld = StoredLog.refused(reason: "older than events are kept")

  init(_ db: Database, _ batch: EventBatch, _ settings: StoreSettings) throws {
    self.db = db
    self.batch = batch
    jobs = try JobTable(db)
    outcomes = [StoredLog](repeating: .accepted, count: batch.count)
    let store = try StoreStatement(db, "SELECT jobs_from, change FROM store")
    guard try store.step() else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    (jobsFrom, lastChange) = (store.int(0), store.int(1))
    store.reset()
    let now = settings.now()
    self.now = EventRecord.nanoseconds(now)
    var horizon = try RollupHorizon(db)
    try horizon.advance(to: now, settings, db)
    changes = RollupChanges(horizon)
  }

  /// Stores the batch; `day` is the day of arrival, counted from 1970, if raw events are kept.
  mutating func write(_ slots: inout SlotKeys, day: Int64?) throws -> StoredBatch {
    slots.begin(batch.slots)
    try writeJobs(&slots)
    if let day { try writeLogs(&slots, day: day) }
    try keepNewest()
    changes.settle()
    var table = try RollupTable(db)
    try changes.write(to: &table)
    try durations.write(db)
    let changed = changes.slots.union(try slots.keepFirstEvents(batch.slots, db))
    if changed.isEmpty { return StoredBatch(outcomes: outcomes, changedSlots: []) }
    try note(changed)
    let ids = try slots.ids(of: changed, in: batch.slots, db)
    return StoredBatch(outcomes: outcomes, changedSlots: ids, change: lastChange + 1)
  }

  private mutating func writeJobs(_ slots: inout SlotKeys) throws {
    let records = batch.records
    let order = records.indices.sorted { left, right in
      let (first, second) = (records[left].jobID, records[right].jobID)
      return first != second ? first < second : left < right
    }
    var state = JobState()
    var start = 0
    while start < order.count {
      let job = records[order[start]].jobID
      var end = start + 1
      while end < order.count, records[order[end]].jobID == job { end += 1 }
      try write(job, order[start..<end], &state, &slots)
      start = end
    }
  }

  /// Takes the events of one job.
  private mutating func write(
    _ job: EventID, _ events: ArraySlice<Int>, _ state: inout JobState, _ slots: inout SlotKeys
  ) throws {
    let isKnown = try jobs.load(job, into: &state)
    let (received, ended, lastAt) = (state.received, state.ended, state.lastAt)
    let isFull = state.ids.count >= JobState.rowIDs
    var large = Set<EventID>()
    if events.count > JobState.rowIDs { large.formUnion(state.ids) }
    var isChanged = false
    for index in events {
      let record = batch.records[index]
      let second = record.occurredAt.flooredDivision(by: EventRecord.second).quotient
      if second < jobsFrom {
        outcomes[index] = Self.tooOld
        continue
      }
      let isHere = large.isEmpty ? state.contains(record.id) : large.contains(record.id)
      if try isHere || (isFull && jobs.holdsApart(record.id, of: job)) {
        outcomes[index] = .duplicate
      } else {
        state.add(record.id)
        if events.count > JobState.rowIDs { large.insert(record.id) }
        isChanged = true
        newest = max(newest, record.occurredAt)
      }
      try state.add(record, slot: try slots.key(of: record.slot, in: batch.slots, db), texts: batch.texts) {
        try SlotKeys.comesFirst($0, $1, db)
      }
      slots.see(record.slot, at: second)
    }
    isChanged = isChanged || state.received != received || state.ended != ended || state.lastAt != lastAt
    guard isChanged else { return }
    changes.move(from: received, to: state.received)
    changes.move(from: ended, to: state.ended)
    if ended == nil, let end = state.ended, let received = state.received {
      durations.add(received: received, ended: end)
    }
    try jobs.save(job, &state, isNew: !isKnown)
  }

  private mutating func writeLogs(_ slots: inout SlotKeys, day: Int64) throws {
    guard outcomes.contains(.accepted) else { return }
    var logs = try LogTable(db)
    try logs.begin(day: day)
    for (index, record) in batch.records.enumerated() where outcomes[index] == .accepted {
      try logs.append(record, slot: try slots.key(of: record.slot, in: batch.slots, db), texts: batch.texts)
    }
  }

  /// Notes when the newest event happened. None is newer than its arrival: a worker whose clock is ahead must not hide
  /// that nothing has come since.
  private func keepNewest() throws {
    if newest == .min { return }
    let keep = try StoreStatement(
      db, "INSERT INTO newest_event VALUES (1, ?1) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > at")
    keep.bind(min(newest, now), at: 1)
    try keep.run()
  }

  /// Counts the change, and notes the slots that it concerns.
  private mutating func note(_ slots: Set<Int64>) throws {
    let store = try StoreStatement(db, "UPDATE store SET change = ?1")
    store.bind(lastChange + 1, at: 1)
    try store.run()
    let note = try StoreStatement(db, "INSERT OR REPLACE INTO slot_changes VALUES (?1, ?2)")
    for slot in slots.sorted() {
      note.bind(slot, at: 1)
      note.bind(lastChange + 1, at: 2)
      try note.run()
    }
  }
}
