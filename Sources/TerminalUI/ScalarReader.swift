/// Reads the scalars of a string's UTF-8, which Swift keeps valid.
struct ScalarReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  /// Reads from the beginning of `bytes`, the UTF-8 of a `String`.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// The next scalar value, or nil at the end.
  @inline(__always)
  mutating func next() -> UInt32? {
    guard position < bytes.count else { return nil }
    let first = UInt32(bytes[position])
    position += 1
    if first < 0x80 { return first }
    if first < 0xE0 { return (first & 0x1F) << 6 | continuation() }
    if first < 0xF0 { return (first & 0x0F) << 12 | continuation() << 6 | continuation() }
    return (first & 0x07) << 18 | continuation() << 12 | continuation() << 6 | continuation()
  }

  @inline(__always)
  private mutating func continuation() -> UInt32 {
    guard position < bytes.count else { return 0 }
    defer { position += 1 }
    return UInt32(bytes[position]) & 0x3F
  }
}
