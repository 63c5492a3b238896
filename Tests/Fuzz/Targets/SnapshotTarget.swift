import FoundationEssentials
import SlotStats
import StatsFormats

let snapshotWords = [
  "\"schema\":", "\"slotwatch.snapshot/1\"", "\"generated_at\":", "\"refresh_seconds\":", "\"slots\":", "\"windows\":",
  "\"day\":", "\"week\":", "\"hour\":", "\"minute\":", "\"global\":", "\"id\":", "\"name\":", "\"provider_id\":",
  "\"active\":", "\"last_reset_at\":", "\"period_start\":", "\"period_end\":", "\"success\":", "\"timeouts\":",
  "\"errors\":", "\"ingest_count\":", "\"2026-11-23T00:00:00Z\"", "\"2026-11-24\"", "\"0001-01-01\"", "\"9999-12-31\"",
  "\"2026-11-23T14:32:05.999999999Z\"", "23:59:60", "+23:59", "{\"id\":\"x\"},", "\\u0065\\u0301",
]

/// Small documents of all windows, with all that may stand in them.
func snapshotSeeds() -> [[UInt8]] {
  let now = Date(timeIntervalSince1970: 1_795_444_325.25)
  func document(_ ids: [String], _ windows: [StatsWindow], buckets: Int) -> SnapshotDocument {
    let series = windows.map { window in
      let first = window.bucketStart(containing: now)
      let metrics = (0..<buckets).reversed().map { index in
        let counters = StatsCounters(
          success: 40 + index, timeouts: index, providerErrors: 2, cancelled: 1, errors: 3, ingestCount: 50)
        return StatsMetric(
          window, start: first.addingTimeInterval(-Double(index) * window.facts.length), counters: counters)
      }
      return (
        window, SnapshotDocument.Series(global: metrics, bySlot: Dictionary(ids.map { ($0, metrics) }) { a, _ in a })
      )
    }
    let slots = ids.map { Slot(id: $0, name: "n " + $0, providerID: "p", isActive: $0 != "b", lastResetAt: now) }
    return SnapshotDocument(
      generatedAt: now, refreshInterval: 5, slots: slots, series: Dictionary(series) { first, _ in first })
  }
  let documents = [
    document(["slot-001", "b"], StatsWindow.allCases, buckets: 2), document(["é", "q\"\\"], [.day], buckets: 9),
    document([], [.day, .week], buckets: 0), document(["a", "b", "c", "d"], [.week], buckets: 3),
  ]
  return documents.map { SnapshotWriter.bytes(of: $0) } + [
    Array(
      #"{ "x":[[]], "windows" : {"day":{"slots":{"a":[]}}}, "generated_at":"2026-11-23", "schema":"slotwatch.snapshot/1"}"#
        .utf8)
  ]
}

let snapshotTarget = FuzzTarget(name: "snapshot", words: snapshotWords, seeds: snapshotSeeds) { bytes in
  do {
    let document = try SnapshotDocument(parsing: bytes)
    try expectWritable(document)
    let shared = try bytes.withUnsafeBytes { try SnapshotDocument(parsing: $0, sharing: document) }
    try expect(shared == document, "sharing with itself reads otherwise")
    try expect(ForeignContent(bytes).map { $0 == .snapshot } ?? true, "it is taken for something else")
    return "read \(document.slots.count) \(document.series.count) \(document.leftOut.count)"
  } catch let error as SnapshotError {
    return try expectRefusal(error.line)
  }
}

/// Holds that what was read is written, and read again, as it is.
private func expectWritable(_ document: SnapshotDocument) throws {
  let written = SnapshotWriter.bytes(of: document)
  let again: SnapshotDocument
  do throws(SnapshotError) {
    again = try SnapshotDocument(parsing: written)
  } catch {
    throw Broken("what was read and written is refused: \(error.line)")
  }
  try expect(again.series == document.series, "the series are others once they are written")
  try expect(again.slots.map(\.id) == document.slots.map(\.id), "the slots are others once they are written")
  try expect(again.slots.map(\.name) == document.slots.map(\.name), "the names are others once they are written")
  try expect(again.refreshInterval == document.refreshInterval, "the interval is another once it is written")
  try expect(
    abs(again.generatedAt.timeIntervalSince(document.generatedAt)) < 1e-5, "the instant is another once it is written")
  try expect(again.leftOut.isEmpty, "something is left out of what was written")
  try expect(SnapshotWriter.bytes(of: again) == written, "it is written otherwise the second time")
  for (window, series) in document.series {
    for metrics in [series.global] + series.bySlot.values {
      let isAscending = zip(metrics, metrics.dropFirst()).allSatisfy { $0.periodEnd <= $1.periodStart }
      try expect(isAscending, "buckets of a \(window) do not follow one another")
      try expect(metrics.allSatisfy { window.isBucketStart($0.periodStart) }, "a bucket starts within a \(window)")
    }
  }
}
