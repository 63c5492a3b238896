import Glibc
import Synchronization

/// A file that says what is to be told to whom, and what was told: it outlives the program, however that ends.
///
/// One program at a time has it. Each event is one line, written at once; the file is made anew when it is opened and
/// when it has grown. A line that was cut off, or that nobody understands, is left out.
package final class NoticeJournal: Sendable {
  /// Why there is no journal.
  package struct Failure: Error, Hashable, Sendable {
    /// The whole line: the file in quotes, and why.
    package var line: String
    /// Whether another program has it, and tells.
    package var isInUse = false
  }

  /// How large the file grows before it is made anew.
  private static let maxBytes = 4 << 20
  /// The most bytes of a file that is read; more is no journal of this program.
  private static let maxReadBytes = 64 << 20

  private struct State {
    var file: Int32 = -1
    var size = 0
    var contents: NoticeJournalContents
  }

  private let path: String
  private let lock: Int32
  private let state: Mutex<State>

  /// Opens the journal at `path`, a file that need not exist in a folder that must; nobody else may read it.
  /// - Parameters:
  ///   - path: the file.
  ///   - waits: whether a moment is waited for another program that has it.
  /// - Throws: where another program has it, or it cannot be read or written.
  package init(path: String, waits: Bool = true) throws(Failure) {
    self.path = path
    // The file itself is replaced: the lock is another one.
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw Self.failure(path, String(cString: strerror(errno))) }
    do throws(Failure) {
      guard Self.take(lock, attempts: waits ? 25 : 1) else { throw Self.inUse(path) }
      var state = State(contents: NoticeJournalContents(try Self.read(path)))
      try Self.renew(path, &state)
      self.state = Mutex(state)
    } catch {
      close(lock)
      throw error
    }
    self.lock = lock
  }

  deinit {
    let file = state.withLock(\.file)
    if file >= 0 { close(file) }
    close(lock)
  }

  /// Takes the lock, within half a second: a hook that is just being started holds it for a moment longer than the
  /// program that starts it, where that was killed.
  private static func take(_ lock: Int32, attempts: Int) -> Bool {
    for attempt in 0..<attempts {
      if attempt > 0 { usleep(20_000) }
      if flock(lock, LOCK_EX | LOCK_NB) == 0 { return true }
    }
    return false
  }

  /// What it says.
  var contents: NoticeJournalContents { state.withLock(\.contents) }

  /// Keeps that a notice is to be told to these sinks. What cannot be kept, such as on a full disk, is told all the same.
  func accept(_ entry: QueuedNotice, to names: [String]) {
    state.withLock { state in
      state.contents.accept(entry, to: names)
      append(NoticeJournalContents.line(entry, to: names), &state)
    }
  }

  /// Keeps that a sink was told of the notice of this number, or never will be.
  func end(_ number: Int, for name: String) {
    state.withLock { state in
      state.contents.end(number, for: name)
      append(NoticeJournalContents.line(ending: number, for: name), &state)
    }
  }

  private func append(_ line: [UInt8], _ state: inout State) {
    if state.size <= Self.maxBytes, Self.write(line, to: state.file) {
      state.size += line.count
    } else {
      // Also after a line that could not be written whole: nothing may stand behind half of one.
      try? Self.renew(path, &state)
    }
  }

  /// Writes what still counts to a new file, which takes the place of the old one as a whole.
  private static func renew(_ path: String, _ state: inout State) throws(Failure) {
    let new = path + ".new"
    let bytes = state.contents.bytes
    let file = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(path, String(cString: strerror(errno))) }
    guard write(bytes, to: file), rename(new, path) == 0 else {
      let error = errno
      close(file)
      unlink(new)
      throw failure(path, String(cString: strerror(error)))
    }
    if state.file >= 0 { close(state.file) }
    (state.file, state.size) = (file, bytes.count)
  }

  private static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return [] }
      throw failure(path, String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count == 0 { return bytes }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path, String(cString: strerror(errno))) }
      bytes += piece[..<count]
      guard bytes.count <= maxReadBytes else { throw failure(path, "it is larger than 64 MiB; remove it") }
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func inUse(_ path: String) -> Failure {
    var failure = failure(path, "another program uses it")
    failure.isInUse = true
    return failure
  }

  private static func failure(_ path: String, _ reason: String) -> Failure {
    Failure(line: "Cannot keep notices in \"\(path)\": \(reason)")
  }
}
