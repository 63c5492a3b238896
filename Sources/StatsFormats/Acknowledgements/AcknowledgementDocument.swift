import FoundationEssentials
import SlotStats

/// The acknowledgements of a source as a JSON document, `slotwatch.acks/1`: what a file holds and a server answers.
package enum AcknowledgementDocument {
  /// The `schema` of the documents that are read and written.
  package static let schema = "slotwatch.acks/1"
  /// The longest document that is read, in bytes.
  package static let maxBytes = 64 << 20
  /// The longest single acknowledgement that is read, in bytes: every character may be written as an escape.
  package static let maxEntryBytes = 64 << 10

  /// The document as UTF-8 text. Reading it gives the same book; instants are kept to the microsecond.
  package static func bytes(of book: AcknowledgementBook) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", schema)
      writer.key("acks")
      writer.array { writer in
        for entry in book.all { writer.object { write(entry, to: &$0) } }
      }
    }
    writer.newline()
    return writer.bytes
  }

  /// The book in the UTF-8 text of a document.
  /// - Throws: the first thing that is refused, by its place.
  package static func book(parsing bytes: [UInt8]) throws(SnapshotError) -> AcknowledgementBook {
    try AcknowledgementReader.read(bytes) { reader throws(JSONFailure) in try reader.book() }
  }

  /// The acknowledgement in the UTF-8 text of one, as it is sent to a server; when it was made, where that is not said,
  /// is `now`.
  /// - Throws: the first thing that is refused, by its place.
  package static func entry(parsing bytes: [UInt8], now: Date) throws(SnapshotError) -> Acknowledgement {
    try AcknowledgementReader.read(bytes) { reader throws(JSONFailure) in try reader.entry(madeAt: now) }
  }

  /// Writes the members of one.
  package static func write(_ entry: Acknowledgement, to writer: inout JSONWriter) {
    writer.member("slot", entry.slotID)
    writer.member("note", entry.note)
    writer.member("by", entry.by)
    writer.member("at", entry.at)
    writer.key("until")
    if case .at(let instant) = entry.until { writer.value(instant) } else { writer.null() }
    writer.member("state", entry.state.rawValue)
    writer.member("high", entry.high)
    writer.member("kind", entry.kind.map(name))
    if let window = entry.window { writer.member("window", window.rawValue) }
    if let seen = entry.seen { writer.member("seen", seen.rawValue) }
  }

  private static let names: [FailureKind: String] = [
    .timeouts: "timeouts", .providerErrors: "provider_errors", .errors: "errors", .cancelled: "cancelled",
  ]

  /// What a kind is called: the name of its counter.
  package static func name(_ kind: FailureKind) -> String { names[kind] ?? "" }

  /// The kind of a name, or `nil`.
  package static func kind(_ name: String) -> FailureKind? { names.first { $0.value == name }?.key }
}
