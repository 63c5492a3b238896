import Glibc
import StatsFormats

/// A few bytes of a file.
enum FileBytes {
  /// So many bytes from `offset` on; `nil` where there are fewer.
  static func read(_ descriptor: Int32, at offset: UInt64, _ count: Int) -> [UInt8]? {
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    return pread(descriptor, &bytes, count, off_t(clamping: offset)) == count ? bytes : nil
  }

  /// The last so many of these bytes; `piece` comes last. Only its end is touched: `suffix` of a buffer, beside
  /// a `+` of arrays, is that of a sequence, which walks through all of it.
  static func last(_ count: Int, of bytes: [UInt8], and piece: UnsafeRawBufferPointer) -> [UInt8] {
    let end = [UInt8](UnsafeRawBufferPointer(rebasing: piece[max(0, piece.count - count)...]))
    return Array((bytes + end)[...].suffix(count))
  }

  /// How a file is packed, by its first bytes; `nil` where it is not, as far as is known here.
  static func packing(of descriptor: Int32) -> Packing? {
    foreign(descriptor).flatMap { Packing(rawValue: $0.rawValue) }
  }

  /// What a file is that cannot hold events, by its first bytes; `nil` where it may.
  static func foreign(_ descriptor: Int32) -> ForeignContent? {
    let head = [UInt8](unsafeUninitializedCapacity: ForeignContent.headLength) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
    }
    return ForeignContent(withoutEvents: head)
  }
}

/// How logs are packed; each by the name of its ``ForeignContent``.
enum Packing: String, CaseIterable {
  case gzip, zstd, xz, bzip2, lz4

  /// What names of packed files end with.
  static let endings = [".gz", ".z", ".zst", ".zstd", ".xz", ".bz2", ".lz4"]
}
