#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The width of a bucket: a UTC day from 00:00, or a week from Monday 00:00 UTC.
///
/// UTC has no daylight saving, so every bucket of a window has the same length and the arithmetic is on whole
/// seconds; it holds from 0001-01-01 to 9999-12-31.
public enum StatsWindow: String, CaseIterable, Codable, Sendable {
  case day
  case week

  /// The length of one bucket in seconds.
  public var length: TimeInterval {
    switch self {
    case .day: 86_400
    case .week: 604_800
    }
  }

  /// How many buckets a screen or report shows, the current one included.
  public var shownBuckets: Int {
    switch self {
    case .day: 14
    case .week: 8
    }
  }

  /// The start of a bucket of this window, in seconds since 1970: a Thursday for days, Monday 1970-01-05 for weeks.
  private var epoch: TimeInterval {
    switch self {
    case .day: 0
    case .week: 4 * 86_400
    }
  }

  /// The start of the bucket that contains `instant`.
  public func bucketStart(containing instant: Date) -> Date {
    let offset = instant.timeIntervalSince1970 - epoch
    return Date(timeIntervalSince1970: epoch + (offset / length).rounded(.down) * length)
  }

  /// The period `[start, end)` of the bucket that contains `instant`.
  public func bucket(containing instant: Date) -> Range<Date> {
    let start = bucketStart(containing: instant)
    return start..<start.addingTimeInterval(length)
  }

  /// The start of the bucket that stands `count` buckets after (before, if negative) the one that starts at `start`.
  public func start(_ start: Date, advancedBy count: Int) -> Date {
    start.addingTimeInterval(Double(count) * length)
  }

  /// Whether `instant` is the start of a bucket.
  public func isBucketStart(_ instant: Date) -> Bool {
    bucketStart(containing: instant) == instant
  }

  /// The starts of the shown buckets, oldest first; the last one contains `instant`.
  public func shownStarts(endingAt instant: Date) -> [Date] {
    let current = bucketStart(containing: instant)
    return (0..<shownBuckets).map { start(current, advancedBy: $0 - shownBuckets + 1) }
  }

  /// The start of the first shown bucket: the `since` that a screen or report asks a repository for.
  public func shownStart(endingAt instant: Date) -> Date {
    start(bucketStart(containing: instant), advancedBy: 1 - shownBuckets)
  }
}
