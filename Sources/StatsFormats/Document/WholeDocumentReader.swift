/// A reader of a document that is there as a whole.
protocol WholeDocumentReader: StatsDocumentReader {
  /// A reader at the start of a document.
  init(_ scanner: JSONScanner)
  /// What is read, in an error: `document`.
  static var subject: String { get }
}

extension WholeDocumentReader {
  /// Nothing follows.
  mutating func readAhead() {}

  /// What `body` reads, which is all there is in `bytes`.
  /// - Throws: the first thing that is refused, by its place.
  static func read<Value>(
    _ bytes: [UInt8], _ body: (inout Self) throws(JSONFailure) -> Value
  ) throws(SnapshotError) -> Value {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(SnapshotError) in
        guard let scanner = JSONScanner(bytes) else {
          throw SnapshotError(place: "byte 0", problem: "is the end; the \(subject) is empty")
        }
        var reader = Self(scanner)
        do throws(JSONFailure) {
          try reader.scanner.start()
          let value = try body(&reader)
          try reader.scanner.finish()
          return value
        } catch {
          throw reader.refusal ?? SnapshotError(error, in: scanner)
        }
      }
    }
    return try result.get()
  }

  /// Checks that the schema at the cursor is the one that is read.
  mutating func readSchema(_ known: String) throws(JSONFailure) {
    let start = scanner.cursor
    let schema = try string()
    guard schema == known else {
      throw refuse(at: start, "is \(JSONPlace.quoted(schema)); \"\(known)\" is read")
    }
  }

  /// A text that `problem` finds nothing wrong with; what it says is read after the key.
  mutating func text(_ problem: (String) -> String?) throws(JSONFailure) -> String {
    let start = scanner.cursor
    let text = try string()
    guard let problem = problem(text) else { return text }
    throw refuse(at: start, problem)
  }
}
