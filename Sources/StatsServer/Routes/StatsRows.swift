import FoundationEssentials
import SlotStats
import StatsFormats

/// Rows of an answer: chosen, folded, sorted and written.
enum StatsRows {
  /// What rows can be sorted by, besides their period.
  static let sortKeys: [String: @Sendable (StatsCounters) -> Int] = {
    var keys: [String: @Sendable (StatsCounters) -> Int] = [:]
    for (name, path) in StatsCounters.keys { keys[name] = { $0[keyPath: path] } }
    keys["total_runs"] = { $0.totalRuns }
    keys["failure_count"] = { $0.failureCount }
    return keys
  }()

  /// The rows that overlap a range.
  static func overlapping(_ metrics: [StatsMetric], _ from: Date, _ to: Date) -> [StatsMetric] {
    metrics.filter { $0.periodEnd > from && $0.periodStart < to }
  }

  /// Months folded from days: each is whole, as far as there are days of it.
  static func months(_ days: [StatsMetric]) -> [StatsMetric] {
    var months: [StatsMetric] = []
    for day in days {
      if let last = months.indices.last, months[last].periodEnd > day.periodStart {
        months[last].counters += day.counters
      } else {
        let period = month(containing: day.periodStart)
        months.append(
          StatsMetric(periodStart: period.lowerBound, periodEnd: period.upperBound, counters: day.counters))
      }
    }
    return months
  }

  /// The month of UTC that contains an instant.
  static func month(containing instant: Date) -> Range<Date> {
    let day = Int((instant.timeIntervalSince1970 / 86_400).rounded(.down))
    let (year, month, _) = CivilCalendar.civil(days: day)
    let first = CivilCalendar.days(year: year, month: month, day: 1)
    let length = CivilCalendar.length(ofMonth: month, year: year)
    return Date(
      timeIntervalSince1970: Double(first) * 86_400)..<Date(
        timeIntervalSince1970: Double(first + length) * 86_400)
  }

  /// Rows in the order that was asked for; equal ones by time.
  static func sorted(_ rows: [StatsMetric], _ query: StatsQuery) -> [StatsMetric] {
    let value = sortKeys[query.sortKey]
    let ascending = rows.sorted { left, right in
      guard let value, value(left.counters) != value(right.counters) else {
        return left.periodStart < right.periodStart
      }
      return value(left.counters) < value(right.counters)
    }
    return query.isAscending ? ascending : ascending.reversed()
  }

  /// Writes the sum of rows. That of all slots together has no `success`, as panels have it.
  static func writeSummary(
    _ rows: [StatsMetric], of slot: Slot?, to writer: inout JSONWriter
  ) {
    let summary = StatsSummary(rows)
    writer.key("summary")
    writer.object { writer in
      if let slot { writer.member("title", slot.name) }
      for (key, path) in StatsCounters.keys where slot != nil || key != "success" {
        writer.member(key, summary.counters[keyPath: path])
      }
      writer.member("total_runs", summary.totalRuns)
      writer.member("failure_count", summary.failureCount)
      writer.member("failure_ratio", summary.failureRatio)
      if let slot { writer.member("last_reset_at", slot.lastResetAt) }
    }
  }

  /// Writes rows.
  static func write(_ rows: some Sequence<StatsMetric>, to writer: inout JSONWriter) {
    writer.array { writer in
      for row in rows { SnapshotWriter.write(row, to: &writer) }
    }
  }

  /// Writes which page it is.
  static func writeMeta(
    page: Int, size: Int, total: Int, to writer: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }
  ) {
    writer.key("meta")
    writer.object { writer in
      writer.member("page", page)
      writer.member("page_size", size)
      writer.member("total", total)
      more(&writer)
    }
  }
}
