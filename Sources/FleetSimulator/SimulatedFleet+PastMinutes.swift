import FoundationEssentials
import SlotStats

/// The newest part of the history by the minute: the counts of its hours, laid out over their minutes as chance has it,
/// and what the story makes of them.
extension SimulatedFleet {
  /// How many hours before the current one are told by the minute: what came at this time on the day before belongs to
  /// what is usual now.
  private static let hoursOfMinutes = 25

  /// Every slot's finished jobs up to `end`: by the hour, and by the minute for the hour that contains `end` and those
  /// of a day before it, which are left out as hours. Ascending; what has no jobs is left out. What the story tells of
  /// before these minutes has not happened.
  /// - Returns: the buckets, and the start of the first hour that is told by the minute.
  package func pastWithMinutes(
    endingAt end: Date, weeks: Int = pastWeeks
  ) -> (buckets: [Slot.ID: [StatsMetric]], minutesFrom: Date) {
    let current = StatsWindow.hour.bucketStart(containing: end)
    let minutesFrom = StatsWindow.hour.start(current, advancedBy: -Self.hoursOfMinutes)
    var buckets = pastHours(endingAt: end, weeks: weeks).mapValues { $0.filter { $0.periodStart < minutesFrom } }
    for hour in hourStarts(from: minutesFrom, to: end) {
      for place in members.indices {
        buckets[members[place].slot.id, default: []] += pastMinutes(of: place, hour: hour, endingAt: end)
      }
    }
    return (buckets, minutesFrom)
  }

  /// What a slot finished in each minute of one hour.
  private func pastMinutes(of place: Int, hour: Date, endingAt end: Date) -> [StatsMetric] {
    let counters = pastCounters(of: place, hour: hour, endingAt: end)
    let starts = (0..<60).map { hour.addingTimeInterval(Double($0) * 60) }.filter { $0 < end }
    guard counters.totalRuns > 0, !starts.isEmpty else { return [] }
    let ends = starts.map { min($0.addingTimeInterval(60), end) }
    let lengths = zip(starts, ends).map { $1.timeIntervalSince($0) }
    var numbers = numbers(.minute, UInt64(bitPattern: Int64(hour.timeIntervalSince1970 / 3_600)), UInt64(place))
    var minutes = [StatsCounters](repeating: .zero, count: starts.count)
    for (_, path) in StatsCounters.keys where path != \.ingestCount && counters[keyPath: path] > 0 {
      // Successes come in every minute, failures now and then.
      let weights = lengths.map { $0 * (path == \.success ? 0.7 + 0.6 * numbers.unit() : numbers.unit()) }
      for (index, count) in numbers.parts(of: counters[keyPath: path], by: weights).enumerated() {
        minutes[index][keyPath: path] = count
      }
    }
    let slot = members[place].slot.id
    return minutes.indices.compactMap { index in
      var counters = minutes[index]
      if let story = settings.story {
        counters = story.changed(counters, of: slot, from: starts[index], to: ends[index])
      }
      guard counters.totalRuns > 0 else { return nil }
      counters.ingestCount = counters.totalRuns
      return StatsMetric(.minute, start: starts[index], counters: counters)
    }
  }
}

extension SeededNumbers {
  /// A whole number cut into parts as large as their weights, each rounded up or down; together they are `total`.
  fileprivate mutating func parts(of total: Int, by weights: [Double]) -> [Int] {
    let whole = weights.reduce(0, +)
    guard whole > 0 else { return weights.map { _ in 0 } }
    let offset = unit()
    var (sum, before) = (0.0, 0)
    return weights.indices.map { index in
      sum += weights[index]
      // At the last one the sum is the whole, but for a rounding.
      let end = index == weights.count - 1 ? total : Int(Double(total) * (sum / whole) + offset)
      defer { before = max(before, min(end, total)) }
      return max(0, min(end, total) - before)
    }
  }
}
