#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A past instant that a source can tell exactly, and what it can tell of it.
///
/// What was then is made of buckets that were finished by then. The ones that were not are put together from the finished
/// buckets of finer windows: an hour from its minutes, a day from its hours and the minutes of the last one. Where those
/// are no longer kept, the instant moves down to the next one that needs none of them.
public struct PastMoment: Hashable, Sendable {
  /// The instant: a whole minute, or a whole hour, day or week where that is all there is. Nothing from it on is counted.
  public let instant: Date
  /// The windows of which something before the instant is kept, the shortest first.
  public let windows: [StatsWindow]
  /// From when on the buckets of each window are kept.
  private let keptFrom: [StatsWindow: Date]

  /// The last such instant that is not after `asked`.
  /// - Parameters:
  ///   - asked: any instant.
  ///   - keptFrom: the windows of the source, each with the start of its first bucket that is kept whole;
  ///     `Date.distantPast` where all are.
  public init(_ asked: Date, keptFrom: [StatsWindow: Date]) {
    let present = StatsWindow.allCases.filter { keptFrom[$0] != nil }
    var instant = StatsWindow.minute.bucketStart(containing: asked)
    if let finest = present.first { instant = finest.bucketStart(containing: instant) }
    for (finer, window) in zip(present, present.dropFirst()) {
      let start = window.bucketStart(containing: instant)
      if keptFrom[finer].map({ $0 > start }) ?? true { instant = start }
    }
    self.instant = instant
    self.keptFrom = keptFrom
    windows = present.filter { window in keptFrom[window].map { $0 < instant } ?? false }
  }

  /// From when on buckets of a window are needed.
  public func firstNeeded(_ window: StatsWindow) -> Date {
    let shown = window.shownStart(endingAt: instant)
    let longer = windows.first { $0 > window }?.bucketStart(containing: instant) ?? shown
    return min(shown, longer)
  }

  /// Whether the last minutes can be told: those of the longest recent sample are all kept.
  public var hasRecent: Bool {
    guard let kept = keptFrom[.minute] else { return false }
    return kept <= MinuteCounts.start(MinuteCounts.number(instant) - RecentReading.minutesBack)
  }

  /// A series as it was at the instant.
  /// - Parameter given: its buckets by each window, ascending, from ``firstNeeded(_:)`` on; later ones do no harm.
  /// - Returns: the shown range of each of ``windows``. An unfinished bucket in which nothing was counted is not reported.
  public func series(_ given: [StatsWindow: [StatsMetric]]) -> [StatsWindow: [StatsMetric]] {
    var result: [StatsWindow: [StatsMetric]] = [:]
    // What was counted since the unfinished bucket of the window before began.
    var unfinished = StatsCounters.zero
    var finer: [StatsMetric] = []
    for window in windows {
      let start = window.bucketStart(containing: instant)
      for metric in finer.reversed() {
        if metric.periodStart < start { break }
        unfinished += metric.counters
      }
      finer = given[window] ?? []
      while let last = finer.last, last.periodStart >= start { finer.removeLast() }
      var shown = finer
      let first = window.shownStart(endingAt: instant)
      if let oldest = shown.first, oldest.periodStart < first { shown.removeAll { $0.periodStart < first } }
      if !unfinished.isEmpty { shown.append(StatsMetric(window, start: start, counters: unfinished)) }
      result[window] = shown
    }
    return result
  }
}

extension StatsWindow: Comparable {
  /// Whether the buckets of one are shorter than those of the other.
  public static func < (left: StatsWindow, right: StatsWindow) -> Bool { left.length < right.length }
}
