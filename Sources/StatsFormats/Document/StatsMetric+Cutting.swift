import FoundationEssentials
import SlotStats

extension [StatsMetric] {
  /// The buckets with `periodEnd > since`, all of them for `nil`. Without a copy where nothing is cut.
  package func cut(since: Date?) -> [StatsMetric] {
    guard let since, let first, first.periodEnd <= since else { return self }
    return Array(drop { $0.periodEnd <= since })
  }
}

extension [Slot.ID: [StatsMetric]] {
  /// Every series cut at `since`. Without a copy where nothing is cut.
  package func cut(since: Date?) -> [Slot.ID: [StatsMetric]] {
    guard let since, values.contains(where: { $0.first.map { $0.periodEnd <= since } ?? false }) else { return self }
    return mapValues { $0.cut(since: since) }
  }
}
