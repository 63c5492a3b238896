import FoundationEssentials
import SlotStats

/// Buckets that will not change any more, as they are kept for the next start of the program.
///
/// ```json
/// {"schema":"slotwatch.buckets/1","key":"…","unknown":2,"spans":{"day":[[0,86400]]},
///  "slots":{"mail":{"name":null,"provider":null,"day":[[0,DOUBTS,COUNTERS…]]}}}
/// ```
/// Instants are seconds since 1970, counters stand in the order of ``StatsCounters/keys``.
package struct KeptBucketsDocument: Hashable, Sendable {
  /// One slot.
  package struct Kept: Hashable, Sendable {
    package var name: String?
    package var provider: String?
    /// Its buckets, ascending.
    package var series: [StatsWindow: [StatsMetric]] = [:]
  }

  /// The `schema` that is read and written.
  package static let schema = "slotwatch.buckets/1"

  /// What they are of: the server, and how it was asked.
  package var key: String
  /// The counters that the source does not have.
  package var unknown: CounterSet
  /// From when to when everything is there.
  package var spans: [StatsWindow: [Range<Int>]] = [:]
  /// The slots.
  package var slots: [Slot.ID: Kept] = [:]

  package init(key: String, unknown: CounterSet) {
    self.key = key
    self.unknown = unknown
  }

  /// Adds a slot's buckets of a window.
  package mutating func add(
    _ metrics: [StatsMetric], _ window: StatsWindow, of slot: Slot.ID, name: String?, provider: String?
  ) {
    slots[slot, default: Kept(name: name, provider: provider)].series[window] = metrics
  }

  /// The document's text.
  package var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", Self.schema)
      writer.member("key", key)
      writer.member("unknown", Int(unknown.rawValue))
      writer.key("spans")
      writer.object { writer in
        for (window, spans) in spans.sorted(by: { $0.key < $1.key }) {
          writer.key(window.rawValue)
          Self.write(spans.map { [$0.lowerBound, $0.upperBound] }, to: &writer)
        }
      }
      writer.key("slots")
      writer.object { writer in
        for (id, slot) in slots.sorted(by: { $0.key < $1.key }) {
          writer.key(id)
          writer.object { writer in
            writer.member("name", slot.name)
            writer.member("provider", slot.provider)
            for (window, metrics) in slot.series.sorted(by: { $0.key < $1.key }) {
              writer.key(window.rawValue)
              Self.write(metrics.map(Self.row), to: &writer)
            }
          }
        }
      }
    }
    return writer.bytes
  }

  private static func row(_ metric: StatsMetric) -> [Int] {
    let counters = metric.counters
    return [Int(metric.periodStart.timeIntervalSince1970), Int(counters.doubts.rawValue)]
      + StatsCounters.keys.map { counters[keyPath: $0.path] }
  }

  private static func write(_ rows: [[Int]], to writer: inout JSONWriter) {
    writer.array { writer in
      for row in rows { writer.array { writer in for value in row { writer.value(value) } } }
    }
  }
}

extension KeptBucketsDocument {
  /// Reads a text; `nil` where it is none of these, or damaged.
  package init?(parsing bytes: [UInt8]) {
    let read = try? QueryReader.read(bytes) { reader throws(JSONFailure) in try reader.keptBuckets() }
    guard let read else { return nil }
    self = read
  }
}

extension QueryReader {
  private static let keptKeys = JSONKeyTable(["schema", "key", "unknown", "spans", "slots"])

  fileprivate mutating func keptBuckets() throws(JSONFailure) -> KeptBucketsDocument {
    var document = KeptBucketsDocument(key: "", unknown: [])
    _ = try object(Self.keptKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: try reader.readSchema(KeptBucketsDocument.schema)
      case 1: document.key = try reader.string()
      case 2: document.unknown = CounterSet(rawValue: UInt8(truncatingIfNeeded: try reader.counter()))
      case 3:
        try reader.members { (reader, name) throws(JSONFailure) in
          let rows = try reader.rows()
          guard let window = StatsWindow(rawValue: name) else { return }
          document.spans[window] = rows.compactMap { $0.count == 2 && $0[0] < $0[1] ? $0[0]..<$0[1] : nil }
        }
      default:
        let unknown = document.unknown
        try reader.members { (reader, id) throws(JSONFailure) in document.slots[id] = try reader.kept(unknown) }
      }
    }
    return document
  }

  private mutating func kept(_ unknown: CounterSet) throws(JSONFailure) -> KeptBucketsDocument.Kept {
    var kept = KeptBucketsDocument.Kept()
    try members { (reader, name) throws(JSONFailure) in
      switch name {
      case "name": kept.name = try reader.stringOrNull()
      case "provider": kept.provider = try reader.stringOrNull()
      default:
        let rows = try reader.rows()
        guard let window = StatsWindow(rawValue: name) else { return }
        kept.series[window] = rows.compactMap { row in
          guard row.count == StatsCounters.keys.count + 2 else { return nil }
          var counters = StatsCounters(
            unknown: unknown, doubts: CountDoubts(rawValue: UInt8(truncatingIfNeeded: row[1])))
          for (value, key) in zip(row.dropFirst(2), StatsCounters.keys) { counters[keyPath: key.path] = value }
          return StatsMetric(window, start: Date(timeIntervalSince1970: Double(row[0])), counters: counters)
        }
      }
    }
    return kept
  }

  private mutating func rows() throws(JSONFailure) -> [[Int]] {
    var rows: [[Int]] = []
    try elements { reader throws(JSONFailure) in
      var row: [Int] = []
      try reader.elements { reader throws(JSONFailure) in row.append(try reader.counter()) }
      rows.append(row)
    }
    return rows
  }
}
