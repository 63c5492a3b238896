/// Content of another kind than the one that is expected, known by its beginning: so a wrong file can be named, with what
/// to do with it, instead of the first byte that does not fit.
package enum ForeignContent: String, CaseIterable, Sendable {
  case sqlite, gzip, zstd, xz, bzip2, lz4, zip, sevenZip, tar, utf32, utf16, page, snapshot, events

  /// So many bytes are enough to know it.
  package static let headLength = 4_096

  /// The content that begins with these bytes; `nil` where it may be anything.
  package init?(_ head: some Collection<UInt8>) {
    let head = Array(head.prefix(Self.headLength))
    let signature = Self.signatures.first { signature in
      head.dropFirst(signature.offset).starts(with: signature.bytes)
    }
    guard let kind = signature?.kind ?? Self.text(head) else { return nil }
    self = kind
  }

  /// The same where no line of it can be an event. Elsewhere one odd beginning, such as a torn line, may stand before good
  /// events: what the content looks like tells only why nothing at all was found.
  package init?(withoutEvents head: some Collection<UInt8>) {
    let head = Array(head.prefix(Self.headLength))
    let signature = Self.signatures.first { $0.offset == 0 && head.starts(with: $0.bytes) }
    guard let signature, ![0x7B, 0x5B, 0x00].contains(signature.bytes[0]) else { return nil }
    self = signature.kind
  }

  /// The same of a document that is there as a whole.
  package init?(_ document: UnsafeRawBufferPointer) { self.init(document.prefix(Self.headLength)) }

  /// What it is, to be read after "it is" or "it holds".
  package var name: String { Self.facts[self]?.name ?? rawValue }
  /// What to do with it where a snapshot is expected.
  package var asSnapshot: String { Self.facts[self]?.asSnapshot ?? "" }
  /// What to do with it where events are expected.
  package var asEvents: String { Self.facts[self]?.asEvents ?? "" }

  /// `it is an SQLite database; use sqlite:FILE`: why it is no snapshot.
  package var snapshotCause: String { "\(name); \(asSnapshot)" }
  /// The same why it holds no events.
  package var eventsCause: String { "\(name); \(asEvents)" }
}

extension ForeignContent {
  /// The bytes that stand at the beginning, or `offset` bytes behind it.
  ///
  /// A hole of bytes of 0 before a line of events is no UTF-16.
  private static let signatures: [(kind: ForeignContent, offset: Int, bytes: [UInt8])] = [
    (.sqlite, 0, Array("SQLite format 3\0".utf8)), (.gzip, 0, [0x1F, 0x8B]), (.zstd, 0, [0x28, 0xB5, 0x2F, 0xFD]),
    (.xz, 0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]), (.bzip2, 0, Array("BZh".utf8)),
    (.lz4, 0, [0x04, 0x22, 0x4D, 0x18]),
    (.zip, 0, Array("PK\u{3}\u{4}".utf8)), (.sevenZip, 0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
    (.tar, 257, Array("ustar".utf8)), (.utf32, 0, [0xFF, 0xFE, 0x00, 0x00]), (.utf32, 0, [0x00, 0x00, 0xFE, 0xFF]),
    (.utf16, 0, [0xFF, 0xFE]), (.utf16, 0, [0xFE, 0xFF]), (.utf16, 0, [0x7B, 0x00]), (.utf16, 0, [0x5B, 0x00]),
    (.utf16, 0, [0x00, 0x7B, 0x00]), (.utf16, 0, [0x00, 0x5B, 0x00]),
  ]

  private typealias Facts = (name: String, asSnapshot: String, asEvents: String)

  private static let facts: [ForeignContent: Facts] = [
    .sqlite: (
      "it is an SQLite database", "use sqlite:FILE",
      "events stand in it already; slotwatch report sqlite:FILE shows them"
    ),
    .gzip: packed("gzip", by: "gzip -dc FILE"), .zstd: packed("zstd", by: "zstd -dc FILE"),
    .xz: packed("xz", by: "xz -dc FILE"), .bzip2: packed("bzip2", by: "bzip2 -dc FILE"),
    .lz4: packed("lz4", by: "lz4 -dc FILE"), .zip: packed("zip", by: "unzip -p FILE"),
    .sevenZip: packed("7z", by: "7z e -so FILE"), .tar: packed("tar", by: "tar -xOf FILE"),
    .utf32: recoded("UTF-32"), .utf16: recoded("UTF-16"),
    .page: (
      "it is an HTML page, such as one for logging in", "fetch the JSON itself", "fetch the events themselves"
    ),
    .snapshot: (
      "it is a snapshot, which has no events", "use FILE", "slotwatch report FILE shows it"
    ),
    .events: (
      "it holds events", "store them with slotwatch ingest --store sqlite:STORE FILE, and use sqlite:STORE", "use FILE"
    ),
  ]

  private static func packed(_ name: String, by command: String) -> Facts {
    ("it is packed with \(name)", "unpack it: \(command) > stats.json", "pipe it: \(command) | slotwatch ingest -")
  }

  private static func recoded(_ name: String) -> Facts {
    let command = "make it UTF-8: iconv -f \(name) -t UTF-8 FILE"
    return ("it is \(name)", command + " > stats.json", command + " | slotwatch ingest -")
  }
}

extension ForeignContent {
  /// What a text is.
  private static func text(_ head: [UInt8]) -> ForeignContent? {
    let text = head[(head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)...].drop(while: isBlank)
    guard let first = text.first else { return nil }
    if first == UInt8(ascii: "<") { return .page }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
    if hasSchema(text) { return .snapshot }
    return ["\"job_id\"", "\"slot_id\"", "\"status\""].allSatisfy { contains(text, $0) } ? .events : nil
  }

  private static let documentKeys = ["schema", "generated_at", "refresh_seconds", "slots", "windows"]

  /// Whether the first key is one of a snapshot's own, and its schema is named.
  private static func hasSchema(_ text: ArraySlice<UInt8>) -> Bool {
    let key = text.dropFirst().drop(while: isBlank)
    let isOurs = documentKeys.contains { key.starts(with: "\"\($0)\"".utf8) }
    return isOurs && contains(text, "\"slotwatch.snapshot/")
  }

  private static func contains(_ text: ArraySlice<UInt8>, _ word: String) -> Bool {
    text.firstRange(of: Array(word.utf8)) != nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}

extension SnapshotError {
  /// The refusal of a document that is no snapshot at all: what it is says more than its first byte that does not fit.
  package init?(foreign document: UnsafeRawBufferPointer) {
    guard let kind = ForeignContent(document), kind != .snapshot else { return nil }
    self.init(place: kind.name + ";", problem: kind.asSnapshot)
  }
}
