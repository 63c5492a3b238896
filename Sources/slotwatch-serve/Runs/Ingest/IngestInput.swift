import Glibc
import ReadingCommands

/// A file of events, or standard input, by the name that a person gave.
struct IngestInput: Hashable, Sendable {
  /// The path, or `-`.
  let name: String

  /// Whether it is standard input.
  var isStandardInput: Bool { name == "-" }

  /// An input of this name.
  init(_ name: String) { self.name = name }

  /// Looks whether the file can be read, so that nothing begins where something is missing; one that `mayCome` need not be
  /// there.
  func check(mayCome: Bool = false) throws(CommandFailure) {
    if isStandardInput { return }
    var info = stat()
    guard stat(name, &info) == 0 else {
      let reason = errno
      if reason == ENOENT, mayCome { return }
      throw failure(reason)
    }
    guard info.st_mode & S_IFMT != S_IFDIR else { throw failure(EISDIR) }
    guard access(name, R_OK) == 0 else { throw failure(errno) }
  }

  /// Opens it, and waits for nobody: a pipe that nobody writes to yet becomes readable once somebody does.
  /// - Returns: a descriptor that is the caller's to close, save standard input's.
  func open() throws(CommandFailure) -> Int32 {
    if isStandardInput { return STDIN_FILENO }
    let descriptor = Self.open(name)
    guard descriptor >= 0 else { throw failure(errno) }
    return descriptor
  }

  /// Opens the file of this path without waiting for anybody; negative where that fails.
  static func open(_ path: String) -> Int32 {
    let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor >= 0 { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
    return descriptor
  }

  /// How many bytes a regular file has; `nil` for anything else.
  static func size(of descriptor: Int32) -> Int? {
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(info.st_size)
  }

  /// How many bytes all of them have; `nil` where one is no regular file.
  static func size(of inputs: [IngestInput]) -> Int? {
    var total = 0
    for input in inputs {
      var info = stat()
      guard stat(input.name, &info) == 0, info.st_mode & S_IFMT == S_IFREG, !input.isStandardInput else { return nil }
      total += Int(info.st_size)
    }
    return total
  }

  /// What the system's number means for the input.
  func failure(_ number: Int32) -> CommandFailure {
    let (status, cause): (ExitStatus, String) =
      switch number {
      case ENOENT: (.inputMissing, "there is no such file")
      case EISDIR: (.inputMissing, "it is a directory; a file is expected")
      case ENOTDIR: (.inputMissing, "a part of its path is no directory")
      case ELOOP, ENAMETOOLONG: (.inputMissing, String(cString: strerror(number)))
      case EACCES, EPERM: (.notPermitted, "reading it is not permitted")
      default: (.inputOutput, "reading failed (\(String(cString: strerror(number))))")
      }
    return CommandFailure(status, "Cannot read events \"\(name)\": \(cause).")
  }
}

private func systemOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
