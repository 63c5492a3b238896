/// A fast 64-bit digest that tells equal contents from different ones; it withstands accidents, not attackers.
package enum ContentDigest {
  /// The digest of these bytes.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var first = UInt64(bytes.count) ^ 0x9E37_79B9_7F4A_7C15
    var second: UInt64 = 0xD1B5_4A32_D192_ED03
    var offset = 0
    while offset + 16 <= bytes.count {
      first = mix(first ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      second = mix(second ^ bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
      offset += 16
    }
    while offset < bytes.count {
      first = mix(first ^ UInt64(bytes[offset]))
      offset += 1
    }
    return mix(first ^ mix(second))
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    // Odd multipliers keep different values different; the halves are folded so that every bit matters.
    let product = (value ^ value >> 32) &* 0xA076_1D64_78BD_642F
    return product ^ product >> 29
  }
}
