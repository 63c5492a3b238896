import Glibc

/// What tells one state of a file from another without opening it.
struct FileIdentity: Hashable, Sendable {
  var device: UInt64
  var inode: UInt64
  var size: Int
  var modified: Timestamp
  var changed: Timestamp

  /// An instant of the file system.
  struct Timestamp: Hashable, Sendable {
    var seconds: Int
    var nanoseconds: Int
  }

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    size = Int(status.st_size)
    modified = Timestamp(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    changed = Timestamp(seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec)
  }
}

/// A snapshot file: looking at it, and reading it whole without ever seeing half of a change.
struct SnapshotFile: Sendable {
  /// Why a file could not be read.
  enum Failure: Error, Hashable, Sendable {
    /// A system call failed with this `errno`.
    case system(Int32)
    case directory
    /// A pipe, a device or a socket.
    case notRegular
    /// It is larger than what is read, with its size in bytes.
    case tooBig(Int)
    /// It changed during each of the attempts.
    case changing
  }

  /// The path that is opened.
  let path: String
  /// The largest file that is read, in bytes.
  let maxBytes: Int
  /// Called after the bytes were read and before the file is looked at again.
  var afterReading: @Sendable () -> Void = {}

  /// How often a file that changes while it is read is read again.
  private static let attempts = 4

  /// Looks at the file without opening it.
  func look() throws(Failure) -> FileIdentity {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .system(errno) }
    return try Self.regular(status)
  }

  /// Reads the file whole and gives its bytes to `body`, which must not keep them.
  ///
  /// The file is looked at before and after; if it is not the same one in the same state, it is read again.
  func withBytes<Value>(_ body: (FileIdentity, UnsafeRawBufferPointer) -> Value) throws(Failure) -> Value {
    for _ in 0..<Self.attempts {
      if let value = try attempt(body) { return value }
    }
    throw .changing
  }

  private func attempt<Value>(_ body: (FileIdentity, UnsafeRawBufferPointer) -> Value) throws(Failure) -> Value? {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    let descriptor = Self.retrying { open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) }
    guard descriptor >= 0 else { throw .system(errno) }
    defer { close(descriptor) }
    let before = try Self.identity(of: descriptor)
    guard before.size <= maxBytes else { throw .tooBig(before.size) }
    // One byte more than there should be, so that growth is noticed.
    let buffer = Self.allocate(before.size + 1)
    defer { buffer.deallocate() }
    let count = try Self.fill(buffer, from: descriptor)
    afterReading()
    guard count == before.size, try Self.identity(of: descriptor) == before, try look() == before else { return nil }
    return body(before, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }

  /// Memory for a file's bytes. Of this size, malloc gives it back to the system when it is freed; large pages, where
  /// the system has them, save thousands of page faults.
  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    let isLarge = byteCount >= 2 * largePage
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: isLarge ? largePage : 16)
    if isLarge { madvise(buffer.baseAddress, byteCount, MADV_HUGEPAGE) }
    return buffer
  }

  private static let largePage = 2 << 20

  private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) throws(Failure) -> Int {
    var count = 0
    while count < buffer.count, let base = buffer.baseAddress {
      let received = retrying { Int(read(descriptor, base + count, buffer.count - count)) }
      if received < 0 { throw .system(errno) }
      if received == 0 { break }
      count += received
    }
    return count
  }

  private static func identity(of descriptor: Int32) throws(Failure) -> FileIdentity {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
    return try regular(status)
  }

  private static func regular(_ status: stat) throws(Failure) -> FileIdentity {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return FileIdentity(status)
    case S_IFDIR: throw .directory
    default: throw .notRegular
    }
  }

  /// Calls again while a signal interrupts.
  private static func retrying<Result: FixedWidthInteger & SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}
