import FoundationEssentials
import GRDB
import SlotStats

/// Reads the last minutes of slots, and what is usual at this time of day, within a transaction.
///
/// Nothing is filled with zeros on the way: a fleet of many slots would take much memory for minutes in which nothing was
/// counted.
struct RecentReader {
  private let db: Database
  private let instant: Date
  private let minuteRanges: [ClosedRange<Int>]
  /// The hours that somebody counted in, by their numbers.
  private let countedHours: [Int64]
  private let minutes = StatsWindow.minute.layout
  private let hours = StatsWindow.hour.layout

  /// A reader of a store as it is at `instant`; `firstOfAll` is the second of its first event. With `finishedOnly` what
  /// was counted in the minute of the instant is left out.
  init(_ db: Database, at instant: Date, firstOfAll: Int64?, finishedOnly: Bool = false) throws {
    self.db = db
    self.instant = instant
    minuteRanges = RecentReading.minuteRanges(at: instant).map { range in
      let isLast = range.contains(MinuteCounts.number(instant))
      return finishedOnly && isLast ? range.lowerBound...range.upperBound - 1 : range
    }
    let hours = StatsWindow.hour.layout
    let first = hours.bucket(containing: RecentReading.firstHour(at: instant))
    let begin = firstOfAll.map { max(first, hours.bucket(containing: $0)) } ?? first
    countedHours = try EmptyBuckets(db, hours, from: begin, now: instant).starts.map { hours.bucket(containing: $0) }
  }

  /// In which of the last minutes somebody counted, or something came, as `global` says.
  func reported(_ global: RecentSeries) throws -> UInt32 {
    let now = MinuteCounts.number(instant)
    let range = now - UInt32.bitWidth...now
    let counted = try EmptyBuckets(db, minutes, from: Int64(range.lowerBound), now: instant).starts
    let numbers = counted.map(MinuteCounts.number) + global.minutes.minutes(in: range).map(\.number)
    return RecentReading.reported(numbers, at: instant)
  }

  /// One slot, or all together, on its way to a ``RecentSeries``.
  private struct Gathered {
    var minutes = MinuteCounts()
    var usual: UsualHours

    init(at instant: Date) { usual = UsualHours(at: instant) }

    var series: RecentSeries { RecentSeries(minutes: minutes, usual: usual.hours, rhythm: usual.rhythm) }
  }

  // MARK: One slot

  /// The series of a slot by its key, 0 for all together, with the second of its first event.
  func series(ofSlot key: Int64, from firstEvent: Int64?) throws -> RecentSeries {
    var gathered = Gathered(at: instant)
    let find = try StoreStatement(db, "SELECT buckets FROM rollups WHERE width = ?1 AND block = ?2 AND slot = ?3")
    find.bind(key, at: 3)
    func read(_ layout: RollupLayout, _ blocks: ClosedRange<Int64>) throws {
      find.bind(layout.number, at: 1)
      for block in blocks {
        find.bind(block, at: 2)
        if try find.step() { take(find.blob(0), of: block, layout, into: &gathered) }
        find.reset()
      }
    }
    for blocks in minuteBlocks { try read(minutes, blocks) }
    try read(hours, hourBlocks)
    fill(&gathered, from: firstEvent)
    return gathered.series
  }

  // MARK: Every slot

  /// The series of all slots together, and of every slot: the place of each is its key minus 1.
  func everySlot(count: Int, from firstOfAll: Int64?) throws -> (global: RecentSeries, slots: [RecentSeries]) {
    // Place 0 is all of them.
    var gathered = [Gathered](repeating: Gathered(at: instant), count: count + 1)
    let rows = try StoreStatement(
      db,
      "SELECT block, slot, buckets FROM rollups WHERE width = ?1 AND block BETWEEN ?2 AND ?3 ORDER BY block, slot")
    func read(_ layout: RollupLayout, _ blocks: ClosedRange<Int64>) throws {
      rows.bind(layout.number, at: 1)
      rows.bind(blocks.lowerBound, at: 2)
      rows.bind(blocks.upperBound, at: 3)
      defer { rows.reset() }
      while try rows.step() {
        let place = Int(rows.int(1))
        guard gathered.indices.contains(place) else { continue }
        take(rows.blob(2), of: rows.int(0), layout, into: &gathered[place])
      }
    }
    for blocks in minuteBlocks { try read(minutes, blocks) }
    try read(hours, hourBlocks)
    fill(&gathered[0], from: firstOfAll)
    let firsts = try StoreStatement(db, "SELECT key, first_at FROM slots WHERE first_at IS NOT NULL")
    defer { firsts.reset() }
    while try firsts.step() {
      let place = Int(firsts.int(0))
      if gathered.indices.contains(place) { fill(&gathered[place], from: firsts.int(1)) }
    }
    return (gathered[0].series, gathered.dropFirst().map(\.series))
  }

  // MARK: Rows

  private var minuteBlocks: [ClosedRange<Int64>] {
    minuteRanges.map { range in
      minutes.place(ofBucket: Int64(range.lowerBound)).block...minutes.place(ofBucket: Int64(range.upperBound)).block
    }
  }

  private var hourBlocks: ClosedRange<Int64> {
    let first = hours.bucket(containing: RecentReading.firstHour(at: instant))
    return hours.place(ofBucket: first).block...hours.place(ofBucket: hours.bucket(containing: instant)).block
  }

  @inline(__always)
  private func take(
    _ bytes: UnsafeRawBufferPointer, of block: Int64, _ layout: RollupLayout, into gathered: inout Gathered
  ) {
    let first = block * layout.bucketsPerBlock
    let isMinutes = layout == minutes
    RollupBlock.read(bytes) { place, counters in
      let number = Int(first) + place
      if !isMinutes {
        gathered.usual.add(StatsCounters(counters), hour: number)
      } else if minuteRanges.contains(where: { $0.contains(number) }) {
        gathered.minutes.append(number, StatsCounters(counters))
      }
    }
  }

  /// Adds the hours in which somebody counted and nothing came, from the first event on.
  private func fill(_ gathered: inout Gathered, from firstEvent: Int64?) {
    guard let firstEvent else { return }
    let first = hours.bucket(containing: firstEvent)
    for hour in countedHours where hour >= first { gathered.usual.add(.zero, hour: Int(hour)) }
  }
}
