import GRDB
import SlotStats
import StatsFormats

/// What a batch changes in the counts, gathered before any row is touched.
struct RollupChanges {
  /// One bucket of one slot; slot 0 is all of them.
  private struct Bucket: Hashable {
    var slot: Int64
    var number: Int64
  }

  /// The changes of every slot, by hour.
  private var hours: [Bucket: RollupBlock.Counters] = [:]

  /// Whether nothing changes.
  var isEmpty: Bool { hours.isEmpty }

  /// The slots whose counts change.
  var slots: Set<Int64> { Set(hours.keys.lazy.map(\.slot)) }

  /// Moves one count from where it was to where it is now.
  mutating func move(from old: JobState.Winner?, to new: JobState.Winner?) {
    guard old != new else { return }
    if let old { add(-1, old) }
    if let new { add(1, new) }
  }

  /// Adds what was counted elsewhere in one hour, whose number counts from 1970.
  mutating func add(_ counters: StatsCounters, slot: Int64, hour: Int64) {
    var change = RollupBlock.Counters.zero
    for (place, (_, path)) in StatsCounters.keys.enumerated() { change[place] = Int64(counters[keyPath: path]) }
    hours[Bucket(slot: slot, number: hour), default: .zero] &+= change
  }

  private mutating func add(_ count: Int64, _ winner: JobState.Winner) {
    let hour = winner.occurredAt.flooredDivision(by: 3_600 * EventRecord.second).quotient
    let bucket = Bucket(slot: winner.slot, number: hour)
    hours[bucket, default: .zero][winner.counter] &+= count
  }

  /// Drops what came out even.
  mutating func settle() {
    hours = hours.filter { $0.value != .zero }
  }

  /// Writes the changes of every width, for each slot and for all together. Hours before `hoursFrom` are not kept.
  func write(to table: inout RollupTable, hoursFrom: Int64) throws {
    for width in RollupWidth.allCases {
      var buckets: [Bucket: RollupBlock.Counters] = [:]
      for (hour, change) in hours where width != .hour || hour.number >= hoursFrom {
        let number = width.bucket(ofHour: hour.number)
        buckets[Bucket(slot: hour.slot, number: number), default: .zero] &+= change
        buckets[Bucket(slot: 0, number: number), default: .zero] &+= change
      }
      let sorted = buckets.map { (place: width.place(ofBucket: $0.key.number), slot: $0.key.slot, change: $0.value) }
        .sorted { ($0.place.block, $0.slot) < ($1.place.block, $1.slot) }
      for change in sorted {
        try table.add(change.change, width, block: change.place.block, slot: change.slot, place: change.place.place)
      }
      try table.flush()
    }
  }
}
