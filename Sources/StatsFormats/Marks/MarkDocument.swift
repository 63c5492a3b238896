import FoundationEssentials
import SlotStats

/// The marks of a source as a JSON document, `slotwatch.marks/1`: what a file holds and a server answers.
package enum MarkDocument {
  /// The `schema` of the documents that are read and written.
  package static let schema = "slotwatch.marks/1"
  /// The longest document that is read, in bytes.
  package static let maxBytes = 8 << 20
  /// The longest single mark that is read, in bytes: every character may be written as an escape.
  package static let maxEntryBytes = 16 << 10

  /// The document as UTF-8 text. Reading it gives the same book; instants are kept to the microsecond.
  package static func bytes(of book: MarkBook) -> [UInt8] { bytes(of: book.marks, lastID: book.lastID) }

  /// The document with some marks of a book.
  package static func bytes(of marks: [Mark], lastID: Int) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", schema)
      writer.member("last_id", lastID)
      writer.key("marks")
      writer.array { writer in
        for mark in marks { writer.object { write(mark, to: &$0) } }
      }
    }
    writer.newline()
    return writer.bytes
  }

  /// The book in the UTF-8 text of a document.
  /// - Throws: the first thing that is refused, by its place.
  package static func book(parsing bytes: [UInt8]) throws(SnapshotError) -> MarkBook {
    try MarkReader.read(bytes) { reader throws(JSONFailure) in try reader.book() }
  }

  /// The mark in the UTF-8 text of one, as it is sent to a server and answered; when it happened, where that is not
  /// said, is `now`, and its number 0.
  /// - Throws: the first thing that is refused, by its place.
  package static func mark(parsing bytes: [UInt8], now: Date) throws(SnapshotError) -> Mark {
    try MarkReader.read(bytes) { reader throws(JSONFailure) in try reader.mark(at: now) }
  }

  /// Writes the members of one.
  package static func write(_ mark: Mark, to writer: inout JSONWriter) {
    if mark.id > 0 { writer.member("id", mark.id) }
    writer.member("at", mark.at)
    writer.member("text", mark.text)
    writer.member("by", mark.by)
  }
}

/// Reads marks, a document or a single one, by the rules of snapshots. Keys that it does not know are ignored.
struct MarkReader: WholeDocumentReader {
  var scanner: JSONScanner
  var refusal: SnapshotError?
  var memory = SeriesMemory()

  static let subject = "document"
  private static let documentKeys = JSONKeyTable(["schema", "last_id", "marks"])
  private static let markKeys = JSONKeyTable(["id", "at", "text", "by"])

  init(_ scanner: JSONScanner) { self.scanner = scanner }

  /// Reads a document.
  mutating func book() throws(JSONFailure) -> MarkBook {
    let start = scanner.cursor
    var marks: [Mark] = []
    var lastID = 0
    let seen = try object(Self.documentKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: try reader.readSchema(MarkDocument.schema)
      case 1: lastID = try reader.counter()
      default: marks = try reader.marks()
      }
    }
    for (key, name) in [(0, "schema"), (2, "marks")] where seen & 1 << key == 0 {
      throw refuse(at: start, step: ".\(name)", "is missing; a document of marks has it")
    }
    return MarkBook(marks, lastID: lastID)
  }

  private mutating func marks() throws(JSONFailure) -> [Mark] {
    guard scanner.byte == 0x5B else { throw wrongType("a list") }
    try scanner.open()
    var marks: [Mark] = []
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      if marks.count == MarkBook.maxCount {
        throw refuse(
          at: scanner.cursor, "is one more than \(MarkBook.maxCount); a document has at most that many")
      }
      marks.append(try mark(at: nil))
    }
    return marks
  }

  /// Reads one; `instant` is when it happened where it does not say so itself, `nil` where it must.
  mutating func mark(at instant: Date?) throws(JSONFailure) -> Mark {
    let start = scanner.cursor
    var mark = Mark(at: instant ?? .distantPast, text: "")
    let seen = try object(Self.markKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: mark.id = try reader.counter()
      case 1: mark.at = try reader.instant().date
      case 2: mark.text = try reader.text(Mark.problem(ofText:))
      default: mark.by = try reader.text(Mark.problem(ofName:))
      }
    }
    let required = instant == nil ? [(1, "at"), (2, "text")] : [(2, "text")]
    for (key, name) in required where seen & 1 << key == 0 {
      throw refuse(at: start, step: ".\(name)", "is missing; every mark has it")
    }
    return mark
  }
}
