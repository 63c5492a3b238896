import CZlib

/// Decodes gzip piece by piece, with a fixed amount of memory however much comes out.
///
/// Several members one after another are one text, as `gzip` itself has it; anything else after a member is refused.
/// Not to be used again after a failure.
package final class GzipInflater {
  /// Why something is no gzip.
  package enum Failure: Error, Hashable, Sendable {
    /// It is no gzip, or damaged.
    case damaged
    /// It ends before its end.
    case truncated
    /// After its end comes something else.
    case followed
    /// There is no memory for it.
    case noMemory
  }

  private static let pieceBytes = 64 << 10

  // The decoder keeps the address of its stream, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let piece: UnsafeMutableRawBufferPointer
  private var finishedMembers = 0
  /// Nothing of the member that comes next has been seen.
  private var isBetweenMembers = true

  /// A decoder that has seen nothing.
  package init() throws(Failure) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    piece = .allocate(byteCount: Self.pieceBytes, alignment: 16)
    guard slotwatch_inflate_init_gzip(stream) == Z_OK else { throw .noMemory }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    piece.deallocate()
  }

  /// Decodes the bytes that come next.
  ///
  /// - Parameters:
  ///   - bytes: of any number.
  ///   - take: gets what comes out in pieces of at most 64 KiB; with `false` it stops the decoding for good.
  /// - Returns: whether everything was taken.
  /// - Throws: `Failure`.
  package func inflate(
    _ bytes: UnsafeRawBufferPointer, take: (UnsafeRawBufferPointer) -> Bool
  ) throws(Failure) -> Bool {
    guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return true }
    // zlib does not write to its input; the declaration only does not say so.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
    var left = bytes.count
    while left > 0 {
      let portion = min(left, Int(Int32.max))
      stream.pointee.avail_in = UInt32(portion)
      guard try inflatePortion(take) else { return false }
      left -= portion
    }
    return true
  }

  /// Says that nothing more comes.
  package func finish() throws(Failure) {
    guard isBetweenMembers, finishedMembers > 0 else { throw .truncated }
  }

  private func inflatePortion(_ take: (UnsafeRawBufferPointer) -> Bool) throws(Failure) -> Bool {
    var mayHoldMore = false
    while stream.pointee.avail_in > 0 || mayHoldMore {
      stream.pointee.next_out = piece.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(piece.count)
      isBetweenMembers = false
      let result = CZlib.inflate(stream, Z_NO_FLUSH)
      let count = piece.count - Int(stream.pointee.avail_out)
      if count > 0, !take(UnsafeRawBufferPointer(rebasing: piece[..<count])) { return false }
      mayHoldMore = stream.pointee.avail_out == 0
      switch result {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END:
        finishedMembers += 1
        isBetweenMembers = true
        mayHoldMore = false
        guard inflateReset(stream) == Z_OK else { throw .damaged }
      case Z_MEM_ERROR: throw .noMemory
      // The first ten bytes of a member are its header: what fails there after a whole member is none.
      default: throw finishedMembers > 0 && stream.pointee.total_in <= 10 ? .followed : .damaged
      }
    }
    return true
  }
}
