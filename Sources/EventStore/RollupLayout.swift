import FoundationEssentials
import SlotStats
import StatsFormats

/// How the buckets of a window lie in a store's file. Buckets are numbered from the first one that starts in 1970.
struct RollupLayout: Hashable, Sendable {
  /// What stands for the window in the file; never changes.
  let number: Int64
  /// How many neighbouring buckets lie in one row; never changes.
  let bucketsPerBlock: Int64
  /// The length of a bucket in seconds.
  let length: Int64
  /// The start of the bucket of number 0, in seconds since 1970.
  private let origin: Int64

  fileprivate init(_ window: StatsWindow, number: Int64, bucketsPerBlock: Int64) {
    self.number = number
    self.bucketsPerBlock = bucketsPerBlock
    length = Int64(window.facts.length)
    origin = Int64(window.facts.origin)
  }

  /// The number of the bucket that contains a second, itself counted from 1970.
  func bucket(containing second: Int64) -> Int64 { (second - origin).flooredDivision(by: length).quotient }

  /// The number of the bucket that contains an instant, within what a file can hold.
  func bucket(containing instant: Date) -> Int64 {
    bucket(containing: Int64(min(max(instant.timeIntervalSince1970.rounded(.down), -4e12), 4e12)))
  }

  /// When a bucket begins, in seconds since 1970.
  func start(ofBucket bucket: Int64) -> Int64 { bucket * length + origin }

  /// The row that a bucket lies in, and its place there.
  func place(ofBucket bucket: Int64) -> (block: Int64, place: Int) {
    let (block, place) = bucket.flooredDivision(by: bucketsPerBlock)
    return (block, Int(place))
  }

  /// When the first bucket of the row begins that a second lies in.
  func blockStart(containing second: Int64) -> Int64 {
    start(ofBucket: place(ofBucket: bucket(containing: second)).block * bucketsPerBlock)
  }
}

extension StatsWindow {
  private static let minuteLayout = RollupLayout(.minute, number: 3, bucketsPerBlock: 60)
  private static let hourLayout = RollupLayout(.hour, number: 0, bucketsPerBlock: 24)
  private static let dayLayout = RollupLayout(.day, number: 1, bucketsPerBlock: 16)
  private static let weekLayout = RollupLayout(.week, number: 2, bucketsPerBlock: 16)

  /// How its buckets lie in a store's file.
  var layout: RollupLayout {
    switch self {
    case .minute: Self.minuteLayout
    case .hour: Self.hourLayout
    case .day: Self.dayLayout
    case .week: Self.weekLayout
    }
  }
}
