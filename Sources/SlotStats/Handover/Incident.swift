#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Slots that had the same trouble at the same time, told as one.
package struct Incident: Hashable, Sendable {
  /// Each slot's part, the one with the most failures over usual first; never empty.
  package let parts: [SlotIncident]

  /// What sort it is.
  package var sort: IncidentSort { parts[0].sort }
  /// Whether it is of all slots together, as one.
  package var isOfAll: Bool { parts[0].subject == .all }
  /// When it began: the middle of the times at which its parts did, since a stray failure may move one of them.
  package var from: Date { parts.map(\.from).sorted()[parts.count / 2] }
  /// Whether it had begun when what is known begins.
  package var isFromBefore: Bool { parts.contains(where: \.isFromBefore) }
  /// When it was over: the middle of the times at which its parts were; `nil` where one still goes on.
  package var to: Date? {
    let ends = parts.compactMap(\.to).sorted()
    return ends.count < parts.count ? nil : max(ends[ends.count / 2], from)
  }
  /// What was counted in all parts.
  package var counters: StatsCounters { parts.reduce(.zero) { $0 + $1.counters } }
  /// The places of the rules that fired, ascending.
  package var rules: [Int] { Set(parts.flatMap(\.rules)).sorted() }
  /// The width of its buckets.
  package var window: StatsWindow { parts.map(\.window).max { $0.length < $1.length } ?? .minute }

  /// The failures that usual would have given.
  package var expected: Double {
    parts.reduce(0) {
      $0 + (SampleComparison(sample: $1.counters, rest: $1.usual).usual ?? 0) * Double($1.counters.totalRuns)
    }
  }

  /// What is usual of its slots: a failure ratio, 0…1; `nil` where too little is known.
  package var usual: Double? {
    SampleComparison(sample: .zero, rest: parts.reduce(.zero) { $0 + $1.usual }).usual
  }

  /// The kind that adds most to the failures.
  package var leadingKind: FailureKind? {
    SampleComparison(sample: counters, rest: parts.reduce(.zero) { $0 + $1.usual }).leadingKind
  }

  /// The provider that all of its slots have; `nil` where they have none, or several.
  package var providerID: String? {
    let ids = Set(parts.map { $0.slot?.providerID })
    return ids.count == 1 ? ids.first ?? nil : nil
  }

  /// Puts incidents together that are of one sort and kind, began within ``together`` seconds, and, where providers failed,
  /// are of one provider.
  static func grouped(_ incidents: [SlotIncident]) -> [Incident] {
    var groups: [[SlotIncident]] = []
    for incident in incidents.sorted(by: { $0.from < $1.from }) {
      let place = groups.firstIndex { group in
        group[0].isTold(with: incident) && incident.from.timeIntervalSince(group[0].from) <= together(incident.window)
      }
      if let place { groups[place].append(incident) } else { groups.append([incident]) }
    }
    return groups.map { group in
      Incident(parts: group.sorted { ($0.failuresOverUsual, $1.id) > ($1.failuresOverUsual, $0.id) })
    }.sorted { ($0.from, $1.parts.count) < ($1.from, $0.parts.count) }
  }

  /// How far the beginnings of parts may lie apart, in seconds.
  private static func together(_ window: StatsWindow) -> TimeInterval { max(900, window.length) }
}

extension SlotIncident {
  fileprivate var id: Slot.ID { slot?.id ?? "" }

  var failuresOverUsual: Double {
    SampleComparison(sample: counters, rest: usual).failuresOverUsual ?? Double(counters.failureCount)
  }

  fileprivate func isTold(with other: SlotIncident) -> Bool {
    guard sort == other.sort, (subject == .all) == (other.subject == .all), isFromBefore == other.isFromBefore else {
      return false
    }
    guard sort == .failing else { return true }
    guard leadingKind == other.leadingKind else { return false }
    return leadingKind != .providerErrors || slot?.providerID == other.slot?.providerID
  }
}

// MARK: - Its course

extension Incident {
  /// What was counted of its slots in a while.
  package struct Point: Hashable, Sendable {
    /// When the while began.
    package let start: Date
    /// How many seconds it is long.
    package let seconds: TimeInterval
    /// The failures and runs.
    package let counters: StatsCounters
  }

  /// The most points of a course.
  package static let mostPoints = 120
  /// The highest ratio is looked for in whiles of so many minutes.
  private static let peakMinutes = 15

  /// Its failures and runs from a while before it to a while after it, in at most ``mostPoints`` pieces.
  package var course: [Point] {
    let all = added
    let width = (all.count + Self.mostPoints - 1) / Self.mostPoints
    guard width > 0 else { return [] }
    return stride(from: 0, to: all.count, by: width).map { first in
      let part = all[first..<min(first + width, all.count)]
      return Point(
        start: part[first].periodStart, seconds: window.length * Double(width), counters: StatsSummary(part).counters)
    }
  }

  /// The while with the highest failure ratio among those with at least ``Thresholds/minFailures`` failures: a quarter of
  /// an hour, or a longer bucket; `nil` where there is none.
  package var peak: Point? {
    let end = to ?? .distantFuture
    let inside = added.filter { $0.periodStart >= from && $0.periodStart < end }
    let width = window == .minute ? Self.peakMinutes : 1
    var best: Point?
    var sums = CounterSums()
    for (place, metric) in inside.enumerated() {
      sums.append(metric.counters)
      guard place >= min(width, inside.count) - 1 else { continue }
      let first = max(0, place - width + 1)
      let counters = sums[first...place]
      guard counters.failureCount >= Thresholds.minFailures, let ratio = counters.failureRatio,
        ratio > best?.counters.failureRatio ?? 0
      else { continue }
      best = Point(
        start: inside[first].periodStart, seconds: metric.periodEnd.timeIntervalSince(inside[first].periodStart),
        counters: counters)
    }
    return best
  }

  /// The buckets of all parts, added up, ascending.
  private var added: [StatsMetric] {
    var sums: [Date: StatsCounters] = [:]
    for part in parts where part.window == window {
      for metric in part.buckets { sums[metric.periodStart, default: .zero] += metric.counters }
    }
    return sums.sorted { $0.key < $1.key }.map { StatsMetric(window, start: $0.key, counters: $0.value) }
  }
}
