#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The hours of one series by their numbers from 1970 on, with what was usual at each.
struct HourTable: Sendable {
  private let first: Int
  private let hours: [StatsCounters?]
  /// For each hour, it and those at the same time of the days before, added up, and how many are reported.
  private let sums: [(counters: StatsCounters, days: Int)]

  /// The hours of a series, ascending.
  init(_ metrics: [StatsMetric]) {
    guard let begin = metrics.first, let end = metrics.last else {
      (first, hours, sums) = (0, [], [])
      return
    }
    let first = RecentReading.hour(begin.periodStart)
    var hours = [StatsCounters?](repeating: nil, count: RecentReading.hour(end.periodStart) - first + 1)
    for metric in metrics { hours[RecentReading.hour(metric.periodStart) - first] = metric.counters }
    var sums: [(counters: StatsCounters, days: Int)] = []
    sums.reserveCapacity(hours.count)
    for place in hours.indices {
      var sum = place >= 24 ? sums[place - 24] : (.zero, 0)
      if let counters = hours[place] { sum = (sum.counters + counters, sum.days + 1) }
      sums.append(sum)
    }
    (self.first, self.hours, self.sums) = (first, hours, sums)
  }

  /// What was counted in the hour of a number; `nil` where it is not reported.
  subscript(hour: Int) -> StatsCounters? {
    hours.indices.contains(hour - first) ? hours[hour - first] : nil
  }

  /// The same time of day on the ``RecentReading/usualDays`` days before an hour, added up.
  func usual(_ hour: Int) -> UsualHour {
    // An hour behind the last one is usual too: the days before it are known.
    let last = sum(hour - 24)
    let before = sum(hour - 24 * (RecentReading.usualDays + 1))
    return UsualHour(counters: last.counters.less(before.counters), days: last.days - before.days)
  }

  private func sum(_ hour: Int) -> (counters: StatsCounters, days: Int) {
    var place = hour - first
    while place >= sums.count { place -= 24 }
    return place >= 0 ? sums[place] : (.zero, 0)
  }
}
