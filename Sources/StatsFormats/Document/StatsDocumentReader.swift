import SlotStats

/// A reader of a document with statistics: a cursor over its bytes, and why it is refused, once it is.
///
/// Duplicate keys: a key that is read must stand once in its object; a second one is refused, since nobody can say
/// which of the two is meant. Keys that are ignored may repeat.
protocol StatsDocumentReader {
  /// The cursor.
  var scanner: JSONScanner { get set }
  /// Why the content is refused, once it is.
  var refusal: SnapshotError? { get set }
  /// What reading one series leaves for the next one.
  var memory: SeriesMemory { get set }
  /// Between two values: moves on over a document that is not there as a whole.
  mutating func readAhead()
}

extension StatsDocumentReader {
  /// Reads the object at the cursor: `member` is called at the value of each key of the table.
  ///
  /// - Returns: the keys that were there, a bit for each.
  @inline(__always)
  mutating func object(
    _ table: JSONKeyTable, _ member: (inout Self, Int) throws(JSONFailure) -> Void
  ) throws(JSONFailure) -> Int {
    guard scanner.byte == 0x7B else { throw wrongType("an object") }
    try scanner.open()
    var isFirst = true
    var seen = 0
    var guess = 0
    while try scanner.nextMember(isFirst: &isFirst) {
      guard let key = try table.read(&scanner, guess: guess) else {
        try scanner.skipValue()
        continue
      }
      if seen & 1 << key != 0 { throw refuse(at: scanner.cursor, "is given twice") }
      seen |= 1 << key
      guess = key + 1
      try member(&self, key)
    }
    return seen
  }
}
