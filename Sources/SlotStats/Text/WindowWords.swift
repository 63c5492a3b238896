#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StatsWindow {
  /// The whole shown range: `14 days`, `8 weeks`.
  package var shownRange: String { counted(shownBuckets) }

  /// What a judged sample of so many buckets spans, behind its numbers: `2d`, `3w`; nothing for one.
  package func span(_ buckets: Int) -> String { buckets == 1 ? "" : "\(buckets)\(initial)" }
}

extension JudgedFleet {
  /// Whether `instant` stands in the current bucket, so that it may be called today.
  package func isCurrent(at instant: Date) -> Bool { window.bucketStart(containing: instant) == currentStart }
}
