#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What tells a file from another one that has, or had, the same path.
package struct FileIdentity: Hashable, Sendable {
  /// The device that it is on.
  package let device: UInt64
  /// Its number there.
  package let inode: UInt64

  /// The file of this path, links followed; `nil` where there is none.
  package init?(path: String) {
    guard let state = FileState(path: path) else { return nil }
    self = state.identity
  }

  fileprivate init(_ info: stat) {
    (device, inode) = (UInt64(truncatingIfNeeded: info.st_dev), UInt64(truncatingIfNeeded: info.st_ino))
  }
}

/// A file as it is at a moment: which one, how long, and when it was written.
struct FileState: Hashable, Sendable {
  let identity: FileIdentity
  let size: Int64
  private let seconds: Int
  private let nanoseconds: Int

  /// The file of this path, links followed; `nil` where there is none.
  init?(path: String) {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    identity = FileIdentity(info)
    size = Int64(info.st_size)
    #if canImport(Darwin)
      (seconds, nanoseconds) = (info.st_mtimespec.tv_sec, info.st_mtimespec.tv_nsec)
    #else
      (seconds, nanoseconds) = (Int(info.st_mtim.tv_sec), Int(info.st_mtim.tv_nsec))
    #endif
  }
}

/// Paths as the system resolves them.
package enum FilePath {
  /// The path of the file that links lead to; the path itself where there is none.
  package static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether the path is a link that leads to no file.
  package static func isDanglingLink(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) != 0 && lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFLNK
  }

  /// Makes the file of this path empty; nothing where that is not permitted.
  static func makeEmpty(_ path: String) { _ = truncate(path, 0) }

  /// Whether there is surely no file of this path.
  static func isMissing(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR)
  }

  /// Renames the file of this path to `…-lost`, or `…-lost.2` and so on where one was put aside before.
  /// - Returns: where it is; `nil` where that is not permitted.
  static func putAside(_ path: String) -> String? {
    let names = ["-lost"] + (2...99).map { "-lost.\($0)" }
    guard let aside = names.lazy.map({ path + $0 }).first(where: isMissing) else { return nil }
    return rename(path, aside) == 0 ? aside : nil
  }

  /// Removes the file of this path; nothing where there is none.
  static func remove(_ path: String) { _ = unlink(path) }

  /// Waits for others to have done with a file.
  static func pause(microseconds: Int) { usleep(UInt32(microseconds)) }
}
