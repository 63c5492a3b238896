import Glibc

/// A few bytes of a file.
enum FileBytes {
  /// So many bytes from `offset` on; `nil` where there are fewer.
  static func read(_ descriptor: Int32, at offset: UInt64, _ count: Int) -> [UInt8]? {
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    return pread(descriptor, &bytes, count, off_t(clamping: offset)) == count ? bytes : nil
  }

  /// How a file is packed, by its first bytes; `nil` where it is not, as far as is known here.
  static func packing(of descriptor: Int32) -> Packing? {
    var bytes = [UInt8](repeating: 0, count: 6)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Packing.allCases.first { count >= $0.magic.count && bytes.starts(with: $0.magic) }
  }
}

/// How logs are packed.
enum Packing: String, CaseIterable {
  case gzip, zstd, xz, bzip2, lz4

  /// The bytes that a packed file begins with.
  var magic: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
    case .bzip2: [0x42, 0x5A, 0x68]
    case .lz4: [0x04, 0x22, 0x4D, 0x18]
    }
  }

  /// What names of packed files end with.
  static let endings = [".gz", ".z", ".zst", ".zstd", ".xz", ".bz2", ".lz4"]
}
