import FoundationEssentials
import GRDB
import SlotStats

/// Reads series of one window, within a transaction.
struct RollupReader {
  private let db: Database
  private let layout: RollupLayout
  /// The buckets of the range.
  private let buckets: ClosedRange<Int64>
  /// Whether the store knows when a slot had its first event.
  private let knowsFirstEvents: Bool
  private let empty: EmptyBuckets

  /// Buckets past this number are beyond any instant.
  private static let limit: Int64 = 1 << 40

  /// A reader of the buckets that end after `since`, all of them for `nil`, in a store as it is at `now`;
  /// `isMigrated` tells whether that has the tables of the present version, and `firstOfAll` when the first event was. With
  /// `finishedOnly` there are none that were not finished at `now`.
  init(
    _ db: Database, _ window: StatsWindow, since: Date?, now: Date, isMigrated: Bool, firstOfAll: Int64?,
    finishedOnly: Bool = false
  ) throws {
    self.firstOfAll = firstOfAll
    self.db = db
    let layout = window.layout
    self.layout = layout
    knowsFirstEvents = isMigrated
    var first = since.map { layout.bucket(containing: $0) } ?? -Self.limit
    let last = finishedOnly ? layout.bucket(containing: now) - 1 : Self.limit
    guard isMigrated else {
      buckets = first...max(first, last)
      empty = .none
      return
    }
    let kept = try RollupHorizon(db)[window]
    if kept > .min { first = max(first, layout.bucket(containing: kept)) }
    buckets = first...max(first, last)
    empty =
      try firstOfAll.map { try EmptyBuckets(db, layout, from: max(first, layout.bucket(containing: $0)), now: now) }
      ?? .none
  }

  /// The second of the first event of all slots, counted from 1970.
  private let firstOfAll: Int64?

  /// The rows that the range lies in.
  private var blocks: ClosedRange<Int64> {
    layout.place(ofBucket: buckets.lowerBound).block...layout.place(ofBucket: buckets.upperBound).block
  }

  /// The series of all slots together.
  func global() throws -> [StatsMetric] { try series(ofSlot: 0, from: firstOfAll) }

  /// The series of one slot; `nil` where there is no such slot.
  func slot(_ slotID: Slot.ID) throws -> [StatsMetric]? {
    let find = try StoreStatement(db, "SELECT key\(knowsFirstEvents ? ", first_at" : "") FROM slots WHERE id = ?1")
    find.bind(text: slotID, at: 1)
    defer { find.reset() }
    guard try find.step() else { return nil }
    return try series(ofSlot: find.int(0), from: knowsFirstEvents && !find.isNull(1) ? find.int(1) : nil)
  }

  /// The series of one slot by its key, with zeros from the second of its first event on.
  private func series(ofSlot slot: Int64, from firstEvent: Int64?) throws -> [StatsMetric] {
    var series: [StatsMetric] = []
    if let kept = try keptBlocks() {
      let find = try StoreStatement(db, "SELECT buckets FROM rollups WHERE width = ?1 AND block = ?2 AND slot = ?3")
      find.bind(layout.number, at: 1)
      find.bind(slot, at: 3)
      for block in kept.clamped(to: blocks) where blocks.contains(block) {
        find.bind(block, at: 2)
        if try find.step() { append(find.blob(0), of: block, to: &series) }
        find.reset()
      }
    }
    empty.fill(&series, from: firstEvent)
    return series
  }

  /// The series of every slot: the place of each is its key minus 1.
  func everySlot(count: Int) throws -> [[StatsMetric]] {
    var series = [[StatsMetric]](repeating: [], count: count)
    let rows = try StoreStatement(
      db,
      """
      SELECT block, slot, buckets FROM rollups WHERE width = ?1 AND block BETWEEN ?2 AND ?3 ORDER BY block, slot
      """)
    rows.bind(layout.number, at: 1)
    rows.bind(blocks.lowerBound, at: 2)
    rows.bind(blocks.upperBound, at: 3)
    defer { rows.reset() }
    while try rows.step() {
      let slot = Int(rows.int(1)) - 1
      guard series.indices.contains(slot) else { continue }
      append(rows.blob(2), of: rows.int(0), to: &series[slot])
    }
    guard knowsFirstEvents else { return series }
    let firsts = try StoreStatement(db, "SELECT key, first_at FROM slots WHERE first_at IS NOT NULL")
    defer { firsts.reset() }
    while try firsts.step() {
      let slot = Int(firsts.int(0)) - 1
      if series.indices.contains(slot) { empty.fill(&series[slot], from: firsts.int(1)) }
    }
    return series
  }

  /// The first and the last row that any slot has of this window.
  private func keptBlocks() throws -> ClosedRange<Int64>? {
    let bounds = try StoreStatement(
      db,
      """
      SELECT (SELECT min(block) FROM rollups WHERE width = ?1), (SELECT max(block) FROM rollups WHERE width = ?1)
      """)
    bounds.bind(layout.number, at: 1)
    defer { bounds.reset() }
    guard try bounds.step(), !bounds.isNull(0) else { return nil }
    return bounds.int(0)...bounds.int(1)
  }

  @inline(__always)
  private func append(_ bytes: UnsafeRawBufferPointer, of block: Int64, to series: inout [StatsMetric]) {
    if series.isEmpty { series.reserveCapacity(Int(layout.bucketsPerBlock)) }
    let first = block * layout.bucketsPerBlock
    RollupBlock.read(bytes) { place, counters in
      let bucket = first + Int64(place)
      guard buckets.contains(bucket) else { return }
      let start = Date(timeIntervalSince1970: Double(layout.start(ofBucket: bucket)))
      series.append(
        StatsMetric(
          periodStart: start, periodEnd: start.addingTimeInterval(Double(layout.length)),
          counters: StatsCounters(counters)))
    }
  }
}
