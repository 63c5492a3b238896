import FoundationEssentials
import SlotStats

/// Which buckets are needed to show what was counted up to an instant.
package struct BucketNeeds: Hashable, Sendable {
  /// The spans of each window that have to be known, in seconds since 1970: minutes up to the one that fills, the others
  /// as far as they are settled.
  package let spans: [Need]
  /// The minute of the data's instant, counted from 1970.
  package let minute: Int
  /// Up to where the buckets of each window are settled.
  package let settledEnds: [StatsWindow: Int]
  /// From where on the buckets of each window are kept.
  package let kept: [StatsWindow: Int]

  /// The spans of one window.
  package struct Need: Hashable, Sendable {
    package let window: StatsWindow
    package var spans: [Range<Int>]
  }

  /// The needs.
  /// - Parameters:
  ///   - instant: the data's instant.
  ///   - settleTime: seconds after the end of a bucket until nothing of it changes any more.
  ///   - hasWeeks: whether the days of all shown weeks are needed, or of the shown days alone.
  package init(at instant: Date, settleTime: Int, hasWeeks: Bool) {
    func seconds(_ date: Date) -> Int { Int(date.timeIntervalSince1970) }
    let settled = instant.addingTimeInterval(-Double(settleTime))
    var ends: [StatsWindow: Int] = [:]
    for window in CountTable.windows { ends[window] = seconds(window.bucketStart(containing: settled)) }
    let minutes = RecentReading.minuteRanges(at: instant).map { $0.lowerBound * 60..<($0.upperBound + 1) * 60 }
    let firstHour = seconds(RecentReading.firstHour(at: instant))
    let weeks = seconds(StatsWindow.week.shownStart(endingAt: instant))
    let days = hasWeeks ? weeks : seconds(StatsWindow.day.shownStart(endingAt: instant))
    func until(_ window: StatsWindow, from start: Int) -> [Range<Int>] { [start..<max(start, ends[window] ?? start)] }
    spans = [
      Need(window: .minute, spans: minutes), Need(window: .hour, spans: until(.hour, from: firstHour)),
      Need(window: .day, spans: until(.day, from: days)),
    ]
    settledEnds = ends
    minute = MinuteCounts.number(instant)
    kept = [.minute: minutes.first?.lowerBound ?? 0, .hour: firstHour, .day: weeks]
  }

  /// The end of the bucket that still fills, in seconds since 1970.
  package func fillingEnd(_ window: StatsWindow) -> Int {
    let width = Int(window.length)
    return (minute * 60 / width + 1) * width
  }

  /// How many buckets are asked for at once at most: few enough that a large server answers in seconds.
  private static func most(_ window: StatsWindow) -> Int {
    switch window {
    case .minute: 400
    case .hour: 96
    case .day, .week: 7
    }
  }

  /// A span in parts that one request each brings, the newest first, each of `limit` buckets at most.
  package static func parts(of span: Range<Int>, _ window: StatsWindow, most limit: Int = .max) -> [Range<Int>] {
    let size = min(limit, most(window)) * Int(window.length)
    var parts: [Range<Int>] = []
    var end = span.upperBound
    while end > span.lowerBound {
      let start = max(span.lowerBound, end - size)
      parts.append(start..<end)
      end = start
    }
    return parts
  }
}
