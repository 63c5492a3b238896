/// How numbers are written for people. These formats do not lie: `0.0` stands only where nothing failed, `100` only
/// where everything did, and no runs are no percentage.
package enum NumberText {
  /// What stands where there is no number.
  package static let none = "–"

  /// A failure ratio in percent without the sign: `17.2`, `0.0` only with no failure, `<0.1`, `>99.9`, `100` only when
  /// all failed, `–` with no runs.
  package static func percent(failures: Int, runs: Int) -> String {
    guard runs > 0 else { return none }
    if failures <= 0 { return "0.0" }
    if failures >= runs { return "100" }
    return percent(ratio: Double(failures) / Double(runs))
  }

  /// The same of a ratio that is neither 0 nor 1.
  private static func percent(ratio: Double) -> String {
    let tenths = (ratio * 1000).rounded()
    if tenths < 1 { return "<0.1" }
    if tenths > 999 { return ">99.9" }
    return decimal(Int(tenths), places: 1)
  }

  /// The failure ratio of `counters` in percent, see ``percent(failures:runs:)``.
  package static func percent(_ counters: StatsCounters) -> String {
    guard counters.unknown.allowsRatio else { return none }
    guard counters.totalRuns == .max else {
      return percent(failures: counters.failureCount, runs: counters.totalRuns)
    }
    // A saturated total is less than its parts.
    if counters.shownFailures == 0 { return "0.0" }
    return counters.success == 0 ? "100" : percent(ratio: counters.shownRatio ?? 0)
  }

  /// A count: `5,652` up to 99,999, beyond that three digits and k M G T P E, rounded down: `123k`, `1.23M`, `9.22E`.
  package static func count(_ value: Int) -> String {
    value <= 99_999 ? grouped(value) : scaled(value, digits: 3)
  }

  /// A count in at most `width` columns, 3 or more: as ``count(_:)``, else with two digits and a unit, `2.9k`, or one,
  /// `3k`; the hundreds of a unit, which need four columns, as tenths of the next one: `.5M`.
  package static func count(_ value: Int, fitting width: Int) -> String {
    let texts = [{ count(value) }, { scaled(value, digits: 2) }, { scaled(value, digits: 1) }]
    return texts.lazy.map { $0() }.first { $0.utf8.count <= width } ?? tenths(value)
  }

  /// A count of `counters`, a dash where the source does not have all of `needed`; see ``count(_:)``.
  package static func count(_ value: Int, in counters: StatsCounters, of needed: CounterSet) -> String {
    counters.unknown.isDisjoint(with: needed) ? count(value) : none
  }

  /// All runs of `counters`, with `+` behind a total that has saturated: there were more.
  package static func runs(_ counters: StatsCounters) -> String {
    count(counters.totalRuns) + (counters.isSaturated ? "+" : "")
  }

  /// The same in at most `width` columns, 3 or more.
  package static func runs(_ counters: StatsCounters, fitting width: Int) -> String {
    counters.isSaturated
      ? count(counters.totalRuns, fitting: max(3, width - 1)).prefix(width - 1) + "+"
      : count(counters.totalRuns, fitting: width)
  }

  /// `267 of 461 open`: of the jobs that were received.
  package static func open(_ open: Int, of received: Int) -> String { "\(count(open)) of \(count(received)) open" }

  /// Digits in groups of three: `5,652`.
  package static func grouped(_ value: Int) -> String {
    var text = String(value)
    var index = text.endIndex
    while let next = text.index(index, offsetBy: -3, limitedBy: text.startIndex), next > text.startIndex {
      text.insert(",", at: next)
      index = next
    }
    return text
  }

  /// `value ÷ 10^places` with that many places.
  package static func decimal(_ value: Int, places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let fraction = String(value % scale)
    return "\(value / scale)." + String(repeating: "0", count: places - fraction.utf8.count) + fraction
  }

  private static let units: [(name: Character, scale: Int)] = [
    ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000), ("P", 1_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000),
  ]

  /// `digits` leading digits and a unit. Three digits are rounded down, fewer to the nearest, so that `2.9k` is 2,891.
  ///
  /// Whole numbers only: a product of fractions makes 1.14M of 1,150,000.
  private static func scaled(_ value: Int, digits: Int) -> String {
    guard let unit = units.last(where: { value >= $0.scale }) else { return String(value) }
    let places = max(0, digits - String(value / unit.scale).utf8.count)
    var tenfold = 1
    for _ in 0..<places { tenfold *= 10 }
    let step = unit.scale / tenfold
    let isRoundedUp = digits < 3 && value % step >= step - step / 2
    let steps = min(value / step + (isRoundedUp ? 1 : 0), 1000 * tenfold - 1)
    return (places == 0 ? String(steps) : decimal(steps, places: places)) + String(unit.name)
  }

  /// `.5M`: a count of some hundreds of one unit as tenths of the next.
  private static func tenths(_ value: Int) -> String {
    guard let unit = units.first(where: { value < $0.scale }) else { return scaled(value, digits: 1) }
    let step = unit.scale / 10
    return ".\(min(9, value / step + (value % step >= step / 2 ? 1 : 0)))\(unit.name)"
  }
}
