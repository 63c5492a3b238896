import GRDB
import SlotStats
import StatsFormats

/// What a batch changes in the counts, gathered before any row is touched.
struct RollupChanges {
  /// One bucket of one slot; slot 0 is all of them.
  private struct Bucket: Hashable {
    var slot: Int64
    /// When it begins, in seconds since 1970; for a row of a window, its number.
    var place: Int64
  }

  /// The changes of every slot: in buckets of the finest window where those are kept, before that of the next one.
  private var buckets: [Bucket: RollupBlock.Counters] = [:]
  private let horizon: RollupHorizon
  private let fine: (layout: RollupLayout, from: Int64)
  private let coarse: RollupLayout

  /// No changes, of a store that keeps buckets from `horizon` on.
  init(_ horizon: RollupHorizon) {
    self.horizon = horizon
    let windows = StatsWindow.allCases
    fine = (windows[0].layout, horizon[windows[0]])
    coarse = windows[1].layout
  }

  /// In how many buckets something changes.
  var count: Int { buckets.count }

  /// The slots whose counts change.
  var slots: Set<Int64> { Set(buckets.keys.lazy.map(\.slot)) }

  /// Moves one count from where it was to where it is now.
  mutating func move(from old: JobState.Winner?, to new: JobState.Winner?) {
    guard old != new else { return }
    if let old { add(-1, old) }
    if let new { add(1, new) }
  }

  /// Adds what was counted elsewhere in a bucket that begins at a second.
  mutating func add(_ counters: StatsCounters, slot: Int64, second: Int64) {
    var change = RollupBlock.Counters.zero
    for (place, (_, path)) in StatsCounters.keys.enumerated() { change[place] = Int64(counters[keyPath: path]) }
    buckets[Bucket(slot: slot, place: start(containing: second)), default: .zero] &+= change
  }

  /// Adds to what one event counts as.
  mutating func add(_ count: Int64, _ winner: JobState.Winner) {
    let second = winner.occurredAt.flooredDivision(by: EventRecord.second).quotient
    buckets[Bucket(slot: winner.slot, place: start(containing: second)), default: .zero][winner.counter] &+= count
  }

  private func start(containing second: Int64) -> Int64 {
    let layout = second >= fine.from ? fine.layout : coarse
    return layout.start(ofBucket: layout.bucket(containing: second))
  }

  /// Drops what came out even.
  mutating func settle() {
    buckets = buckets.filter { $0.value != .zero }
  }

  /// Forgets all changes.
  mutating func removeAll() { buckets.removeAll(keepingCapacity: true) }

  /// Writes the changes of these windows, for each slot and for all together.
  func write(_ windows: [StatsWindow] = StatsWindow.allCases, to table: inout RollupTable) throws {
    for window in windows {
      let (layout, from) = (window.layout, horizon[window])
      var numbered: [Bucket: RollupBlock.Counters] = [:]
      for (bucket, change) in buckets where bucket.place >= from {
        let number = layout.bucket(containing: bucket.place)
        numbered[Bucket(slot: bucket.slot, place: number), default: .zero] &+= change
        numbered[Bucket(slot: 0, place: number), default: .zero] &+= change
      }
      let sorted = numbered.map { (place: layout.place(ofBucket: $0.key.place), slot: $0.key.slot, change: $0.value) }
        .sorted { ($0.place.block, $0.slot) < ($1.place.block, $1.slot) }
      for change in sorted {
        try table.add(change.change, layout, block: change.place.block, slot: change.slot, place: change.place.place)
      }
      try table.flush()
    }
  }
}
