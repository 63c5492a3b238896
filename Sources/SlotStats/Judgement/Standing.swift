extension JudgedSlot {
  /// Whether it comes first in the order of ``JudgedFleet/slots``.
  func stands(before other: JudgedSlot) -> Bool {
    let (own, others) = (Standing(series, place: 0), Standing(other.series, place: 1))
    return own.precedes(others) ?? (id < other.id)
  }
}

/// Where a series stands among others, worst first: judged ones by ratio, then runs; after them few, missing, idle, off.
struct Standing {
  /// The rank in the three high bits, then how far the ratio is from 1; the bits of ratios from 0 order as they do.
  let worst: UInt64
  let runs: Int
  let place: Int

  init(_ series: borrowing JudgedSeries, place: Int) {
    let rank = series.state.rank
    let isOrdered = rank < SlotState.missing.rank
    let judged = !isOrdered ? .zero : series.isOfRecent ? series.recent?.counters ?? .zero : series.judged
    let ratio = judged.failureRatio
    let distance = ratio.map { (1.0.bitPattern &- $0.bitPattern) >> 1 } ?? (1 << 61 - 1)
    worst = UInt64(rank) << 61 | distance
    runs = judged.totalRuns
    self.place = place
  }

  /// Whether it comes first; `nil` among equals.
  func precedes(_ other: Standing) -> Bool? {
    if worst != other.worst { return worst < other.worst }
    return runs != other.runs ? runs > other.runs : nil
  }
}

/// The places of `count` series, worst first, by id among equals.
func worstFirst(
  _ count: Int, series: (Int) -> JudgedSeries, id: (Int) -> String
) -> [Int] {
  // Small keys are sorted, not the series themselves, which are large to move.
  (0..<count).map { Standing(series($0), place: $0) }.sorted { left, right in
    left.precedes(right) ?? (id(left.place) < id(right.place))
  }.map(\.place)
}

extension Array {
  /// Puts the elements in another order, without a copy of them: the one at place `order[i]` goes to place `i`.
  mutating func arrange(by order: [Int]) {
    var isPlaced = [Bool](repeating: false, count: count)
    withUnsafeMutableBufferPointer { elements in
      guard let base = elements.baseAddress else { return }
      // Along each circle of places everything moves on by one, so that nothing is counted as used once more.
      for start in elements.indices where !isPlaced[start] {
        let first = (base + start).move()
        var place = start
        while order[place] != start {
          (base + place).moveInitialize(from: base + order[place], count: 1)
          isPlaced[place] = true
          place = order[place]
        }
        (base + place).initialize(to: first)
        isPlaced[place] = true
      }
    }
  }
}
