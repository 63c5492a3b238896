#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A part of the past that is judged by buckets of one sort.
package struct ReplayPart: Hashable, Sendable {
  /// By what it is judged.
  package let grain: ReplayGrain
  /// From the start of its first bucket to the end of its last, or to the end of what is known.
  package let range: Range<Date>

  /// How many buckets it has.
  package var count: Int {
    Int((range.upperBound.timeIntervalSince(range.lowerBound) / grain.window.length).rounded(.up))
  }

  /// A part; `nil` where it would have no bucket.
  init?(_ grain: ReplayGrain, from: Date, to: Date) {
    guard from < to else { return nil }
    (self.grain, range) = (grain, from..<to)
  }
}

/// By which buckets each instant of the past can be judged: minutes where they are kept, whole hours before; elsewhere the
/// finest window that the source has.
package struct ReplayPlan: Sendable {
  /// The parts that tell of the last hour, ascending; those of the finest window where the source has no minutes.
  package let recent: [ReplayPart]
  private let own: [StatsWindow: ReplayPart]
  private let missing: StatsWindow?

  /// What can be judged of a history.
  package init(_ history: FleetHistory) {
    let range = history.range
    var own: [StatsWindow: ReplayPart] = [:]
    for window in history.windows {
      guard let first = history.global[window].first?.periodStart else { continue }
      own[window] = ReplayPart(
        .own(window), from: max(first, window.bucketStart(containing: range.lowerBound)), to: range.upperBound)
    }
    self.own = own
    missing = own[.day] == nil ? nil : .day
    if history.windows.contains(.minute) {
      recent = Self.recent(history)
    } else {
      recent = StatsWindow.allCases.lazy.compactMap { own[$0] }.first.map { [$0] } ?? []
    }
  }

  /// The parts that tell of a test, ascending; none where nothing kept does.
  package func parts(of test: AlertTest) -> [ReplayPart] {
    if test.condition.isOfSource { return [] }
    let standard = test.condition == .missing ? missing : nil
    guard let window = test.window ?? standard else { return recent }
    if window == .minute, recent.contains(where: { $0.grain == .minutes }) { return recent }
    return own[window].map { [$0] } ?? []
  }

  private static func recent(_ history: FleetHistory) -> [ReplayPart] {
    let (from, to) = (history.range.lowerBound, history.range.upperBound)
    let (minutes, hours) = (history.global[.minute], history.global[.hour])
    let lastMinute = StatsWindow.minute.bucketStart(containing: to)
    let begin = minutesFrom(minutes.first?.periodStart, hours.first?.periodStart, from) ?? lastMinute
    let parts = [
      hours.first.flatMap { first in
        ReplayPart(
          .hours, from: max(first.periodStart, StatsWindow.hour.bucketStart(containing: from)),
          to: StatsWindow.hour.bucketStart(containing: min(begin, to)))
      },
      ReplayPart(.minutes, from: begin, to: lastMinute),
    ]
    return parts.compactMap(\.self)
  }

  /// From when on minutes decide. The first ones that are kept have no sample that lies within minutes, unless nothing was
  /// before them; hours decide up to a whole hour then.
  private static func minutesFrom(_ firstMinute: Date?, _ firstHour: Date?, _ from: Date) -> Date? {
    guard let firstMinute else { return nil }
    let asked = StatsWindow.minute.bucketStart(containing: from)
    let isAll = firstHour.map { $0 >= StatsWindow.hour.bucketStart(containing: firstMinute) } ?? true
    if isAll { return max(firstMinute, asked) }
    let whole = StatsWindow.minute.start(firstMinute, advancedBy: RecentSample.most)
    if whole <= asked { return asked }
    let hour = StatsWindow.hour.bucketStart(containing: whole)
    return hour == whole ? whole : StatsWindow.hour.start(hour, advancedBy: 1)
  }
}
