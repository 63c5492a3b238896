import StatsFormats

/// A document in memory that is given piece by piece.
package final class ByteList: DocumentSource {
  private var rest: ArraySlice<UInt8>

  /// Gives these bytes.
  package init(_ bytes: [UInt8]) { rest = bytes[...] }

  package func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let piece = rest.prefix(buffer.count)
    buffer.copyBytes(from: piece)
    rest = rest.dropFirst(piece.count)
    return piece.count
  }
}
