import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

/// How long nothing came at most, of all slots together, in the days before the newest event.
enum LongestGap {
  /// How many seconds before the newest event are looked through.
  private static let span: Int64 = 7 * 86_400

  /// The longest time between two buckets that have something, in seconds; `nil` where there are none. By minutes as far
  /// back as those are kept, and by hours before that, whose ends are not known any closer.
  static func seconds(_ db: Database, newest: Date) throws -> TimeInterval? {
    let end = Int64(newest.timeIntervalSince1970.rounded(.down))
    let from = end - span
    let minutesFrom = max(from, try RollupHorizon(db)[.minute])
    let hours = try starts(db, .hour, from..<max(from, minutesFrom))
    let minutes = try starts(db, .minute, minutesFrom..<max(minutesFrom, end + 1))
    var longest: Int64?
    var last: Int64?
    for (start, end) in hours + minutes {
      if let last { longest = max(longest ?? 0, max(0, start - last)) }
      last = end
    }
    return longest.map(TimeInterval.init) ?? (last == nil ? nil : 0)
  }

  /// The buckets of a window in which anything was counted: when each begins and ends.
  private static func starts(
    _ db: Database, _ window: StatsWindow, _ seconds: Range<Int64>
  ) throws -> [(start: Int64, end: Int64)] {
    if seconds.isEmpty { return [] }
    let layout = window.layout
    let buckets = layout.bucket(containing: seconds.lowerBound)...layout.bucket(containing: seconds.upperBound - 1)
    let rows = try StoreStatement(db, "SELECT buckets FROM rollups WHERE width = ?1 AND block = ?2 AND slot = 0")
    rows.bind(layout.number, at: 1)
    var found: [(start: Int64, end: Int64)] = []
    for block in layout.place(ofBucket: buckets.lowerBound).block...layout.place(ofBucket: buckets.upperBound).block {
      rows.bind(block, at: 2)
      defer { rows.reset() }
      guard try rows.step() else { continue }
      RollupBlock.read(rows.blob(0)) { place, _ in
        let bucket = block * layout.bucketsPerBlock + Int64(place)
        if buckets.contains(bucket) {
          found.append((layout.start(ofBucket: bucket), layout.start(ofBucket: bucket + 1)))
        }
      }
    }
    return found
  }
}
