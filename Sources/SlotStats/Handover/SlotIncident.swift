#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What sort of trouble an incident is.
package enum IncidentSort: String, CaseIterable, Sendable {
  /// Jobs failed.
  case failing
  /// Surely fewer jobs ended than usual.
  case quiet
  /// Jobs came in and were not worked off.
  case stalled
  /// Nothing was reported.
  case missing

  /// The sort that a rule's condition is about; `nil` for those of the source.
  init?(_ condition: AlertCondition) {
    switch condition {
    case .critical, .warning, .overUsual: self = .failing
    case .quiet: self = .quiet
    case .stalled: self = .stalled
    case .missing: self = .missing
    case .stale, .lost: return nil
    }
  }
}

/// One trouble of one slot, or of all slots together, with its beginning and end as the buckets tell them.
package struct SlotIncident: Hashable, Sendable {
  /// Whom it is about.
  package let subject: AlertSubject
  /// The slot; `nil` for all together.
  package let slot: Slot?
  /// What sort it is.
  package let sort: IncidentSort
  /// When it began: the start of the bucket.
  package let from: Date
  /// Whether it had begun when what is known begins.
  package let isFromBefore: Bool
  /// When it was over; `nil` where it still goes on.
  package let to: Date?
  /// What was counted in it.
  package let counters: StatsCounters
  /// What was counted while all was as usual.
  package let usual: StatsCounters
  /// The places of the rules that fired for it, ascending.
  package let rules: [Int]
  /// The width of its buckets.
  package let window: StatsWindow
  /// The buckets from a while before it to a while after it, ascending.
  package let buckets: [StatsMetric]

  /// Whether whoever comes next has to know of it: a page, what still goes on, and what is more than a few failures.
  func isWorthTelling(_ rules: [AlertRule]) -> Bool {
    if to == nil || sort != .failing || self.rules.contains(where: { rules[$0].severity == .page }) { return true }
    return failuresOverUsual >= Double(Thresholds.minFailures)
  }

  /// The kind that adds most to the failures.
  package var leadingKind: FailureKind? { SampleComparison(sample: counters, rest: usual).leadingKind }
}

/// Finds the incidents of one series from the stretches for which rules fired.
struct IncidentSearch {
  let history: SlotHistory
  let slot: Slot?
  let subject: AlertSubject
  let rules: [AlertRule]
  let thresholds: Thresholds
  /// What is known, `[from, to)`.
  let known: Range<Date>

  /// Stretches that follow each other within so many seconds are one incident.
  private static let together: TimeInterval = 1_800
  /// So many minutes before a condition held may belong to it, by window.
  private static let lookedBack: [StatsWindow: Int] = [.minute: 360, .hour: 24, .day: 14, .week: 8]
  /// It goes on while no more than so many runs, or seconds, came after its last evidence.
  private static let (fewRuns, fewSeconds) = (5, 600.0)

  /// The incidents, by time.
  func incidents(_ stretches: [AlertStretch]) -> [SlotIncident] {
    var groups: [(sort: IncidentSort, stretches: [AlertStretch])] = []
    for stretch in stretches.sorted(by: { $0.began < $1.began }) {
      guard let sort = IncidentSort(rules[stretch.rule].test.condition) else { continue }
      let place = groups.lastIndex { group in
        group.sort == sort && group.stretches.contains { end(of: $0) + Self.together >= stretch.began }
      }
      if let place { groups[place].stretches.append(stretch) } else { groups.append((sort, [stretch])) }
    }
    return groups.map { incident($0.sort, $0.stretches) }.sorted { $0.from < $1.from }
  }

  private func end(of stretch: AlertStretch) -> Date { stretch.endedAt ?? known.upperBound }

  private func incident(_ sort: IncidentSort, _ stretches: [AlertStretch]) -> SlotIncident {
    let window = stretches.map(\.window).max { $0.length < $1.length } ?? .minute
    let began = stretches[0].began
    let last = stretches.map(end).max() ?? known.upperBound
    let fires = stretches.contains { $0.endedAt == nil }
    let usual = usual(at: began, window)
    let metrics = history[window]
    var (from, to) = (began, fires ? nil : last)
    if sort == .failing {
      let fired = stretches.map(\.firedAt).min() ?? began
      (from, to) = failing(metrics, window, began: began, fired: fired, last: last, isOpen: fires, usual)
    } else if sort != .missing {
      from = standstill(metrics, before: began) ?? began
    }
    let isFromBefore =
      from <= max(known.lowerBound, metrics.first?.periodStart ?? from).addingTimeInterval(window.length)
    let range = from..<max(to ?? known.upperBound, from)
    return SlotIncident(
      subject: subject, slot: slot, sort: sort, from: from, isFromBefore: isFromBefore, to: to,
      counters: StatsSummary(metrics.lazy.filter { range.contains($0.periodStart) }).counters, usual: usual,
      rules: Set(stretches.map(\.rule)).sorted(), window: window,
      buckets: Self.around(range, metrics, window))
  }

  /// When failures began and ended to be above usual.
  private func failing(
    _ metrics: [StatsMetric], _ window: StatsWindow, began: Date, fired: Date, last: Date, isOpen: Bool,
    _ usual: StatsCounters
  ) -> (from: Date, to: Date?) {
    let end: Date? = isOpen ? nil : last
    guard let search = FailureOnset(usual: usual, thresholds: thresholds) else { return (began, end) }
    let earliest = window.start(began, advancedBy: -(Self.lookedBack[window] ?? 0))
    let before = metrics.drop { $0.periodStart < earliest }.prefix { $0.periodStart < max(fired, began) }
    let from = search.start(in: before) ?? began
    let during = metrics.drop { $0.periodStart < from }.prefix { $0.periodStart < last }
    guard let to = search.end(in: during) else { return (from, end) }
    let after = StatsSummary(during.drop { $0.periodStart < to }).totalRuns
    let goesOn = isOpen && (after < Self.fewRuns || last.timeIntervalSince(to) <= Self.fewSeconds)
    return (from, goesOn ? nil : to)
  }

  /// What was counted at this time of day on the days before; where too little was, on all buckets but the newest before.
  private func usual(at instant: Date, _ window: StatsWindow) -> StatsCounters {
    let hours = history[.hour].isEmpty ? nil : HourTable(history[.hour])
    let hour = hours?.usual(RecentReading.hour(instant)).counters ?? .zero
    if hour.totalRuns >= Thresholds.minUsualRuns { return hour }
    let longer: StatsWindow = history[.day].isEmpty ? window : .day
    let start = longer.bucketStart(containing: instant)
    return StatsSummary(history[longer].lazy.filter { $0.periodStart < start }).counters
  }

  /// Since when no job had ended when a standstill was seen.
  private func standstill(_ metrics: [StatsMetric], before began: Date) -> Date? {
    metrics.prefix { $0.periodStart < began }.reversed().prefix { $0.counters.totalRuns == 0 }.last?.periodStart
  }

  /// The buckets of a while and some before and after it.
  private static func around(_ range: Range<Date>, _ metrics: [StatsMetric], _ window: StatsWindow) -> [StatsMetric] {
    let (from, to) = (
      window.start(range.lowerBound, advancedBy: -margin), window.start(range.upperBound, advancedBy: margin)
    )
    return Array(metrics.drop { $0.periodStart < from }.prefix { $0.periodStart < to })
  }

  /// So many buckets before and after an incident are shown with it.
  private static let margin = 30
}
