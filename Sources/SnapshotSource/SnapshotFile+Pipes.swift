import Glibc

/// What becomes of a source that is no regular file: it can be read once alone, from its beginning to its end.
enum SnapshotPipes: Hashable, Sendable {
  /// It is refused: whoever asks wants to read it again.
  case refused
  /// A pipe or a device is opened by its path and read once.
  case read
  /// Nothing is opened: this descriptor is read, whatever it leads to.
  case descriptor(Int32)
}

extension SnapshotFile {
  /// Whether it is there and is no regular file, nor a directory.
  var isPipe: Bool {
    do {
      _ = try look()
      return false
    } catch {
      return error == .notRegular
    }
  }

  /// Everything up to the end of a pipe, which is waited for.
  /// - Throws: also where more comes than is read.
  func readOnce() throws(Failure) -> [UInt8] {
    if case .descriptor(let descriptor) = pipes { return try bytes(of: descriptor) }
    // Opened without waiting for a writer, so that the wait below is the only one.
    let descriptor = FileBytes.retrying { open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) }
    guard descriptor >= 0 else { throw .system(errno) }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    // A pipe that was never written to looks as if it had ended.
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, -1) < 0, errno == EINTR {}
    return try bytes(of: descriptor)
  }

  private func bytes(of descriptor: Int32) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= maxBytes {
      let count = FileBytes.retrying { Int(Glibc.read(descriptor, &chunk, chunk.count)) }
      if count > 0 {
        bytes += chunk[..<count]
      } else if count == 0 {
        return bytes
      } else if errno == EAGAIN {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, -1)
      } else {
        throw errno == EISDIR ? .directory : .system(errno)
      }
    }
    throw .tooLong
  }
}
