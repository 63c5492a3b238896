import Foundation
import SlotStats
import SlotStatsTesting

/// How often rules page though nothing is wrong: healthy weeks of a fleet, made up, judged minute by minute.
///
/// Each slot has a rate of its own, a rhythm of the day and of the week, and a usual failure ratio of 0.5 to 3 %. The rate
/// of each hour varies beyond chance by a quarter, its failure ratio by a half (gamma factors): real work is
/// overdispersed. Nothing ever breaks.
struct HealthyWeeks {
  /// How many slots a fleet has.
  static let slots = 30
  /// How many days there are before the week, by which usual is known.
  private static let daysBefore = 15
  /// 2026-11-23T00:00:00Z, a Monday: the end of each week.
  private static let end = Date(timeIntervalSince1970: 1_795_392_000)

  /// What came of some weeks.
  struct Result {
    var weeks = 0
    /// Alerts of each rule, by its place.
    var alerts = [Int](repeating: 0, count: AlertRule.standard.count)
    var pages = 0
    /// How often the plain ratio of a last hour of at least 20 runs reached 5 %, and 10 %.
    var plain = (warning: 0, critical: 0)
  }

  /// Judges so many weeks, the same for the same seed.
  static func judge(weeks: Int, seed: UInt64, progress: (Result) -> Void) async throws -> Result {
    var result = Result()
    for week in 0..<weeks {
      var random = SeededGenerator(state: seed &+ UInt64(week) &* 7_919)
      let series = (0..<slots).map { _ in history(&random) }
      try await add(series, to: &result)
      progress(result)
    }
    return result
  }

  private static func add(_ series: [SlotHistory], to result: inout Result) async throws {
    let rules = AlertRule.standard
    let ids = series.indices.map { "slot-\($0)" }
    let history = FleetHistory(
      slots: ids.map { Slot(id: $0) }, global: total(series), windows: [.minute, .hour],
      range: end.addingTimeInterval(-StatsWindow.week.length)..<end
    ) { id in series[Int(id.dropFirst(5)) ?? 0] }
    let replay = RuleReplay(rules, plan: ReplayPlan(history), thresholds: .standard)
    let found = try await history.replay([replay])[0]
    result.weeks += 1
    result.pages += found.pages.count
    for place in rules.indices { result.alerts[place] += found.total(ofRuleAt: place).alerts }
    for slot in series {
      result.plain.warning += crossings(slot[.minute], of: 0.05)
      result.plain.critical += crossings(slot[.minute], of: 0.1)
    }
  }

  /// How often the ratio of the last sixty minutes goes over a threshold.
  private static func crossings(_ minutes: [StatsMetric], of threshold: Double) -> Int {
    var (sum, count, isOver) = (StatsCounters.zero, 0, false)
    for (place, minute) in minutes.enumerated() {
      sum += minute.counters
      if place >= 60 { sum = sum.less(minutes[place - 60].counters) }
      let isNow = sum.totalRuns >= 20 && (sum.failureRatio ?? 0) >= threshold
      if isNow, !isOver { count += 1 }
      isOver = isNow
    }
    return count
  }

  private static func total(_ series: [SlotHistory]) -> SlotHistory {
    var metrics: [StatsWindow: [StatsMetric]] = [:]
    for window in [StatsWindow.minute, .hour] {
      var sum = series[0][window]
      for slot in series.dropFirst() {
        for place in sum.indices { sum[place].counters += slot[window][place].counters }
      }
      metrics[window] = sum
    }
    return SlotHistory(metrics)
  }

  /// The past of one slot: hours before the week, hours and minutes of it.
  private static func history(_ random: inout SeededGenerator) -> SlotHistory {
    let rate = Double.random(in: 15...90, using: &random)
    let ratio = Double.random(in: 0.005...0.03, using: &random)
    let phase = Double.random(in: 0..<24, using: &random)
    var (minutes, hours) = ([StatsMetric](), [StatsMetric]())
    let first = -24 * (daysBefore + 7)
    for hour in first..<0 {
      let start = end.addingTimeInterval(Double(hour) * 3_600)
      let day = 1 + 0.6 * sin((Double(hour) - phase) / 24 * 2 * .pi)
      // The end is a Monday.
      let weekday = (hour / 24 - (hour % 24 == 0 ? 0 : 1) + 7 * 10) % 7
      let isWeekend = weekday >= 5
      let mean = rate * day * (isWeekend ? 0.7 : 1) * gamma(16, &random)
      let failing = min(ratio * gamma(4, &random), 0.5)
      var sum = StatsCounters.zero
      for minute in 0..<60 {
        let counters = counts(mean: mean / 60, failing: failing, &random)
        sum += counters
        guard hour >= -24 * 7 - 7 else { continue }
        minutes.append(StatsMetric(.minute, start: start.addingTimeInterval(Double(minute) * 60), counters: counters))
      }
      hours.append(StatsMetric(.hour, start: start, counters: sum))
    }
    return SlotHistory([.minute: minutes, .hour: hours])
  }

  private static func counts(mean: Double, failing: Double, _ random: inout SeededGenerator) -> StatsCounters {
    var counters = StatsCounters.zero
    // A Poisson count: so many uniform numbers until their product is below e^−mean.
    var product = Double.random(in: 0..<1, using: &random)
    let limit = exp(-mean)
    while product > limit {
      counters.ingestCount += 1
      if Double.random(in: 0..<1, using: &random) < failing {
        counters.providerErrors += 1
      } else {
        counters.success += 1
      }
      product *= Double.random(in: 0..<1, using: &random)
    }
    return counters
  }

  /// A factor about 1 whose variance is 1 ÷ shape.
  private static func gamma(_ shape: Int, _ random: inout SeededGenerator) -> Double {
    (0..<shape).reduce(0) { sum, _ in sum - log(1 - Double.random(in: 0..<1, using: &random)) } / Double(shape)
  }
}

/// Judges healthy weeks and prints what came of them.
func printHealthyWeeks(_ weeks: Int) async throws {
  let result = try await HealthyWeeks.judge(weeks: weeks, seed: 1) { result in
    guard result.weeks % 50 == 0 else { return }
    print("\(result.weeks) weeks: \(result.pages) pages, \(result.alerts) alerts")
  }
  func perWeek(_ count: Int) -> String { "\(Double(count * 1_000 / max(weeks, 1)) / 1_000)" }
  print("\(weeks) healthy weeks of \(HealthyWeeks.slots) slots, a week:")
  print("  pages \(perWeek(result.pages))")
  for (rule, count) in zip(AlertRule.standard, result.alerts) { print("  \(rule.name) \(perWeek(count))") }
  print("  plain last hour over 5 %: \(perWeek(result.plain.warning)), over 10 %: \(perWeek(result.plain.critical))")
}
