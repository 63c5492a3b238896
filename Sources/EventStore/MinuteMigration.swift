import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

/// Fills what version 2 of the tables adds, within a transaction: the minutes that are still kept, counted from what is
/// known of each job, and when each slot had its first event. No other count is touched.
struct MinuteMigration {
  private let db: Database
  private var horizon: RollupHorizon
  private var changes: RollupChanges
  private var table: RollupTable
  private let fine: StatsWindow
  private let jobsFrom: Int64
  /// The second of the first event of each slot, by its key.
  private var firsts: [Int64: Int64] = [:]

  /// So many jobs pass between two words of progress.
  private static let jobsPerStep = 4_096
  /// So many changed buckets are gathered before they are written.
  private static let gathered = 500_000

  /// A migration of a store to which the new tables have been added already.
  init(_ db: Database, _ settings: StoreSettings) throws {
    self.db = db
    fine = StatsWindow.allCases[0]
    horizon = try RollupHorizon(db)
    jobsFrom = try Int64.fetchOne(db, sql: "SELECT jobs_from FROM store") ?? .min
    try horizon.advance(to: settings.now(), settings, db)
    // Nothing is known of older jobs: the row in which that begins cannot be counted whole.
    let layout = fine.layout
    let row = layout.length * layout.bucketsPerBlock
    if jobsFrom > horizon[fine] { try horizon.move(fine, to: layout.blockStart(containing: jobsFrom + row - 1), db) }
    changes = RollupChanges(horizon)
    table = try RollupTable(db)
  }

  /// Counts, telling how far it is, from 0 to 1.
  mutating func run(_ progress: (Double) -> Void) throws {
    try countJobs(progress)
    try write()
    try lookAtDays()
    let update = try StoreStatement(db, "UPDATE slots SET first_at = ?2 WHERE key = ?1")
    for (slot, first) in firsts {
      update.bind(slot, at: 1)
      update.bind(first, at: 2)
      try update.run()
    }
    progress(1)
  }

  private mutating func countJobs(_ progress: (Double) -> Void) throws {
    let rows = try StoreStatement(
      db, "SELECT job, received_at, received_slot, ended_at, ended_slot, outcome FROM jobs ORDER BY job")
    defer { rows.reset() }
    let bounds = try keyBounds()
    var count = 0
    while try rows.step() {
      if count % Self.jobsPerStep == 0 { progress(bounds.share(of: Self.key(rows.blob(0)))) }
      count += 1
      if !rows.isNull(1) { add(rows.int(1), slot: rows.int(2), counter: RollupBlock.ingest) }
      if !rows.isNull(3) { add(rows.int(3), slot: rows.int(4), counter: Int(rows.int(5))) }
      if changes.count > Self.gathered { try write() }
    }
  }

  private mutating func add(_ nanoseconds: Int64, slot: Int64, counter: Int) {
    let second = nanoseconds.flooredDivision(by: EventRecord.second).quotient
    firsts[slot] = min(firsts[slot] ?? .max, second)
    guard second >= horizon[fine], (0..<RollupBlock.counters).contains(counter) else { return }
    let winner = JobState.Winner(
      occurredAt: nanoseconds, id: EventID(high: 0, low: 0), slot: slot, counter: counter)
    changes.add(1, winner)
  }

  private mutating func write() throws {
    try changes.write([fine], to: &table)
    changes.removeAll()
  }

  /// Days are kept for good: a slot's first one may be older than its oldest job that is known.
  private mutating func lookAtDays() throws {
    let day = StatsWindow.day.layout
    let rows = try StoreStatement(
      db, "SELECT slot, block, buckets FROM rollups WHERE width = ?1 AND slot <> 0 ORDER BY block")
    rows.bind(day.number, at: 1)
    defer { rows.reset() }
    var known: Set<Int64> = []
    while try rows.step() {
      let slot = rows.int(0)
      guard !known.contains(slot), let place = rows.blob(2).first else { continue }
      known.insert(slot)
      let bucket = rows.int(1) * day.bucketsPerBlock + Int64(place)
      if let first = firsts[slot], day.bucket(containing: first) <= bucket { continue }
      firsts[slot] = day.start(ofBucket: bucket)
    }
  }

  /// The first and the last job's key, which tell how far a walk from one to the other is: random ids, and those that
  /// begin with the time, are spread evenly.
  private struct KeyBounds {
    var first: UInt64
    var last: UInt64

    func share(of key: UInt64) -> Double {
      guard key > first, last > first else { return 0 }
      return min(Double(key - first) / Double(last - first), 1)
    }
  }

  private func keyBounds() throws -> KeyBounds {
    let row = try StoreStatement(
      db,
      "SELECT (SELECT job FROM jobs ORDER BY job LIMIT 1), (SELECT job FROM jobs ORDER BY job DESC LIMIT 1)")
    defer { row.reset() }
    guard try row.step() else { return KeyBounds(first: 0, last: 0) }
    return KeyBounds(first: Self.key(row.blob(0)), last: Self.key(row.blob(1)))
  }

  /// The first eight bytes of a job's id as a number.
  private static func key(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
