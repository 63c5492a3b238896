/// The keys that a reader knows in one kind of object, found without making strings.
struct JSONKeyTable: Sendable {
  /// The keys, in the order that documents usually have them.
  let keys: [String]
  private let spellings: [Spelling]

  init(_ keys: [String]) {
    self.keys = keys
    spellings = keys.map(Spelling.init)
  }

  /// One key with its quotes, and the eight bytes at its start, middle and end.
  private struct Spelling: Sendable {
    let bytes: [UInt8]
    let words: (UInt64, UInt64, UInt64)
    /// Where the middle word begins.
    let middle: Int
    let last: Int

    init(_ key: String) {
      bytes = Array("\"\(key)\"".utf8)
      last = bytes.count - 8
      middle = max(last / 2, 0)
      // Three words cover up to 24 bytes; shorter or longer keys are compared byte by byte.
      guard (8...24).contains(bytes.count) else {
        words = (0, 0, 0)
        return
      }
      func word(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
      }
      words = (word(bytes, 0), word(bytes, middle), word(bytes, last))
    }

    @inline(__always)
    func stands(at scanner: JSONScanner) -> Bool {
      let cursor = scanner.cursor
      guard last >= 0, last <= 16, cursor + bytes.count <= scanner.count else { return false }
      return scanner.word(at: cursor) == words.0 && scanner.word(at: cursor + middle) == words.1
        && scanner.word(at: cursor + last) == words.2
    }
  }

  /// Passes the key at the cursor and its colon; the key `guess` is looked for first.
  ///
  /// Returns which key it is, `nil` for one that the reader does not know.
  @inline(__always)
  func read(_ scanner: inout JSONScanner, guess: Int) throws(JSONFailure) -> Int? {
    if guess < spellings.count, spellings[guess].stands(at: scanner) {
      scanner.cursor += spellings[guess].bytes.count
      try scanner.colon()
      return guess
    }
    return try search(&scanner)
  }

  private func search(_ scanner: inout JSONScanner) throws(JSONFailure) -> Int? {
    let text = try scanner.text()
    let index: Int?
    if text.hasEscapes {
      // A key is what its characters are, not how they are written.
      let bytes = scanner.unescaped(text)
      index = spellings.firstIndex { $0.bytes.dropFirst().dropLast().elementsEqual(bytes) }
    } else {
      let bytes = scanner.slice(text.range)
      index = spellings.firstIndex {
        $0.bytes.count == bytes.count + 2 && $0.bytes.dropFirst().dropLast().elementsEqual(bytes)
      }
    }
    try scanner.colon()
    return index
  }
}
