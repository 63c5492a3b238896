/// A cursor over the bytes of one JSON text (RFC 8259), with the primitives that readers are built from.
///
/// It makes no tree and allocates nothing. Every primitive validates what it passes, also what the caller ignores;
/// a text is good once its reader has passed the value and ``finish()``.
package struct JSONScanner {
  /// How many objects and arrays may stand inside one another.
  package static let maxDepth = 64

  /// The first byte. It must outlive the scanner.
  let base: UnsafePointer<UInt8>
  /// How many bytes there are.
  package internal(set) var count: Int
  /// The byte that is looked at next, 0 to ``count``.
  package var cursor = 0
  /// How many objects and arrays are open.
  package var depth = 0

  /// A scanner at the first byte, or `nil` where there are none. The bytes must outlive it.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return nil }
    self.base = base.assumingMemoryBound(to: UInt8.self)
    count = bytes.count
  }

  /// The byte at the cursor; 0, which JSON has nowhere, at the end.
  @inline(__always)
  package var byte: UInt8 { cursor < count ? base[cursor] : 0 }

  /// The failure at the cursor; an end that came too early is always called so.
  package func failure(_ fault: JSONFailure.Fault) -> JSONFailure {
    JSONFailure(offset: cursor, fault: cursor < count ? fault : .unexpectedEnd)
  }

  /// Eight bytes from `offset` on, the first one lowest. There must be as many.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self))
  }

  /// The bytes of a range.
  @inline(__always)
  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// Passes blanks.
  @inline(__always)
  package mutating func skipBlanks() {
    // Compact documents have none: one comparison.
    while cursor < count, base[cursor] <= 0x20 {
      let byte = base[cursor]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      cursor += 1
    }
  }

  /// Passes a byte order mark's check and the blanks before the value.
  package mutating func start() throws(JSONFailure) {
    if count >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { throw failure(.byteOrderMark) }
    skipBlanks()
  }

  /// Passes the blanks after the value; nothing else may follow.
  package mutating func finish() throws(JSONFailure) {
    skipBlanks()
    if cursor < count { throw failure(.contentAfterEnd) }
  }

  /// Passes the opening bracket or brace at the cursor.
  @inline(__always)
  package mutating func open() throws(JSONFailure) {
    if depth >= Self.maxDepth { throw failure(.nestedTooDeep) }
    depth += 1
    cursor += 1
  }

  /// Moves to the next element of an array, or past its end, and tells whether there is one.
  ///
  /// `isFirst` is true before the first call and false afterwards. The cursor is on the element's first byte.
  @inline(__always)
  package mutating func nextElement(isFirst: inout Bool) throws(JSONFailure) -> Bool {
    try next(closing: 0x5D, isFirst: &isFirst, otherwise: .expectedCommaOrBracket)
  }

  /// Moves to the key of the next member of an object, or past its end; see ``nextElement(isFirst:)``.
  @inline(__always)
  package mutating func nextMember(isFirst: inout Bool) throws(JSONFailure) -> Bool {
    guard try next(closing: 0x7D, isFirst: &isFirst, otherwise: .expectedCommaOrBrace) else { return false }
    if byte != 0x22 { throw failure(.expectedKey) }
    return true
  }

  /// Passes the colon after a key, and the blanks around it.
  @inline(__always)
  package mutating func colon() throws(JSONFailure) {
    skipBlanks()
    if byte != 0x3A { throw failure(.expectedColon) }
    cursor += 1
    skipBlanks()
  }

  @inline(__always)
  private mutating func next(
    closing: UInt8, isFirst: inout Bool, otherwise fault: JSONFailure.Fault
  ) throws(JSONFailure) -> Bool {
    skipBlanks()
    if byte == closing {
      cursor += 1
      depth -= 1
      return false
    }
    if isFirst {
      isFirst = false
      return true
    }
    if byte != 0x2C { throw failure(fault) }
    cursor += 1
    skipBlanks()
    if byte == closing { throw failure(.trailingComma) }
    return true
  }
}
