import Foundation
import SlotStats
import SlotStatsTesting

/// How long it takes until a slot is marked, or over usual, once it begins to fail or to stand still: many invented slots
/// with two weeks of history, judged at the end of every minute as a dashboard judges them.
struct DelaySimulation {
  /// What happens to a slot.
  struct Case {
    /// What the table calls it.
    let name: String
    /// Jobs an hour before.
    let hourly: Double
    /// The share of them that fails before, 0…1.
    let before: Double
    /// The share that fails afterwards, 0…1; `nil` where no jobs end any more.
    let after: Double?
    /// How long it lasts, in minutes; `nil` for as long as it is looked at.
    var length: Int?
  }

  /// What was found in one of many runs, in minutes; `nil` where it did not happen while it was looked at.
  struct Run {
    /// From the beginning to a mark of the last hour.
    var toMark: Int?
    /// From the beginning to the gravest mark.
    var toCritical: Int?
    /// From the beginning to being over usual.
    var toOverUsual: Int?
    /// From the end to the first minute without a mark.
    var toCalm: Int?

    /// What is seen first.
    var toAnything: Int? { [toMark, toOverUsual].compactMap(\.self).min() }
  }

  static let cases = [
    Case(name: "300/h, 1 → 8 %", hourly: 300, before: 0.01, after: 0.08),
    Case(name: "300/h, 1 → 20 %", hourly: 300, before: 0.01, after: 0.2),
    Case(name: "300/h, stops", hourly: 300, before: 0.01, after: nil),
    Case(name: "50/h, 2 → 85 % for 20 min", hourly: 50, before: 0.02, after: 0.85, length: 20),
    Case(name: "50/h, 2 → 85 %", hourly: 50, before: 0.02, after: 0.85),
  ]

  /// For how many minutes is looked.
  private static let looked = 240
  private static let day = 1_440
  /// The minute that Monday, 16 November 2026, begins with.
  private static let monday = 29_913_120

  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(state: seed) }

  /// A run that begins at a minute of a day.
  mutating func run(_ what: Case, beginningAt minuteOfDay: Int) -> Run {
    let begin = Self.monday + 14 * Self.day + minuteOfDay
    let hours = (-15 * 24..<begin / 60 - Self.monday / 60 - 14 * 24).map { number in
      StatsMetric(
        .hour, start: MinuteCounts.start(Self.monday + 14 * Self.day + number * 60),
        counters: counters(what.hourly, what.before))
    }
    var minutes = [begin - Self.day - 40..<begin - Self.day + Self.looked + 70, begin - 372..<begin].joined()
      .map { minute($0, what.hourly / 60, what.before) }
    var run = Run()
    for passed in 0..<Self.looked {
      let isOn = passed < what.length ?? .max
      let ratio = isOn ? what.after : what.before
      minutes.append(minute(begin + passed, ratio == nil ? 0 : what.hourly / 60, ratio ?? 0))
      look(minutes, hours, passed, what, &run)
      if what.length == nil ? run.toCritical != nil && run.toOverUsual != nil : run.toCalm != nil { break }
    }
    return run
  }

  private func look(_ minutes: [StatsMetric], _ hours: [StatsMetric], _ passed: Int, _ what: Case, _ run: inout Run) {
    guard let newest = minutes.last else { return }
    let instant = newest.periodEnd.addingTimeInterval(-1)
    let series = RecentSeries(minutes: minutes, hours: hours, at: instant)
    let judge = RecentJudge(RecentReading(global: series, bySlot: [:], reported: .max, at: instant))
    let sample = judge.sample(series, by: .standard)
    if sample.state.isMarked { run.toMark = run.toMark ?? passed + 1 }
    if sample.state == .critical { run.toCritical = run.toCritical ?? passed + 1 }
    if OverUsual.holds(sample.counters, usual: sample.usualCounters, factor: AlertRule.standardFactor) {
      run.toOverUsual = run.toOverUsual ?? passed + 1
    }
    if let length = what.length, passed >= length, !sample.state.isMarked {
      run.toCalm = run.toCalm ?? passed + 1 - length
    }
  }

  // MARK: Chance

  private mutating func minute(_ number: Int, _ mean: Double, _ ratio: Double) -> StatsMetric {
    StatsMetric(.minute, start: MinuteCounts.start(number), counters: counters(mean, ratio))
  }

  private mutating func counters(_ mean: Double, _ ratio: Double) -> StatsCounters {
    let runs = poisson(mean)
    let failed = (0..<runs).count { _ in Double.random(in: 0..<1, using: &random) < ratio }
    return StatsCounters(success: runs - failed, providerErrors: failed, ingestCount: runs)
  }

  /// A count with this mean: as many exponential waits as fit.
  private mutating func poisson(_ mean: Double) -> Int {
    var (count, rest) = (-1, mean)
    while rest >= 0 {
      rest += log(1 - Double.random(in: 0..<1, using: &random))
      count += 1
    }
    return max(count, 0)
  }
}

/// Prints a table of the delays of `runs` runs of each case, spread over the hours of the day.
func printDelays(runs: Int) {
  print(
    column("\(runs) runs, minutes", 30, right: false)
      + [
        "mark", "critical", "over usual", "first", "90 %", "never",
        "calm after",
      ].map { column($0, 12) }.joined())
  for (number, what) in DelaySimulation.cases.enumerated() {
    var simulation = DelaySimulation(seed: UInt64(number + 1))
    let found = (0..<runs).map { simulation.run(what, beginningAt: $0 * 97 % 1_440) }
    let first = found.map(\.toAnything)
    let figures = [
      quantile(0.5, found.map(\.toMark)), quantile(0.5, found.map(\.toCritical)),
      quantile(0.5, found.map(\.toOverUsual)), quantile(0.5, first), quantile(0.9, first),
      String(first.count { $0 == nil }), what.length == nil ? "" : quantile(1, found.map(\.toCalm)),
    ]
    print(column(what.name, 30, right: false) + figures.map { column($0, 12) }.joined())
  }
}

/// A quantile of minutes; what never happened is later than everything.
private func quantile(_ share: Double, _ values: [Int?]) -> String {
  let sorted = values.map { $0 ?? .max }.sorted()
  let value = sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
  return value == .max ? "–" : String(value)
}
