import Glibc
import StatsFormats

/// The bytes of an open file: piece by piece, or whole from the first one on.
final class FileBytes: DocumentSource {
  /// How many were read, since the first one.
  private(set) var count = 0
  /// Why reading failed, as `errno` says it.
  private(set) var failure: Int32?
  private let descriptor: Int32
  private static let largePage = 2 << 20

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Fills `buffer` with the next bytes; fewer at the end, or where reading fails.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var filled = 0
    while filled < buffer.count, let base = buffer.baseAddress {
      let received = Self.retrying { Int(Glibc.read(descriptor, base + filled, buffer.count - filled)) }
      if received < 0 { failure = errno }
      if received <= 0 { break }
      filled += received
    }
    count += filled
    return filled
  }

  /// The next bytes, at most so many.
  func head(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Reads from the first byte to the last one, with room for `size` bytes and one more that tells of growth.
  func whole<Value>(_ size: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    if lseek(descriptor, 0, SEEK_SET) < 0 { failure = errno }
    count = 0
    let isLarge = size >= 2 * Self.largePage
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: size + 1, alignment: isLarge ? Self.largePage : 16)
    defer { buffer.deallocate() }
    // Large pages, where the system has them, save thousands of page faults.
    if isLarge { madvise(buffer.baseAddress, size, MADV_HUGEPAGE) }
    let filled = read(into: buffer)
    return body(UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
  }

  /// Calls again while a signal interrupts.
  static func retrying<Result: FixedWidthInteger & SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}
