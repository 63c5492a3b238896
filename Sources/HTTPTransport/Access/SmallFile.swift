import Glibc

/// A small file that is read whole, such as one of secrets or certificates.
struct SmallFile {
  /// Why a file could not be read.
  enum Failure: Error, Hashable, Sendable {
    /// A system call failed with this `errno`.
    case system(Int32)
    /// It is a directory, a pipe or a device.
    case notRegular
    /// It has more bytes than are read.
    case tooLarge

    /// The failure in words, to be read after the name of the file.
    var words: String {
      switch self {
      case .system(ENOENT): "does not exist"
      case .system(EACCES), .system(EPERM): "may not be read"
      case .system(let code): "cannot be read (\(String(cString: strerror(code))))"
      case .notRegular: "is no regular file"
      case .tooLarge: "is too large"
      }
    }
  }

  /// What was read.
  var bytes: [UInt8]
  /// Who may do what with it, as in `chmod`.
  var mode: mode_t

  /// Reads the file at `path`. What is looked at is the file that was opened, whatever its path names meanwhile.
  init(path: String, maxBytes: Int) throws(Failure) {
    // A pipe without a writer must not hold anybody up.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    mode = status.st_mode & 0o7777
    var room = [UInt8](repeating: 0, count: maxBytes + 1)
    var count = 0
    while count < room.count {
      let start = count
      let got = room.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw .system(errno) }
      if got == 0 { break }
      count += got
    }
    guard count <= maxBytes else { throw .tooLarge }
    bytes = Array(room.prefix(count))
  }
}
