#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The width of a bucket, on UTC boundaries; in the order of their lengths.
///
/// UTC has no daylight saving, so every bucket of a window has the same length and the arithmetic is on whole
/// seconds; it holds from 0001-01-01 to 9999-12-31. All that differs from window to window stands in ``facts``.
public enum StatsWindow: String, CaseIterable, Codable, Sendable {
  case minute
  case hour
  case day
  case week

  /// What tells a window from the others.
  public struct Facts: Sendable {
    /// The length of one bucket in seconds.
    public let length: TimeInterval
    /// The start of some bucket in seconds since 1970: Monday 1970-01-05 for weeks, 0 for the others.
    public let origin: TimeInterval
    /// How many buckets a screen or report shows, the current one included.
    public let shownBuckets: Int
    /// By how many buckets before the current one a judged sample grows at most while it is too small. A series that
    /// was reported before, and in none of these buckets and the current one, is missing.
    public let sampleGrowth: Int
    /// How long a store keeps the buckets, in seconds; `nil` for good.
    public let keptSeconds: TimeInterval?
    /// The window that is shown beside this one where there is room.
    public let companion: StatsWindow
    /// The current bucket in words, `today`.
    public let currentName: String
    /// Where a bucket of it starts, as errors say it.
    public let startRule: String
  }

  private static let minuteFacts = Facts(
    length: 60, origin: 0, shownBuckets: 60, sampleGrowth: 14, keptSeconds: 48 * 3_600, companion: .hour,
    currentName: "this minute", startRule: "a minute starts at its second 0")
  private static let hourFacts = Facts(
    length: 3_600, origin: 0, shownBuckets: 24, sampleGrowth: 5, keptSeconds: 100 * 86_400, companion: .minute,
    currentName: "this hour", startRule: "an hour starts at its minute 0, UTC")
  private static let dayFacts = Facts(
    length: 86_400, origin: 0, shownBuckets: 14, sampleGrowth: 2, keptSeconds: nil, companion: .week,
    currentName: "today", startRule: "a day starts at 00:00 UTC")
  private static let weekFacts = Facts(
    length: 604_800, origin: 4 * 86_400, shownBuckets: 8, sampleGrowth: 2, keptSeconds: nil, companion: .day,
    currentName: "this week", startRule: "a week starts on Monday at 00:00 UTC")

  /// What tells this window from the others.
  public var facts: Facts {
    switch self {
    case .minute: Self.minuteFacts
    case .hour: Self.hourFacts
    case .day: Self.dayFacts
    case .week: Self.weekFacts
    }
  }

  /// The windows that every source is taken to have where it does not say; the others it has to name.
  public static let usual: Set<StatsWindow> = [.day, .week]
  /// The window that is shown where nobody says another.
  public static let standard = StatsWindow.day

  /// The length of one bucket in seconds.
  public var length: TimeInterval { facts.length }
  /// How many buckets a screen or report shows, the current one included.
  public var shownBuckets: Int { facts.shownBuckets }
  /// How many buckets a judged sample spans at most.
  public var maxJudgedBuckets: Int { facts.sampleGrowth + 1 }
  /// The window that is shown beside this one where there is room.
  public var companion: StatsWindow { facts.companion }
  /// This window and its companion, the shorter one first.
  public var pair: [StatsWindow] { Self.allCases.filter { $0 == self || $0 == companion } }
  /// Whether its buckets are told by the time of day, not by their date.
  public var isWithinDay: Bool { length < 86_400 }
  /// The letter that stands for it: its key, and the unit of `2d`.
  public var initial: Character { rawValue.first ?? " " }
  /// Several of its buckets: `14 days`; one is `1 day`.
  public func counted(_ count: Int) -> String { "\(count) \(rawValue)\(count == 1 ? "" : "s")" }

  /// The start of the bucket that contains `instant`.
  public func bucketStart(containing instant: Date) -> Date {
    let facts = facts
    let offset = instant.timeIntervalSince1970 - facts.origin
    return Date(timeIntervalSince1970: facts.origin + (offset / facts.length).rounded(.down) * facts.length)
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
