import Glibc

/// Files whose content is replaced as a whole: whatever ends the process, and whenever, the file is as it was before or
/// as it is after.
package enum ReplacedFile {
  /// Why a file was not read or replaced.
  package struct Failure: Error, Hashable {
    /// What the system says; `nil` where it is not the system that does not go on.
    package var errno: Int32?
    /// In words, to be read after the path.
    package var cause: String
  }

  /// Puts new content in place of a file, which need not exist; when it returns, that is durable.
  /// - Parameters:
  ///   - path: the file.
  ///   - bytes: its new content.
  ///   - next: where the new content is written first, in the same folder; what is there is removed.
  ///   - mode: who may read and write it.
  ///   - isExact: whether that holds whatever the process leaves out of the modes of new files.
  /// - Throws: why not; the file is as it was then.
  package static func replace(
    _ path: String, with bytes: [UInt8], by next: String, mode: UInt32, isExact: Bool = false
  ) throws(Failure) {
    // One that was left behind may have been opened by somebody else before.
    guard unlink(next) == 0 || errno == ENOENT else { throw system() }
    let descriptor = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw system() }
    do throws(Failure) {
      defer { close(descriptor) }
      if isExact { guard fchmod(descriptor, mode) == 0 else { throw system() } }
      try write(bytes, to: descriptor)
      guard fsync(descriptor) == 0, rename(next, path) == 0 else { throw system() }
    } catch {
      unlink(next)
      throw error
    }
    try syncFolder(of: path)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw system() }
      rest = rest.dropFirst(count)
    }
  }

  /// Makes the new name durable.
  private static func syncFolder(of path: String) throws(Failure) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw system() }
    defer { close(descriptor) }
    // Some file systems have no such thing.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw system() }
  }

  /// What the system has just said.
  static func system() -> Failure {
    let number = errno
    return Failure(errno: number, cause: String(cString: strerror(number)))
  }
}
