import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

/// The jobs that were received and have not ended, and how long those of each slot usually take.
struct OpenJobTable {
  private let db: Database
  private let instant: Date

  /// What a store has for it. Programs that do not know it go on writing to the store.
  static let tables = [
    """
    CREATE INDEX open_jobs ON jobs (received_slot, received_at)
      WHERE ended_at IS NULL AND received_at IS NOT NULL
    """,
    // How many jobs of a slot have ended, and how long they took together; of the latest ones, see `DurationTable`.
    "CREATE TABLE durations (slot INTEGER PRIMARY KEY, jobs INTEGER NOT NULL, milliseconds INTEGER NOT NULL)",
  ]

  /// The jobs as they are at `instant`; `nil` in a store that does not have the tables.
  init?(_ db: Database, at instant: Date) throws {
    guard try db.tableExists("durations") else { return nil }
    self.db = db
    self.instant = instant
  }

  private static let open = "received_at >= ?2 AND ended_at IS NULL AND received_at IS NOT NULL"

  /// The open jobs of a slot by its key; `nil` where there are none. `series` tells how many usually never end.
  func jobs(ofSlot key: Int64, _ series: RecentSeries) throws -> OpenJobs? {
    let oldest = EventRecord.nanoseconds(instant.addingTimeInterval(-OpenJobs.forgottenAfter))
    let find = try StoreStatement(
      db, "SELECT count(*), min(received_at) FROM jobs WHERE received_slot = ?1 AND \(Self.open)")
    find.bind(key, at: 1)
    find.bind(oldest, at: 2)
    defer { find.reset() }
    guard try find.step(), !find.isNull(1) else { return nil }
    // In whole seconds, as a server tells it.
    let second = find.int(1).flooredDivision(by: EventRecord.second).quotient
    let (count, first) = (Int(find.int(0)), Date(timeIntervalSince1970: Double(second)))
    let limit = OpenJobs.overdueAfter(usual: try usualDuration(ofSlot: key))
    var overdue = 0
    if first <= instant.addingTimeInterval(-limit) {
      let late = try StoreStatement(
        db, "SELECT count(*) FROM jobs WHERE received_slot = ?1 AND \(Self.open) AND received_at <= ?3")
      late.bind(key, at: 1)
      late.bind(oldest, at: 2)
      late.bind(EventRecord.nanoseconds(instant.addingTimeInterval(-limit)), at: 3)
      defer { late.reset() }
      if try late.step() { overdue = Int(late.int(0)) }
    }
    overdue = max(0, overdue - series.usuallyLost(in: OpenJobs.forgottenAfter - limit))
    return OpenJobs(count: count, oldest: first, overdue: overdue)
  }

  /// The keys of the slots that have open jobs, ascending.
  func slots() throws -> [Int64] {
    let rows = try StoreStatement(
      db,
      """
      SELECT DISTINCT received_slot FROM jobs INDEXED BY open_jobs
        WHERE received_slot > ?1 AND \(Self.open) ORDER BY received_slot
      """)
    rows.bind(0, at: 1)
    rows.bind(EventRecord.nanoseconds(instant.addingTimeInterval(-OpenJobs.forgottenAfter)), at: 2)
    defer { rows.reset() }
    var keys: [Int64] = []
    while try rows.step() { keys.append(rows.int(0)) }
    return keys
  }

  private func usualDuration(ofSlot key: Int64) throws -> TimeInterval? {
    let find = try StoreStatement(db, "SELECT jobs, milliseconds FROM durations WHERE slot = ?1")
    find.bind(key, at: 1)
    defer { find.reset() }
    guard try find.step(), find.int(0) >= Int64(Thresholds.minUsualRuns) else { return nil }
    return Double(find.int(1)) / Double(find.int(0)) / 1_000
  }
}

extension RecentSeries {
  /// How many jobs that came within so many seconds are likely never to end, as some usually do not: nobody told of their
  /// end. Twice as many as usual, since a few more prove nothing.
  fileprivate func usuallyLost(in seconds: TimeInterval) -> Int {
    let (sum, hours) = usual.reduce((StatsCounters.zero, 0)) { ($0.0 + $1.counters, $0.1 + $1.days) }
    guard hours > 0, sum.open > 0 else { return 0 }
    let lost = Double(sum.open) / Double(hours) * max(0, seconds) / 3_600
    return Int(min((2 * lost).rounded(.up), 1e9))
  }
}

/// How long the jobs of each slot took, gathered for one batch.
struct DurationTable {
  private var sums: [Int64: (jobs: Int64, milliseconds: Int64)] = [:]

  /// From so many jobs on, those of before are halved: what is usual may change.
  private static let most: Int64 = 2_000

  /// Takes a job that has ended, which had not before.
  mutating func add(received: JobState.Winner, ended: JobState.Winner) {
    let took = max(0, ended.occurredAt - received.occurredAt) / (EventRecord.second / 1_000)
    // A job that was forgotten for a day tells nothing of how long work takes.
    let most = Int64(OpenJobs.forgottenAfter) * 1_000
    let known = sums[received.slot] ?? (0, 0)
    sums[received.slot] = (known.jobs + 1, known.milliseconds + min(took, most))
  }

  /// Writes what was gathered, in a store that has the table.
  func write(_ db: Database) throws {
    guard !sums.isEmpty else { return }
    let add = try StoreStatement(
      db,
      """
      INSERT INTO durations VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET
        jobs = jobs + excluded.jobs, milliseconds = milliseconds + excluded.milliseconds
      """)
    let halve = try StoreStatement(
      db, "UPDATE durations SET jobs = jobs / 2, milliseconds = milliseconds / 2 WHERE slot = ?1 AND jobs > ?2")
    for (slot, sum) in sums.sorted(by: { $0.key < $1.key }) {
      add.bind(slot, at: 1)
      add.bind(sum.jobs, at: 2)
      add.bind(sum.milliseconds, at: 3)
      try add.run()
      halve.bind(slot, at: 1)
      halve.bind(Self.most, at: 2)
      try halve.run()
    }
  }
}
