import FoundationEssentials
import SlotStats

/// Which periods a window has, in whole seconds.
struct SnapshotCalendar {
  private let window: StatsWindow
  private let width: Int
  /// A bucket's start, in seconds since 1970.
  private let origin: Int

  init(_ window: StatsWindow) {
    self.window = window
    width = Int(window.length)
    origin = Int(window.bucketStart(containing: Date(timeIntervalSince1970: 0)).timeIntervalSince1970)
  }

  /// Whether a bucket starts then.
  @inline(__always)
  func isStart(_ start: RFC3339.Instant) -> Bool {
    (start.seconds - origin) % width == 0 && start.nanoseconds == 0
  }

  /// Whether this is an end of the bucket that starts then: its exclusive end, up to 1 s less, or its last day.
  @inline(__always)
  func isEnd(_ end: RFC3339.Instant, of start: RFC3339.Instant) -> Bool {
    let length = end.seconds - start.seconds
    return length == width && end.nanoseconds == 0 || length == width - 1
      || length == width - 86_400 && length >= 0 && end.isPlainDate
  }

  /// The bucket that starts then.
  @inline(__always)
  func metric(from start: RFC3339.Instant, _ counters: StatsCounters) -> StatsMetric {
    StatsMetric(
      periodStart: Date(timeIntervalSince1970: Double(start.seconds)),
      periodEnd: Date(timeIntervalSince1970: Double(start.seconds + width)), counters: counters)
  }

  var startRule: String { window.facts.startRule }

  func endRule(of start: RFC3339.Instant) -> String {
    if window.isWithinDay {
      let end = RFC3339.format(Date(timeIntervalSince1970: Double(start.seconds + width)))
      return "the \(window.rawValue) that starts \(RFC3339.format(start.date)) ends at \(end)"
    }
    let last = RFC3339.formatDay(Date(timeIntervalSince1970: Double(start.seconds + width - 86_400)))
    let first = RFC3339.formatDay(start.date)
    return "the \(window.rawValue) that starts \(first) ends with " + (last == first ? "that day" : last)
  }
}
