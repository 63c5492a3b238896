#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A while in which the data does not tell how things were.
package struct BlindSpan: Hashable, Sendable {
  /// Why.
  package enum Reason: Hashable, Sendable {
    /// Nobody was there to count.
    case nobodyCounted
    /// Nothing came, though so many runs are usual.
    case silence(usual: Double)
  }

  /// Why.
  package let reason: Reason
  /// From when to when.
  package let range: Range<Date>

  /// A while.
  package init(_ reason: Reason, _ range: Range<Date>) { (self.reason, self.range) = (reason, range) }

  /// So many minutes without a run are a silence where enough runs are usual.
  private static let silentMinutes = 15
  /// A gap has so many minutes; a heartbeat may be late.
  private static let gapMinutes = 3

  /// The whiles of a span, by time, as all slots together tell them.
  static func all(in global: SlotHistory, plan: ReplayPlan, range: Range<Date>) -> [BlindSpan] {
    let hours = HourTable(global[.hour])
    var found: [BlindSpan] = []
    for part in plan.recent where part.grain.window.isWithinDay {
      let span = part.range.clamped(to: range)
      guard span.lowerBound < span.upperBound else { continue }
      found += spans(global[part.grain.window], part.grain.window, span, hours)
    }
    return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  private static func spans(
    _ metrics: [StatsMetric], _ window: StatsWindow, _ span: Range<Date>, _ hours: HourTable
  ) -> [BlindSpan] {
    var found: [BlindSpan] = []
    // The end of the last bucket that was reported, and of the last one that had runs.
    var (reported, busy) = (span.lowerBound, span.lowerBound)
    func close(at instant: Date, isReported: Bool) {
      let gap = instant.timeIntervalSince(reported)
      if isReported, gap >= max(Double(gapMinutes) * 60, window.length) {
        found.append(BlindSpan(.nobodyCounted, reported..<instant))
      }
    }
    func closeSilence(at instant: Date) {
      guard instant.timeIntervalSince(busy) >= Double(silentMinutes) * 60 else { return }
      let usual = Self.usual(busy..<instant, hours)
      if usual >= QuietRule.leastExpected { found.append(BlindSpan(.silence(usual: usual), busy..<instant)) }
    }
    for metric in metrics.drop(while: { $0.periodEnd <= span.lowerBound }) where metric.periodStart < span.upperBound {
      let wasGap = metric.periodStart.timeIntervalSince(reported) >= window.length
      close(at: metric.periodStart, isReported: true)
      if wasGap {
        closeSilence(at: reported)
        busy = metric.periodStart
      }
      reported = metric.periodEnd
      guard metric.counters.totalRuns > 0 else { continue }
      closeSilence(at: metric.periodStart)
      busy = metric.periodEnd
    }
    if reported < span.upperBound {
      closeSilence(at: reported)
      close(at: span.upperBound, isReported: window == .minute || reported > span.lowerBound)
    } else {
      closeSilence(at: span.upperBound)
    }
    return found
  }

  /// How many runs are usual in a while: of each clock hour of the days before its share.
  private static func usual(_ range: Range<Date>, _ hours: HourTable) -> Double {
    var sum = 0.0
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(StatsWindow.hour.bucket(containing: start).upperBound, range.upperBound)
      let hour = hours.usual(RecentReading.hour(start))
      if hour.days > 0 {
        sum += Double(hour.counters.totalRuns) / Double(hour.days) * end.timeIntervalSince(start) / 3_600
      }
      start = end
    }
    return sum
  }
}
