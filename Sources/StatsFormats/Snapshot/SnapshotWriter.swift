import FoundationEssentials
import SlotStats

/// Writes version 1 snapshots.
package enum SnapshotWriter {
  /// The document as UTF-8 text. Reading it gives the same document; instants are kept to the microsecond.
  package static func bytes(of document: SnapshotDocument) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", SnapshotDocument.schema)
      writer.member("generated_at", document.generatedAt)
      if let interval = document.refreshInterval { writer.member("refresh_seconds", interval) }
      writer.key("slots")
      writer.array { writer in
        for slot in document.slots { write(slot, to: &writer) }
      }
      writer.key("windows")
      writer.object { writer in
        for window in StatsWindow.allCases {
          guard let series = document.series[window] else { continue }
          writer.key(window.rawValue)
          write(series, of: document.slots, to: &writer)
        }
      }
    }
    writer.newline()
    return writer.bytes
  }

  /// Writes one bucket as an object with the documents' names.
  package static func write(_ metric: StatsMetric, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("period_start", metric.periodStart)
      writer.key("period_end")
      // The end of the last day of 9999 has no four-digit year; its inclusive form is the plain date.
      if metric.periodEnd.timeIntervalSince1970 < Double(RFC3339.endSecond) {
        writer.value(metric.periodEnd)
      } else {
        writer.value(RFC3339.formatDay(metric.periodEnd.addingTimeInterval(-1)))
      }
      for (key, path) in StatsCounters.keys { writer.member(key, metric.counters[keyPath: path]) }
    }
  }

  private static func write(_ slot: Slot, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", slot.id)
      if slot.name != slot.id { writer.member("name", slot.name) }
      if let provider = slot.providerID { writer.member("provider_id", provider) }
      if !slot.isActive { writer.member("active", false) }
      if let instant = slot.lastResetAt { writer.member("last_reset_at", instant) }
      if let runbook = slot.runbook { writer.member("runbook", runbook) }
      if let link = slot.link { writer.member("link", link) }
    }
  }

  private static func write(
    _ series: SnapshotDocument.Series, of slots: [Slot], to writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.key("global")
      write(series.global, to: &writer)
      writer.key("slots")
      writer.object { writer in
        for slot in slots {
          writer.key(slot.id)
          write(series.bySlot[slot.id] ?? [], to: &writer)
        }
      }
    }
  }

  private static func write(_ metrics: [StatsMetric], to writer: inout JSONWriter) {
    writer.array { writer in
      for metric in metrics { write(metric, to: &writer) }
    }
  }
}
