import FoundationEssentials
import SlotStats

/// The finished history of the fleet. It is made by hours, each slot's hour by itself.
extension SimulatedFleet {
  /// How many weeks of past a demo shows, the current one included.
  package static let pastWeeks = 8

  /// The first instant of the past that ends at `end`: a Monday.
  private static func pastStart(endingAt end: Date, weeks: Int) -> Date {
    StatsWindow.week.start(StatsWindow.week.bucketStart(containing: end), advancedBy: 1 - max(weeks, 1))
  }

  /// Every slot's finished jobs by hour, ascending, up to `end`; hours without jobs are left out.
  package func pastHours(endingAt end: Date, weeks: Int = pastWeeks) -> [Slot.ID: [StatsMetric]] {
    let start = Self.pastStart(endingAt: end, weeks: weeks)
    var series: [Slot.ID: [StatsMetric]] = [:]
    for place in members.indices {
      series[members[place].slot.id] = hourStarts(from: start, to: end).compactMap { hour in
        let counters = pastCounters(of: place, hour: hour, endingAt: end)
        guard counters.totalRuns > 0 else { return nil }
        return StatsMetric(periodStart: hour, periodEnd: hour.addingTimeInterval(3_600), counters: counters)
      }
    }
    return series
  }

  /// The hours from `start` that begin before `end`.
  func hourStarts(from start: Date, to end: Date) -> some Sequence<Date> {
    sequence(first: start) { $0.addingTimeInterval(3_600) }.prefix { $0 < end }
  }

  /// What a slot finished in one hour: the part of it that is over at `end`, and no job of the last seconds, which
  /// would still be under way.
  func pastCounters(of place: Int, hour: Date, endingAt end: Date) -> StatsCounters {
    let whole = wholeHour(of: place, hour: hour, endingAt: end)
    let elapsed = min(max(end.timeIntervalSince(hour) - Self.longestJob, 0) / (3_600 - Self.longestJob), 1)
    guard elapsed < 1 else { return whole }
    var part = StatsCounters.zero
    for (_, path) in StatsCounters.keys { part[keyPath: path] = Int(Double(whole[keyPath: path]) * elapsed) }
    part.ingestCount = part.totalRuns
    return part
  }

  /// No past job takes longer, in seconds.
  static let longestJob = 10.0

  private func wholeHour(of place: Int, hour: Date, endingAt end: Date) -> StatsCounters {
    let member = members[place]
    let daysAgo = Int(
      StatsWindow.day.bucketStart(containing: end).timeIntervalSince(StatsWindow.day.bucketStart(containing: hour))
        / 86_400)
    if let retired = member.retiredDaysAgo, daysAgo < retired { return .zero }
    let hourNumber = UInt64(bitPattern: Int64(hour.timeIntervalSince1970 / 3_600))
    var numbers = numbers(.hour, hourNumber, UInt64(place))
    let mean = rate(at: hour) * 3_600 * member.share
    let runs = numbers.count(about: mean * (1 + 0.04 * numbers.deviation()))

    let odds = pastOdds(of: place, hour: hour, daysAgo: daysAgo)
    var counters = StatsCounters(ingestCount: runs)
    var rest = runs
    for (path, chance) in [
      (\StatsCounters.timeouts, odds.timeouts), (\.providerErrors, odds.providerErrors),
      (\.cancelled, odds.cancelled), (\.errors, odds.errors),
    ] {
      let count = min(numbers.count(about: Double(runs) * chance), rest)
      counters[keyPath: path] = count
      rest -= count
    }
    counters.success = rest
    return counters
  }

  /// The odds of a past hour: better and worse days, and an evening on which one provider was down.
  private func pastOdds(of place: Int, hour: Date, daysAgo: Int) -> FailureOdds {
    let member = members[place]
    let day = UInt64(bitPattern: Int64(hour.timeIntervalSince1970 / 86_400))
    var numbers = numbers(.day, day, UInt64(place))
    // Today is as the work is that goes on from now.
    let badness = daysAgo == 0 ? 1 : max(0.3, 1 + 0.2 * numbers.deviation())
    var odds = member.odds
    if odds.timeouts < 0.5 { odds.timeouts *= badness }
    odds.providerErrors *= badness
    odds.errors *= badness
    let hourOfDay = Int(hour.timeIntervalSince(StatsWindow.day.bucketStart(containing: hour)) / 3_600)
    if member.provider == FleetRoster.aurora, daysAgo == 5, (17...20).contains(hourOfDay) { odds.providerErrors += 0.4 }
    return odds
  }
}
