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
    /// What of the first word belongs to a key that is shorter than it; 0 for the others.
    let shortMask: UInt64
    /// Where the middle word begins.
    let middle: Int
    let last: Int

    init(_ key: String) {
      bytes = Array("\"\(key)\"".utf8)
      last = bytes.count - 8
      middle = max(last / 2, 0)
      if bytes.count < 8 {
        shortMask = UInt64.max >> (64 - 8 * UInt64(bytes.count))
        words = (bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }, 0, 0)
        return
      }
      shortMask = 0
      // Three words cover up to 24 bytes; longer keys are compared byte by byte.
      guard bytes.count <= 24 else {
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
      if last < 0 { return cursor + 8 <= scanner.count && scanner.word(at: cursor) & shortMask == words.0 }
      guard last <= 16, cursor + bytes.count <= scanner.count else { return false }
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
    let key = try search(&scanner)
    try scanner.colon()
    return key
  }

  /// Passes the text at the cursor, which is one of the table's; `nil` for another.
  @inline(__always)
  func readValue(_ scanner: inout JSONScanner) throws(JSONFailure) -> Int? {
    try search(&scanner)
  }

  private func search(_ scanner: inout JSONScanner) throws(JSONFailure) -> Int? {
    for index in spellings.indices where spellings[index].stands(at: scanner) {
      scanner.cursor += spellings[index].bytes.count
      return index
    }
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
    return index
  }
}
