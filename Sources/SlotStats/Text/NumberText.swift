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
    let tenths = (Double(failures) / Double(runs) * 1000).rounded()
    if tenths < 1 { return "<0.1" }
    if tenths > 999 { return ">99.9" }
    return decimal(Int(tenths), places: 1)
  }

  /// The failure ratio of `counters` in percent, see ``percent(failures:runs:)``.
  package static func percent(_ counters: StatsCounters) -> String {
    percent(failures: counters.failureCount, runs: counters.totalRuns)
  }

  /// A count: `5,652` up to 99,999, beyond that three digits and k M G T P E, rounded down: `123k`, `1.23M`, `9.22E`.
  package static func count(_ value: Int) -> String {
    value <= 99_999 ? grouped(value) : scaled(value, digits: 3)
  }

  /// A count in at most `width` columns: as ``count(_:)``, else with two digits and a unit, `2.9k`.
  package static func count(_ value: Int, fitting width: Int) -> String {
    let text = count(value)
    if text.utf8.count <= width { return text }
    let short = scaled(value, digits: 2)
    return short.utf8.count <= width ? short : scaled(value, digits: 1)
  }

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

  /// `digits` leading digits and a unit. Three digits are rounded down, fewer to the nearest, so that `2.9k` is 2,891.
  private static func scaled(_ value: Int, digits: Int) -> String {
    guard value >= 1000 else { return String(value) }
    var unit = 1
    var units = "kMGTPE".makeIterator()
    var name = units.next()
    var scale = 1000
    while value / scale >= 1000, unit < 6 {
      scale *= 1000
      unit += 1
      name = units.next()
    }
    let whole = value / scale
    let places = max(0, digits - String(whole).utf8.count)
    var tenfold = 1
    for _ in 0..<places { tenfold *= 10 }
    var steps = Int(Double(value) / Double(scale) * Double(tenfold))
    if digits < 3 {
      steps = Int((Double(value) / Double(scale) * Double(tenfold)).rounded())
      if steps >= 1000 * tenfold { steps = 1000 * tenfold - 1 }
    }
    let number = places == 0 ? String(steps) : decimal(steps, places: places)
    return number + String(name ?? "E")
  }
}
