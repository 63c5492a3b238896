import GRDB
import SlotStats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads series of one width over one range, within a transaction.
struct RollupReader {
  private let db: Database
  private let width: RollupWidth
  /// The buckets of the range.
  private let buckets: ClosedRange<Int64>

  /// A reader of the buckets that end after `since` and begin before `until`; `nil` is no limit.
  init(_ db: Database, _ width: RollupWidth, since: Date?, until: Date? = nil) {
    self.db = db
    self.width = width
    let first = since.map { width.bucket(containing: $0) } ?? -1 << 40
    // A bucket that begins at `until` is not of the range.
    let last = until.map { until in
      let bucket = width.bucket(containing: until)
      return width.start(ofBucket: bucket) == until.timeIntervalSince1970 ? bucket - 1 : bucket
    }
    buckets = first...max(first, last ?? 1 << 40)
    isEmpty = last.map { $0 < first } ?? false
  }

  private let isEmpty: Bool

  /// The rows that the range lies in.
  private var blocks: ClosedRange<Int64> {
    width.place(ofBucket: buckets.lowerBound).block...width.place(ofBucket: buckets.upperBound).block
  }

  /// The series of one slot, by its key.
  func series(ofSlot slot: Int64) throws -> [StatsMetric] {
    var series: [StatsMetric] = []
    guard !isEmpty, let kept = try keptBlocks() else { return [] }
    let find = try StoreStatement(db, "SELECT buckets FROM rollups WHERE width = ?1 AND block = ?2 AND slot = ?3")
    find.bind(width.rawValue, at: 1)
    find.bind(slot, at: 3)
    for block in kept.clamped(to: blocks) where blocks.contains(block) {
      find.bind(block, at: 2)
      if try find.step() { append(find.blob(0), of: block, to: &series) }
      find.reset()
    }
    return series
  }

  /// The series of every slot: the place of each is its key minus 1.
  func everySlot(count: Int) throws -> [[StatsMetric]] {
    var series = [[StatsMetric]](repeating: [], count: count)
    guard !isEmpty else { return series }
    let rows = try StoreStatement(
      db,
      """
      SELECT block, slot, buckets FROM rollups WHERE width = ?1 AND block BETWEEN ?2 AND ?3 ORDER BY block, slot
      """)
    rows.bind(width.rawValue, at: 1)
    rows.bind(blocks.lowerBound, at: 2)
    rows.bind(blocks.upperBound, at: 3)
    defer { rows.reset() }
    while try rows.step() {
      let slot = Int(rows.int(1)) - 1
      guard series.indices.contains(slot) else { continue }
      append(rows.blob(2), of: rows.int(0), to: &series[slot])
    }
    return series
  }

  /// The first and the last row that any slot has of this width.
  private func keptBlocks() throws -> ClosedRange<Int64>? {
    let bounds = try StoreStatement(
      db,
      """
      SELECT (SELECT min(block) FROM rollups WHERE width = ?1), (SELECT max(block) FROM rollups WHERE width = ?1)
      """)
    bounds.bind(width.rawValue, at: 1)
    defer { bounds.reset() }
    guard try bounds.step(), !bounds.isNull(0) else { return nil }
    return bounds.int(0)...bounds.int(1)
  }

  @inline(__always)
  private func append(_ bytes: UnsafeRawBufferPointer, of block: Int64, to series: inout [StatsMetric]) {
    if series.isEmpty { series.reserveCapacity(Int(width.bucketsPerBlock)) }
    let first = block * width.bucketsPerBlock
    RollupBlock.read(bytes) { place, counters in
      let bucket = first + Int64(place)
      guard buckets.contains(bucket) else { return }
      let start = Date(timeIntervalSince1970: width.start(ofBucket: bucket))
      series.append(
        StatsMetric(
          periodStart: start, periodEnd: start.addingTimeInterval(width.seconds), counters: StatsCounters(counters)))
    }
  }
}
