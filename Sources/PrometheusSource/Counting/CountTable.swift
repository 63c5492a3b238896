import FoundationEssentials
import SlotStats
import StatsFormats

/// Everything that was counted of a server: buckets by minute, hour and day, and which of them are settled, so that they
/// are not asked for again. A pure value.
package struct CountTable: Hashable, Sendable {
  /// The windows that are asked for; weeks are folded from days.
  package static let windows: [StatsWindow] = [.minute, .hour, .day]

  /// Whose counts there are.
  package private(set) var owners: [Slot.ID: CountOwner] = [:]
  /// The buckets by window and slot, ascending.
  package private(set) var series: [StatsWindow: [Slot.ID: [StatsMetric]]] = [:]
  /// From when to when each window is settled.
  package private(set) var settled: [StatsWindow: Spans] = [:]

  package init() {}

  /// Puts what was counted in a span in place of what was known of it.
  /// - Parameters:
  ///   - counts: the counters by the start of each bucket; whoever is in none had no samples.
  ///   - window: the buckets' window.
  ///   - span: what was asked for, in seconds since 1970.
  ///   - end: up to where it is settled.
  package mutating func put(
    _ counts: [Int: [CountOwner: StatsCounters]], _ window: StatsWindow, _ span: Range<Int>, settledBefore end: Int
  ) {
    var rows: [Slot.ID: [StatsMetric]] = [:]
    for start in counts.keys.sorted() where span.contains(start) {
      for (owner, counters) in counts[start] ?? [:] { add(counters, start, window, of: owner, to: &rows) }
    }
    let first = Date(timeIntervalSince1970: Double(span.lowerBound))
    let last = Date(timeIntervalSince1970: Double(span.upperBound))
    var known = series[window] ?? [:]
    for slot in Set(known.keys).union(rows.keys) {
      let old = known[slot] ?? []
      let before = old.prefix { $0.periodStart < first }
      let after = old.drop { $0.periodStart < last }
      let new = rows[slot] ?? []
      if before.count + after.count == old.count, new.isEmpty { continue }
      known[slot] = before + new + after
    }
    series[window] = known
    if span.lowerBound < end {
      settled[window, default: Spans()].insert(span.lowerBound..<min(span.upperBound, end))
    }
  }

  /// Puts back buckets that were settled in an earlier run.
  package mutating func restore(_ kept: CountTable) {
    for (slot, owner) in kept.owners where owners[slot] == nil { owners[slot] = owner }
    for (window, spans) in kept.settled where settled[window] == nil {
      settled[window] = spans
      series[window] = kept.series[window]
    }
  }

  /// Takes in one slot's settled series, ascending, for what an earlier run has kept.
  package mutating func keep(_ metrics: [StatsMetric], _ window: StatsWindow, of owner: CountOwner) {
    owners[owner.slot] = owner
    series[window, default: [:]][owner.slot] = metrics
  }

  /// Marks a span as settled, for what an earlier run has kept.
  package mutating func settle(_ window: StatsWindow, _ span: Range<Int>) {
    settled[window, default: Spans()].insert(span)
  }

  /// Several owners of one slot differ in what else they say: their counts are added.
  private mutating func add(
    _ counters: StatsCounters, _ start: Int, _ window: StatsWindow, of owner: CountOwner,
    to rows: inout [Slot.ID: [StatsMetric]]
  ) {
    owners[owner.slot] = owners[owner.slot] ?? owner
    let metric = StatsMetric(window, start: Date(timeIntervalSince1970: Double(start)), counters: counters)
    var row = rows.removeValue(forKey: owner.slot) ?? []
    if row.last?.periodStart == metric.periodStart {
      row[row.count - 1].counters += counters
    } else {
      row.append(metric)
    }
    rows[owner.slot] = row
  }

  /// Whether buckets of a window from `start` on cannot be made of finer ones: some of those left out what a series had
  /// when it came, since they do not look back as far.
  package func makesDoubtful(_ window: StatsWindow, from start: Int) -> Bool {
    guard let place = Self.windows.firstIndex(of: window), place > 0 else { return false }
    let first = Date(timeIntervalSince1970: Double(start))
    return (series[Self.windows[place - 1]] ?? [:]).values.contains { metrics in
      metrics.reversed().prefix { $0.periodStart >= first }.contains { $0.counters.doubts.contains(.firstSeenLarge) }
    }
  }

  /// The spans of a window that have to be asked for to know `span`.
  package func missing(_ window: StatsWindow, in span: Range<Int>) -> [Range<Int>] {
    (settled[window] ?? Spans()).missing(in: span)
  }

  /// Takes away what nobody asks for any more.
  package mutating func drop(_ window: StatsWindow, before start: Int) {
    settled[window]?.drop(before: start)
    let first = Date(timeIntervalSince1970: Double(start))
    guard series[window]?.values.contains(where: { $0.first.map { $0.periodStart < first } ?? false }) == true else {
      return
    }
    series[window] = series[window]?.mapValues { metrics in Array(metrics.drop { $0.periodStart < first }) }
  }
}
