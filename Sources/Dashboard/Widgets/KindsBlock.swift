import FoundationEssentials
import SlotStats
import TerminalUI

/// The failures by kind in the judged sample and in the whole range, with what they add up to.
struct KindsBlock {
  let series: JudgedSeries
  let words: PeriodWords

  /// The columns of the labels: the numbers stand right of them.
  let labelWidth: Int

  /// Where each column of numbers ends, from the block's first column.
  private var ends: (sample: Int, sampleShare: Int, range: Int, rangeShare: Int) {
    (labelWidth + 7, labelWidth + 14, labelWidth + 23, labelWidth + 30)
  }

  private static let kinds: [FailureKind] = [.timeouts, .providerErrors, .errors, .cancelled]

  func draw(on surface: inout Surface, row: Int, column: Int) {
    let heads = [
      (words.judged(series.judgedBuckets), ends.sample), ("share", ends.sampleShare),
      (words.shortRange, ends.range), ("share", ends.rangeShare),
    ]
    surface.put("by kind", row: row, column: column, style: .quiet)
    for (text, end) in heads { surface.put(text, row: row, endingAt: column + end, style: .quiet) }
    var row = row + 1
    for kind in Self.kinds {
      drawLine(
        kind.label, on: &surface, row: row, column: column, of: kind.counter, share: share(of: kind)
      ) { kind.count(in: $0) }
      row += 1
    }
    drawLine("failed", on: &surface, row: row, column: column, share: { NumberText.percent($0) + Self.sign($0) }) {
      $0.shownFailures
    }
    drawLine("success", on: &surface, row: row + 1, column: column, of: .success) { $0.success }
    drawLine("runs", on: &surface, row: row + 2, column: column, of: .success) { $0.totalRuns }
    drawLine("ingest", on: &surface, row: row + 3, column: column, of: .ingestCount) { $0.ingestCount }
    surface.put("open", row: row + 4, column: column, style: .quiet)
    let open = series.judged.knownOpen.map { NumberText.count($0) } ?? NumberText.none
    surface.put(open, row: row + 4, endingAt: column + ends.sample)
  }

  private static func sign(_ counters: StatsCounters) -> String { counters.totalRuns == 0 ? "" : "%" }

  /// The share of a kind in all failures, in whole percent; nothing where nothing failed.
  private func share(of kind: FailureKind) -> (StatsCounters) -> String {
    { counters in
      let failed = counters.shownFailures
      guard failed > 0, !counters.unknown.contains(kind.counter) else { return "" }
      // Where sums are saturated, a kind may be counted higher than all failures.
      let share = min(1, Double(kind.count(in: counters)) / Double(failed))
      return "\(Int((share * 100).rounded(.toNearestOrEven)))%"
    }
  }

  private func drawLine(
    _ label: String, on surface: inout Surface, row: Int, column: Int, of needed: CounterSet = [],
    share: ((StatsCounters) -> String)? = nil, count: (StatsCounters) -> Int
  ) {
    surface.put(label, row: row, column: column, style: .quiet)
    let columns = [
      (series.judged, ends.sample, ends.sampleShare), (series.range, ends.range, ends.rangeShare),
    ]
    for (counters, end, shareEnd) in columns {
      let value = count(counters)
      let text = NumberText.count(value, in: counters, of: needed)
      surface.put(text, row: row, endingAt: column + end, style: value == 0 ? .quiet : .plain)
      if let share { surface.put(share(counters), row: row, endingAt: column + shareEnd, style: .quiet) }
    }
  }
}
