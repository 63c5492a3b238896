import FoundationEssentials
import GRDB
import SlotStats

/// The buckets of a range that are reported as zeros where nothing was counted in them: the finished ones during which
/// somebody was there to count.
///
/// Whoever takes events leaves a heartbeat a minute. A bucket without any, after the first one that the store knows of,
/// is one in which nobody counted: it is missing. What lies before the first heartbeat is reported, and so is
/// everything in a store that has none.
struct EmptyBuckets {
  /// Zeros, ascending by time.
  private var metrics: [StatsMetric] = []

  /// When each of the buckets begins.
  var starts: [Date] { metrics.map(\.periodStart) }

  /// No bucket: only what was counted is reported.
  static let none = EmptyBuckets()

  private init() {}

  /// The buckets of a window from bucket `first` on that were finished at `now`.
  init(_ db: Database, _ layout: RollupLayout, from first: Int64, now: Date) throws {
    let last = layout.bucket(containing: now) - 1
    guard first <= last else { return }
    let heartbeats = try Heartbeats(db, since: layout.start(ofBucket: first))
    var beats = heartbeats.spans[...]
    metrics.reserveCapacity(Int(last - first + 1))
    for bucket in first...last {
      let (start, end) = (layout.start(ofBucket: bucket), layout.start(ofBucket: bucket + 1))
      while let span = beats.first, span.upperBound <= start { beats.removeFirst() }
      let isCounted = beats.first.map { $0.lowerBound < end } ?? false
      guard isCounted || heartbeats.first.map({ start < $0 }) ?? true else { continue }
      metrics.append(
        StatsMetric(
          periodStart: Date(timeIntervalSince1970: Double(start)), periodEnd: Date(timeIntervalSince1970: Double(end)),
          counters: .zero))
    }
  }

  /// Puts zeros into a series, from the bucket that contains the slot's first event on: its second, counted from 1970;
  /// `nil` where there is none, nor zeros then.
  func fill(_ series: inout [StatsMetric], from firstEvent: Int64?) {
    guard let firstEvent, !metrics.isEmpty else { return }
    let start = Date(timeIntervalSince1970: Double(firstEvent))
    var low = 0
    var high = metrics.count
    while low < high {
      let middle = (low + high) / 2
      if metrics[middle].periodEnd > start { high = middle } else { low = middle + 1 }
    }
    let zeros = metrics[low...]
    if zeros.isEmpty { return }
    if series.isEmpty {
      series = Array(zeros)
      return
    }
    var merged: [StatsMetric] = []
    merged.reserveCapacity(series.count + zeros.count)
    var next = zeros.startIndex
    for metric in series {
      while next < zeros.endIndex, zeros[next].periodStart < metric.periodStart {
        merged.append(zeros[next])
        next += 1
      }
      if next < zeros.endIndex, zeros[next].periodStart == metric.periodStart { next += 1 }
      merged.append(metric)
    }
    merged.append(contentsOf: zeros[next...])
    series = merged
  }
}
