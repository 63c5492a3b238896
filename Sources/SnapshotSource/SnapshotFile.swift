import Glibc
import StatsFormats

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
    /// It is larger than what is read, and no snapshot anyway.
    case foreign(ForeignContent)
    /// It is a pipe from which more came than is read.
    case tooLong
    /// It changed during each of the attempts.
    case changing
  }

  /// The path that is opened.
  let path: String
  /// The largest file that is read, in bytes.
  let maxBytes: Int
  /// What becomes of what is no regular file.
  var pipes = SnapshotPipes.refused
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

  /// Lets `body` read the file, and gives what it makes of it once the file is known to have been one and the same all
  /// the while: it is looked at before and after, and if it is not the same one in the same state, it is read again.
  func read<Value>(_ body: (FileIdentity, FileBytes) -> Value) throws(Failure) -> Value {
    for _ in 0..<Self.attempts {
      if let value = try attempt(body) { return value }
    }
    throw .changing
  }

  private func attempt<Value>(_ body: (FileIdentity, FileBytes) -> Value) throws(Failure) -> Value? {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    let descriptor = FileBytes.retrying { open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) }
    guard descriptor >= 0 else { throw .system(errno) }
    defer { close(descriptor) }
    let before = try Self.identity(of: descriptor)
    let bytes = FileBytes(descriptor)
    guard before.size <= maxBytes else { throw Self.refusal(ofLarge: bytes, before.size) }
    let value = body(before, bytes)
    if let code = bytes.failure { throw .system(code) }
    afterReading()
    guard bytes.count == before.size, try Self.identity(of: descriptor) == before, try look() == before
    else { return nil }
    return value
  }

  private static func refusal(ofLarge bytes: FileBytes, _ size: Int) -> Failure {
    let head = bytes.head(ForeignContent.headLength)
    guard let kind = ForeignContent(head), kind != .snapshot else { return .tooBig(size) }
    return .foreign(kind)
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
}
