import Glibc
import StatsFormats

/// What tells a file that is followed from others, and from itself with another content: a number that the system gives
/// to a new file may have been another's, so its first bytes count too.
struct FileMark {
  /// How many first bytes are looked at.
  static let headBytes: UInt64 = 256

  private let device: UInt64
  private let inode: UInt64
  /// When the file was last written, as of the making of the mark.
  private let changedAt: timespec
  private var head: (count: Int, digest: UInt64)?
  /// When the file was last written, as of the last look at its beginning.
  private var writtenAt = timespec()

  /// The mark of an open file; `nil` where the system does not tell.
  init?(_ descriptor: Int32) {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return nil }
    self.init(info)
  }

  /// The mark of the file of this path, if there is one.
  init?(path: String) {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    self.init(info)
  }

  private init(_ info: stat) {
    changedAt = Self.writtenAt(info)
    (device, inode) = (UInt64(truncatingIfNeeded: info.st_dev), UInt64(truncatingIfNeeded: info.st_ino))
  }

  /// Whether the system calls both the same file.
  func isSameFile(as other: FileMark) -> Bool { device == other.device && inode == other.inode }

  /// Whether it was written after the other one was, as of when the marks were made.
  func isNewer(than other: FileMark) -> Bool {
    (changedAt.tv_sec, changedAt.tv_nsec) > (other.changedAt.tv_sec, other.changedAt.tv_nsec)
  }

  /// Takes in the first bytes, as far as they were read and not taken in before.
  mutating func look(_ descriptor: Int32, upTo offset: UInt64) {
    let count = Int(min(offset, Self.headBytes))
    guard count != head?.count, let digest = Self.digest(descriptor, count) else { return }
    head = (count, digest)
  }

  /// Forgets the first bytes.
  mutating func forget() { head = nil }

  /// Whether the file no longer begins as it did, or is shorter than what was read of it.
  mutating func wasCut(_ descriptor: Int32, _ offset: UInt64) -> Bool {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return false }
    if UInt64(info.st_size) < offset { return true }
    let time = Self.writtenAt(info)
    guard time.tv_sec != writtenAt.tv_sec || time.tv_nsec != writtenAt.tv_nsec else { return false }
    writtenAt = time
    guard let head else { return false }
    return Self.digest(descriptor, head.count) != head.digest
  }

  private static func writtenAt(_ info: stat) -> timespec {
    info.st_mtim
  }

  /// The text that is kept with a position: device, inode, and the digest of the first bytes up to it.
  func identity(_ descriptor: Int32, upTo offset: UInt64) -> String {
    let count = Int(min(offset, Self.headBytes))
    let known = head.flatMap { $0.count == count ? $0.digest : nil }
    let digest = known ?? Self.digest(descriptor, count) ?? 0
    return "\(device):\(inode):\(count):\(digest)"
  }

  /// Whether a position may belong to this file, by the system's numbers.
  func mayBe(_ position: InputPosition) -> Bool { position.identity.hasPrefix("\(device):\(inode):") }

  /// Whether a position belongs to this file.
  func matches(_ position: InputPosition, _ descriptor: Int32) -> Bool {
    guard let size = IngestInput.size(of: descriptor), UInt64(size) >= position.offset else { return false }
    var fresh = self
    fresh.forget()
    return fresh.identity(descriptor, upTo: position.offset) == position.identity
  }

  /// Whether the file begins as gzip does.
  static func isGzip(_ descriptor: Int32) -> Bool {
    var bytes: [UInt8] = [0, 0]
    return pread(descriptor, &bytes, 2, 0) == 2 && bytes == [0x1F, 0x8B]
  }

  private static func digest(_ descriptor: Int32, _ count: Int) -> UInt64? {
    var bytes = [UInt8](repeating: 0, count: count)
    guard count == 0 || pread(descriptor, &bytes, count, 0) == count else { return nil }
    return bytes.withUnsafeBytes { ContentDigest.of($0) }
  }
}
