import FoundationEssentials

/// A UUID as two words: the identity of an event or of a job. Ordered as its text is.
package struct EventID: Hashable, Comparable, Sendable {
  /// The first eight bytes, the first one highest.
  package var high: UInt64
  /// The last eight bytes.
  package var low: UInt64

  /// An id of these words.
  @inline(__always)
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The id that a UUID is.
  package init(_ uuid: UUID) {
    self = withUnsafeBytes(of: uuid.uuid) { EventID($0) }
  }

  /// The id in 16 bytes, the first one highest. There must be as many.
  @inline(__always)
  package init(_ bytes: UnsafeRawBufferPointer) {
    high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
    low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  /// The UUID that this id is.
  package var uuid: UUID {
    withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }

  @inline(__always)
  package static func < (left: EventID, right: EventID) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }
}

extension EventID {
  /// How many characters a UUID has.
  static let textLength = 36

  /// The id that 36 bytes write, digits of any case and dashes where they belong; `nil` for anything else.
  @inline(__always)
  init?(text: UnsafePointer<UInt8>) {
    guard text[8] == 0x2D, text[13] == 0x2D, text[18] == 0x2D, text[23] == 0x2D else { return nil }
    let raw = UnsafeRawPointer(text)
    func half(_ offset: Int) -> UInt64 {
      UInt64(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    guard let first = Self.hex(word(0)), let second = Self.hex(half(9) | half(14) << 32),
      let third = Self.hex(half(19) | half(24) << 32), let fourth = Self.hex(word(28))
    else { return nil }
    self.init(high: first << 32 | second, low: third << 32 | fourth)
  }

  /// The value of eight hexadecimal digits, the first one in the lowest byte; eight bytes at once.
  @inline(__always)
  private static func hex(_ word: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let low = word & (ones &* 0x0F)
    // Bit 6 tells letters from digits: 0x41…0x46 and 0x61…0x66 from 0x30…0x39.
    let letters = (word >> 6) & ones
    let high = (word & (ones &* 0xF0)) | letters &* 0x20
    let isTooHigh = (low &+ ones &* 6 &+ letters &* 3) & (ones &* 0x10)
    let isLetterZero = ~((low &+ ones &* 0x0F) >> 4) & letters
    guard high == ones &* 0x30 &+ letters &* 0x30, isTooHigh | isLetterZero == 0 else { return nil }
    var value = (low &+ letters &* 9).byteSwapped
    value = (value | value >> 4) & 0x00FF_00FF_00FF_00FF
    value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
    return (value | value >> 16) & 0xFFFF_FFFF
  }
}
