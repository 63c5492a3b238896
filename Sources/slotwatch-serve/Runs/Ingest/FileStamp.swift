import Glibc

/// A file as the system numbers it, and how it is at a moment.
struct FileStamp: Hashable, Sendable {
  /// Which file it is: a number that the system gives to a new file may have been another's.
  struct Number: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
  }

  let number: Number
  let size: UInt64
  /// When it was last written, in nanoseconds since 1970.
  let writtenAt: Int64
  let isRegular: Bool

  /// An open file; `nil` where the system does not tell.
  init?(_ descriptor: Int32) {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return nil }
    self.init(info)
  }

  /// The file of this path, or what it links to; `nil` where there is none.
  init?(path: String) {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    self.init(info)
  }

  /// The file of this path, which may be a link; `nil` where there is none.
  init?(named path: String) {
    var info = stat()
    guard lstat(path, &info) == 0 else { return nil }
    self.init(info)
  }

  /// The time by which the system dates files, in nanoseconds since 1970.
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  private init(_ info: stat) {
    number = Number(device: UInt64(truncatingIfNeeded: info.st_dev), inode: UInt64(truncatingIfNeeded: info.st_ino))
    size = UInt64(max(info.st_size, 0))
    writtenAt = Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec)
    isRegular = info.st_mode & S_IFMT == S_IFREG
  }
}
