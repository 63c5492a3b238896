import SlotStats

extension CheckLine {
  /// The status of slots of which the worst has this severity. What is missing or was not read is never OK, unless that is acknowledged, nor is
  /// nothing at all: a monitor that hears of no trouble must not take silence for health.
  static func status(_ severity: Int, _ subject: ReportSubject) -> Status {
    if severity > 0 { return severity >= 2 ? .critical : .warning }
    let isUnknown = subject.unacknowledged.contains { [.missing, .unread].contains($0.series.state) }
    return subject.fleet.slots.isEmpty || isUnknown ? .unknown : .ok
  }

  /// `53.3% (16/30)`, `4.2% (1/24 2d)`, and what makes the sample special. Of a source with minutes the sample is named:
  /// `last hour 39.1% (18/46)` where that decides, else `today 53.3% (16/30)`.
  static func sample(_ series: JudgedSeries, _ subject: ReportSubject) -> String {
    guard let recent = series.recent else { return ownSample(series, subject) }
    if series.isOfRecent, series.state.isMarked { return recentSample(recent, series.state, subject) }
    let over = series.state == .over ? ", over: \(recent.spanWords) \(ratio(recent.counters))" : ""
    let name = series.judgedBuckets == 1 ? ReportWords(subject).currentBucket + " " : ""
    return name + ownSample(series, subject) + over
  }

  private static func recentSample(_ recent: RecentSample, _ state: SlotState, _ subject: ReportSubject) -> String {
    switch state {
    case .stalled: "stalled (\(recent.openWords(at: subject.generatedAt) ?? "nothing finishes"))"
    case .quiet: "quiet (\(recent.paceWords ?? "surely fewer jobs than usual"))"
    default: "\(recent.spanWords) \(ratio(recent.counters))\(recent.isCooling ? " cooling" : "")"
    }
  }

  private static func ratio(_ counters: StatsCounters) -> String {
    guard counters.totalRuns > 0 else { return "no runs" }
    let runs = "\(counters.totalRuns)" + (counters.isSaturated ? "+" : "")
    return "\(NumberText.percent(counters))% (\(counters.shownFailures)/\(runs))"
  }

  private static func ownSample(_ series: JudgedSeries, _ subject: ReportSubject) -> String {
    let judged = series.judged
    let span = subject.fleet.window.span(series.judgedBuckets)
    let runs = "\(judged.totalRuns)" + (judged.isSaturated ? "+" : "")
    let counts = "(\(judged.shownFailures)/\(runs)\(span.isEmpty ? "" : " " + span))"
    let ratio = judged.totalRuns == 0 ? "no runs" : NumberText.percent(judged) + "%"
    let special =
      switch series.state {
      case .stalled: " stalled, \(judged.open) of \(judged.ingestCount) open"
      case .few: " too few runs to judge"
      default: ""
      }
    return "\(ratio) \(counts)\(special)"
  }

  /// `day 2026-11-19, data 5 s old`, and what was left out of the data, set off by a comma where words stand before it.
  static func place(_ subject: ReportSubject, after state: SlotState) -> String {
    let isPlain = state == .critical || state == .warning || state == .ok
    let date = CivilDate(subject.fleet.currentStart).isoDate
    return (isPlain ? " " : ", ")
      + "\(subject.fleet.window.rawValue) \(date), \(subject.ageWords)"
      + (subject.notice.map { ", " + harmless($0) } ?? "")
  }

  /// Ratios in percent, thresholds at the low end of the interval, since that is what is judged. What has no value is left
  /// out: icinga warns of each `U`.
  static func performance(_ series: JudgedSeries, by thresholds: Thresholds, of id: Slot.ID? = nil) -> [String] {
    let limits = "\(percent(thresholds.warning));\(percent(thresholds.critical))"
    // Rounded down, so that 4.999 % does not read as having reached 5 %.
    let ratio = series.judged.shownRatio.map { "\(hundredths($0, .toNearestOrEven))%;;;0;100" }
    let low = series.interval.map { "\(hundredths($0.low, .down))%;\(limits);0;100" }
    let recentRatio = series.recent?.counters.shownRatio.map { "\(hundredths($0, .toNearestOrEven))%;;;0;100" }
    let recentLow = series.recent?.interval.map { "\(hundredths($0.low, .down))%;\(limits);0;100" }
    let ratios = [
      ("ratio", ratio), ("ratio_low", low), ("recent_ratio", recentRatio), ("recent_low", recentLow),
    ]
    let unknown = series.judged.unknown
    let counts = [
      ("runs", unknown.contains(.success) ? nil : series.judged.totalRuns),
      ("failed", unknown.isSuperset(of: .failures) ? nil : series.judged.shownFailures),
      ("open", series.judged.knownOpen),
    ].map { ($0, $1.map { "\($0);;;0" }) }
    // Several slots are compared by their ratios; how much ran is told of one alone.
    return (id == nil ? ratios + counts : ratios).compactMap { name, value in
      value.map { label(name, of: id) + "=" + $0 }
    }
  }

  /// The name of a value, after its slot if it belongs to one of several; in quotes where it has a blank.
  private static func label(_ name: String, of id: Slot.ID?) -> String {
    guard let id else { return name }
    let text = plain(harmless(id)) + "_" + name
    return text.unicodeScalars.contains(" ") ? "'" + text + "'" : text
  }

  /// A name without `=`, `'` and `::`. The guidelines want the first two in no name; whatever the quotes, icinga ends
  /// one at its first `=`, keeps `'` doubled, and puts what stands before a `::` before the names that follow, too.
  private static func plain(_ name: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      let kept: Unicode.Scalar = scalar == "=" ? ":" : scalar == "'" ? "’" : scalar
      if kept != ":" || result.last != ":" { result.append(kept) }
    }
    return String(result)
  }

  /// A ratio in percent with two places.
  private static func hundredths(_ ratio: Double, _ rule: FloatingPointRoundingRule) -> String {
    // The tiny part keeps a ratio such as 0.05, which no Double is exactly, from falling below itself.
    NumberText.decimal(Int((ratio * 10_000 + (rule == .down ? 1e-9 : 0)).rounded(rule)), places: 2)
  }

  /// A threshold in percent, with as many places as it has, six at most: `5`, `7.5`.
  private static func percent(_ ratio: Double) -> String {
    var text = NumberText.decimal(Int((ratio * 1e8).rounded()), places: 6)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
