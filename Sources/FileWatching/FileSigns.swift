import Glibc

/// What the system told of a file or a folder.
package struct FileSign: Hashable, Sendable {
  /// The number of the watch that it came of.
  package var watch: Int32
  /// What happened: bits of inotify.
  package var mask: UInt32
  /// The name in a watched folder; empty for a file that is watched itself, for a folder that left, and where signs were
  /// lost.
  package var name: String
}

/// Signs of files and folders, as the system gives them (inotify): whoever waits for them costs nothing.
///
/// Of a file system that others write to over a network the system tells nothing.
package final class FileSigns: Sendable {
  /// Becomes readable once there are signs.
  package let descriptor: Int32

  /// Nothing is watched yet; `nil` where the system cannot tell, or not to this process any more.
  package init?() {
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// Watches a file or folder for these bits of inotify; what is watched already stays so.
  /// - Returns: the number of the watch; negative, with the system's reason in `errno`, where it is not watched.
  package func watch(_ path: String, for mask: UInt32) -> Int32 { inotify_add_watch(descriptor, path, mask) }

  /// Watches something no longer.
  package func leave(_ watch: Int32) { _ = inotify_rm_watch(descriptor, watch) }

  /// Takes all signs that are there.
  package func take() -> [FileSign] {
    var signs: [FileSign] = []
    var bytes = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(descriptor, &bytes, bytes.count)
      guard count > 0 else { return signs }
      bytes[..<count].withUnsafeBytes { signs += Self.signs($0) }
    }
  }

  /// The signs that the system has written one after another.
  package static func signs(_ bytes: UnsafeRawBufferPointer) -> [FileSign] {
    let head = MemoryLayout<inotify_event>.size
    var signs: [FileSign] = []
    var place = 0
    while place + head <= bytes.count {
      let sign = bytes.loadUnaligned(fromByteOffset: place, as: inotify_event.self)
      let end = min(place + head + Int(sign.len), bytes.count)
      let name = String(decoding: bytes[(place + head)..<end].prefix { $0 != 0 }, as: UTF8.self)
      signs.append(FileSign(watch: sign.wd, mask: sign.mask, name: name))
      place = end
    }
    return signs
  }
}
