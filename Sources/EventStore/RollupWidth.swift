import SlotStats
import StatsFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The width of the buckets that are counted. The numbers are kept in files.
package enum RollupWidth: Int64, CaseIterable, Sendable {
  case hour = 0, day, week

  /// The buckets of a window.
  package init(_ window: StatsWindow) {
    switch window {
    case .minute, .hour: self = .hour
    case .day: self = .day
    case .week: self = .week
    }
  }

  /// The length of a bucket in hours.
  var hours: Int64 {
    switch self {
    case .hour: 1
    case .day: 24
    case .week: 168
    }
  }

  /// The start of the first bucket from 1970 on, in hours: weeks begin on Monday, 1970-01-05.
  private var epoch: Int64 { self == .week ? 96 : 0 }

  /// How many buckets lie in one row.
  var bucketsPerBlock: Int64 { self == .hour ? 24 : 16 }

  /// The number of the bucket that contains an hour of UTC, itself counted from 1970.
  func bucket(ofHour hour: Int64) -> Int64 { (hour - epoch).flooredDivision(by: hours).quotient }

  /// The number of the bucket that contains an instant, within what a file can hold.
  func bucket(containing instant: Date) -> Int64 {
    let hour = (instant.timeIntervalSince1970 / 3_600).rounded(.down)
    return bucket(ofHour: Int64(min(max(hour, -1e9), 1e9)))
  }

  /// When a bucket begins, in seconds since 1970.
  func start(ofBucket bucket: Int64) -> TimeInterval { Double((bucket * hours + epoch) * 3_600) }

  /// The length of a bucket in seconds.
  var seconds: TimeInterval { Double(hours * 3_600) }

  /// The row that a bucket lies in, and its place there.
  func place(ofBucket bucket: Int64) -> (block: Int64, place: Int) {
    let (block, place) = bucket.flooredDivision(by: bucketsPerBlock)
    return (block, Int(place))
  }
}
