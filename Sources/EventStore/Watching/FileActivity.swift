import FileWatching
import Glibc

/// A thread that waits for what the system tells of a database's files.
struct FileActivity {
  private static let fileMask = UInt32(IN_MODIFY | IN_ATTRIB)
  private static let folderMask = UInt32(
    IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF)
  /// When to look again after the last sign, in milliseconds from one to the next: a commit is written before it can
  /// be seen.
  private static let echoes: [Int32] = [10, 20, 40, 80, 160, 320, 640, 1_000, 2_000, 4_000]
  /// How long signs are gathered: a large transaction writes thousands of times.
  private static let gathering: Int32 = 10
  /// How often a folder that is not there is looked for.
  private static let absence: Int32 = 500

  private let path: String
  private let signs: FileSigns
  private let stop: Int32
  private let continuation: AsyncStream<Void>.Continuation

  /// Starts the thread; it ends with the stream.
  /// - Returns: whether the system can tell.
  static func start(path: String, _ continuation: AsyncStream<Void>.Continuation) -> Bool {
    guard let signs = FileSigns() else { return false }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return false }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (stop, stopper) = (ends[0], ends[1])
    let activity = FileActivity(path: path, signs: signs, stop: stop, continuation: continuation)
    let thread = Unmanaged.passRetained(Work(activity))
    var id = pthread_t()
    let code = pthread_create(
      &id, nil,
      { work in
        guard let work else { return nil }
        Unmanaged<Work>.fromOpaque(work).takeRetainedValue().activity.run()
        return nil
      }, thread.toOpaque())
    guard code == 0 else {
      thread.release()
      for descriptor in [stop, stopper] { close(descriptor) }
      return false
    }
    pthread_detach(id)
    continuation.onTermination = { _ in close(stopper) }
    return true
  }

  private final class Work {
    let activity: FileActivity
    init(_ activity: FileActivity) { self.activity = activity }
  }

  private func run() {
    defer { close(stop) }
    let clock = ContinuousClock()
    // What was written just before it was watched gave no sign: it is looked for as after one.
    var echo = 0
    var due: ContinuousClock.Instant?
    while true {
      let files = databases()
      let pause = arm(files) ? nil : Self.absence
      if due == nil, let pause = echo < Self.echoes.count ? Self.echoes[echo] : pause {
        due = clock.now + .milliseconds(pause)
      }
      let timeout = due.map { Int32(max(0, (($0 - clock.now) / .milliseconds(1)).rounded(.up))) } ?? -1
      var entries = [
        pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signs.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&entries, 2, timeout)
      if entries[0].revents != 0 { return }
      if ready > 0 {
        if poll(&entries, 1, Self.gathering) > 0 { return }
        let names = Set(files.map(Self.name(of:)))
        guard signs.take().contains(where: { Self.concerns(names, $0) }) else { continue }
        echo = 0
      } else if ready == 0 {
        echo = min(echo + 1, Self.echoes.count)
      }
      due = nil
      continuation.yield()
    }
  }

  /// The paths that the database is known by: the given one, and the one that it links to.
  private func databases() -> [String] {
    let file = realpath(path, nil).map { resolved in
      defer { free(resolved) }
      return String(cString: resolved)
    }
    return file.map { [$0, path] } ?? [path]
  }

  /// Watches the files that are there and the folder that others appear in; what is watched already stays so.
  /// - Returns: whether all of it is watched.
  private func arm(_ files: [String]) -> Bool {
    var isWatching = true
    for name in [files[0], files[0] + "-wal"] where signs.watch(name, for: Self.fileMask) < 0 {
      // The folder tells when it is made.
      if errno != ENOENT { isWatching = false }
    }
    for folder in Set(files.map(Self.folder(of:))) where signs.watch(folder, for: Self.folderMask) < 0 {
      isWatching = false
    }
    return isWatching
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// Whether a sign is of a database of these names, of its log, or of what has no name: a file that is watched itself, a
  /// folder that left, signs that were lost.
  static func concerns(_ names: Set<String>, _ sign: FileSign) -> Bool {
    let name = sign.name
    if name.isEmpty || names.contains(name) { return true }
    return name.hasSuffix("-wal") && names.contains(String(name.dropLast(4)))
  }
}
