import FoundationEssentials
import SlotStats

/// The newest part of the history by the minute: the counts of its hours, laid out over their minutes as incidents and
/// chance have it.
extension SimulatedFleet {
  /// Every slot's finished jobs up to `end`: by the hour, and by the minute for the hour that contains `end` and the
  /// one before it, which are left out as hours. Ascending; what has no jobs is left out.
  /// - Returns: the buckets, and the start of the first hour that is told by the minute.
  package func pastWithMinutes(
    endingAt end: Date, weeks: Int = pastWeeks
  ) -> (buckets: [Slot.ID: [StatsMetric]], minutesFrom: Date) {
    let minutesFrom = StatsWindow.hour.start(StatsWindow.hour.bucketStart(containing: end), advancedBy: -1)
    var buckets = pastHours(endingAt: end, weeks: weeks).mapValues { $0.filter { $0.periodStart < minutesFrom } }
    for hour in hourStarts(from: minutesFrom, to: end) {
      let severities = minuteStarts(of: hour, to: end).map { start in
        meanSeverity(from: start, to: min(start.addingTimeInterval(60), end))
      }
      for place in members.indices {
        buckets[members[place].slot.id, default: []] += pastMinutes(
          of: place, hour: hour, endingAt: end, severities: members[place].provider.hasIncidents ? severities : [])
      }
    }
    return (buckets, minutesFrom)
  }

  private func minuteStarts(of hour: Date, to end: Date) -> [Date] {
    (0..<60).map { hour.addingTimeInterval(Double($0) * 60) }.filter { $0 < end }
  }

  /// What a slot finished in each minute of one hour; `severities` are those of its provider's incidents, if it has any.
  private func pastMinutes(of place: Int, hour: Date, endingAt end: Date, severities: [Double]) -> [StatsMetric] {
    let counters = pastCounters(of: place, hour: hour, endingAt: end)
    let starts = minuteStarts(of: hour, to: end)
    guard counters.totalRuns > 0, !starts.isEmpty else { return [] }
    let lengths = starts.map { min(end.timeIntervalSince($0), 60) }
    var numbers = numbers(.minute, UInt64(bitPattern: Int64(hour.timeIntervalSince1970 / 3_600)), UInt64(place))
    var minutes = [StatsCounters](repeating: .zero, count: starts.count)
    let sharesOf: [WritableKeyPath<StatsCounters, Int>: (Double) -> Double] = [
      \.providerErrors: { 0.01 + $0 }, \.success: { max(1 - $0, 0.05) },
    ]
    for (_, path) in StatsCounters.keys where path != \.ingestCount {
      let share = severities.isEmpty ? nil : sharesOf[path]
      var sum = 0.0
      // Where each minute ends, laid out by its weight.
      let ends = lengths.indices.map { index in
        sum += lengths[index] * (share?(severities[index]) ?? 1)
        return sum
      }
      for _ in 0..<counters[keyPath: path] { minutes[numbers.place(in: ends)][keyPath: path] += 1 }
    }
    return zip(starts, minutes).compactMap { start, counters in
      guard counters.totalRuns > 0 else { return nil }
      var counters = counters
      counters.ingestCount = counters.totalRuns
      return StatsMetric(.minute, start: start, counters: counters)
    }
  }

  /// The mean of what the outage adds to the odds over the part of an hour that is over at `end`.
  func meanOutage(in hour: Date, endingAt end: Date) -> Double {
    guard let start = settings.outageStart, hour.addingTimeInterval(3_600) > start else { return 0 }
    let starts = minuteStarts(of: hour, to: end)
    return starts.reduce(0) { $0 + outage(at: $1.addingTimeInterval(30)) } / Double(max(starts.count, 1))
  }
}

extension SeededNumbers {
  /// One of the places that follow each other up to these ends, each as likely as it is long.
  fileprivate mutating func place(in ends: [Double]) -> Int {
    let point = unit() * (ends.last ?? 0)
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > point { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
