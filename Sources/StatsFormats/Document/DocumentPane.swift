/// What gives the bytes of a document, from its first one on.
package protocol DocumentSource: AnyObject {
  /// Fills `buffer` with the next bytes.
  /// - Returns: how many they are; fewer than there is room for at the end alone.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int
}

/// A pane that moves over a document, so that a large one is read without being in memory as a whole: fresh memory costs
/// more than reading does.
final class DocumentPane {
  /// How many bytes are seen at once.
  static let size = 512 << 10

  /// So many bytes are seen ahead of the cursor, or all that are left. A value that is longer may not be seen whole.
  var margin: Int { buffer.count / 8 }

  private let source: any DocumentSource
  private let buffer: UnsafeMutableRawBufferPointer
  private var isAtEnd = false

  init(_ source: any DocumentSource, size: Int = size) {
    self.source = source
    buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// A scanner at the first byte; `nil` where there is none.
  func scanner() -> JSONScanner? {
    JSONScanner(UnsafeRawBufferPointer(rebasing: buffer[..<fill(from: 0)]))
  }

  /// Moves on, so that the byte at the cursor is the first one that is seen.
  func move(_ scanner: inout JSONScanner) {
    if isAtEnd { return }
    let rest = buffer[scanner.cursor..<scanner.count]
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest))
    scanner.cursor = 0
    scanner.count = fill(from: rest.count)
  }

  /// Whether nothing comes after what was seen.
  var isExhausted: Bool { isAtEnd || fill(from: 0) == 0 }

  private func fill(from start: Int) -> Int {
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
    let count = source.read(into: room)
    isAtEnd = count < room.count
    return start + count
  }
}
