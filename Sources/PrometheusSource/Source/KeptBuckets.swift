import FoundationEssentials
import SlotStats
import StatsFormats

/// Where the settled buckets of a server are kept for the next start, as one text.
package struct BucketKeeper: Sendable {
  /// What was kept; `nil` where there is nothing.
  let load: @Sendable () -> [UInt8]?
  /// Keeps a text in place of the one before. What cannot be kept is read again the next time.
  let save: @Sendable ([UInt8]) async -> Void

  package init(load: @escaping @Sendable () -> [UInt8]?, save: @escaping @Sendable ([UInt8]) async -> Void) {
    self.load = load
    self.save = save
  }
}

extension KeptBucketsDocument {
  /// The longest text that is kept: 16 MiB.
  package static let maxBytes = 16 << 20

  /// What of a table is settled.
  init(_ table: CountTable, key: String, unknown: CounterSet) {
    self.init(key: key, unknown: unknown)
    for window in CountTable.windows {
      let spans = table.settled[window]?.all ?? []
      self.spans[window] = spans
      for (slot, metrics) in table.series[window] ?? [:] {
        let rows = metrics.filter { metric in
          spans.contains { $0.contains(Int(metric.periodStart.timeIntervalSince1970)) }
        }
        let owner = table.owners[slot]
        if !rows.isEmpty { add(rows, window, of: slot, name: owner?.name, provider: owner?.provider) }
      }
    }
  }

  /// The table that it was made of.
  var table: CountTable {
    var table = CountTable()
    for (window, spans) in spans { for span in spans { table.settle(window, span) } }
    for (slot, kept) in slots {
      let owner = CountOwner(slot: slot, name: kept.name, provider: kept.provider)
      for (window, metrics) in kept.series { table.keep(metrics, window, of: owner) }
    }
    return table
  }
}
