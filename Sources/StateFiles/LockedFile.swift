import FoundationEssentials
import Glibc

/// A small file that several processes read and change: changes come one after another, and each replaces the whole file
/// at once. Whatever ends a process, and whenever, the file is as it was before the change or as it is after it.
///
/// A file beside it holds the lock, since the file itself is another one after each change; it is never removed.
struct LockedFile: Sendable {
  typealias Failure = ReplacedFile.Failure

  /// The file.
  let path: String
  /// The longest content that is read, in bytes.
  let maxBytes: Int
  /// The clock that a lock is waited for by.
  let clock: any Clock<Duration>

  /// How long a lock is waited for, and how often it is tried.
  private static let patience = (attempts: 500, pause: Duration.milliseconds(10))

  private var folder: String { String(path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)) }

  /// The content; `nil` where there is no file.
  func read() throws(Failure) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0, errno == ENOENT || errno == ENOTDIR { return nil }
    guard descriptor >= 0 else { throw ReplacedFile.system() }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw ReplacedFile.system() }
    guard info.st_mode & S_IFMT == S_IFREG else { throw Failure(errno: EISDIR, cause: "it is no file") }
    var bytes: [UInt8] = []
    while true {
      let piece = try Self.read(descriptor, upTo: min(64 << 10, maxBytes + 1 - bytes.count))
      if piece.isEmpty { return bytes }
      bytes += piece
      guard bytes.count <= maxBytes else { throw Failure(cause: "it has more than \(maxBytes) bytes") }
    }
  }

  private static func read(_ descriptor: Int32, upTo count: Int) throws(Failure) -> [UInt8] {
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      repeat { result = Glibc.read(descriptor, buffer.baseAddress, count) } while result < 0 && errno == EINTR
      filled = max(0, result)
    }
    if result < 0 { throw ReplacedFile.system() }
    return bytes
  }

  /// Changes the file, alone: `body` gets its content, `nil` where there is none, and gives the new one, `nil` where it
  /// stays as it is. When it returns, the new content is durable.
  /// - Throws: ``Failure``, `CancellationError`, and what `body` throws; the file is as it was then.
  func change<Value>(_ body: ([UInt8]?) throws -> (content: [UInt8]?, Value)) async throws -> Value {
    try makeFolder()
    let lock = try await locked()
    // Closing it gives the lock back, and so does the end of the process.
    defer { close(lock) }
    let (content, value) = try body(try read())
    if let content { try replace(with: content) }
    return value
  }

  private func makeFolder() throws(Failure) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      let code = (error as? CocoaError)?.code
      let isForbidden = code == .fileWriteNoPermission || code == .fileWriteVolumeReadOnly
      throw Failure(errno: isForbidden ? EACCES : EIO, cause: "the folder \"\(folder)\" cannot be made")
    }
  }

  private func locked() async throws -> Int32 {
    let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw ReplacedFile.system() }
    do {
      for _ in 0..<Self.patience.attempts {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        guard errno == EWOULDBLOCK || errno == EINTR else { throw ReplacedFile.system() }
        try await clock.sleep(for: Self.patience.pause, tolerance: nil)
      }
      throw Failure(cause: "another process keeps it locked; try again")
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Puts new content in place of the whole file. Its next one has one name, so that nothing is left behind by those that
  /// were ended.
  func replace(with bytes: [UInt8]) throws(Failure) {
    try ReplacedFile.replace(path, with: bytes, by: path + ".new", mode: 0o600)
  }
}
