import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

/// A program that prints a token. It reads nothing, and what it says on standard error nobody sees: it may be a secret.
struct TokenCommand: Sendable {
  private static let maxBytes = 64 << 10

  /// The program, looked for in `PATH`, and its arguments.
  var arguments: [String]
  /// How long it may take.
  var timeout: Duration = .seconds(10)

  /// What it prints, without blanks and line ends around it.
  /// - Throws: `HTTPFailure` of kind `refused`.
  func token() async throws(HTTPFailure) -> Secret {
    let result = await withCheckedContinuation { continuation in
      // It waits for the program, which no thread that others need may do.
      DispatchQueue.global().async { continuation.resume(returning: run()) }
    }
    guard let text = String(validating: try result.get(), as: UTF8.self) else { throw Self.failure("prints no UTF-8") }
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.count <= 1 else { throw Self.failure("prints more than one line") }
    let token = (lines.first ?? "").trimmingPrefix(while: \.isWhitespace)
    let end = token.lastIndex { !$0.isWhitespace }
    guard let end else { throw Self.failure("prints nothing") }
    return Secret(String(token[...end]))
  }

  private static func failure(_ problem: String) -> HTTPFailure {
    HTTPFailure(.refused, "token command \(problem)")
  }

  private func run() -> Result<[UInt8], HTTPFailure> {
    var ends: [Int32] = [-1, -1]
    guard !arguments.isEmpty, pipe(&ends) == 0 else { return .failure(Self.failure("cannot be started")) }
    defer { close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let spawned = spawn(output: ends[1])
    close(ends[1])
    let process: pid_t
    switch spawned {
    case .success(let started): process = started
    case .failure(let failure): return .failure(failure)
    }
    RunningCommands.add(process)
    defer { RunningCommands.remove(process) }
    let (printed, status) = outcome(of: process, reading: ends[0])
    guard printed.count <= Self.maxBytes else { return .failure(Self.failure("prints more than 64 KiB")) }
    guard let status else { return .failure(Self.failure("did not end within \(timeout.words)")) }
    // As the macros have it: the signal is in the low bits, the status in the next eight.
    guard status & 0x7F == 0 else { return .failure(Self.failure("failed (signal \(status & 0x7F))")) }
    guard status >> 8 & 0xFF == 0 else { return .failure(Self.failure("failed (exit \(status >> 8 & 0xFF))")) }
    return .success(printed)
  }

  /// Nothing that is open here is the program's business, connections least of all: one that it holds never closes.
  private static func keepOpenFilesHere() {
    guard let folder = opendir("/proc/self/fd") else { return }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      // Where it stands: a copy of the field would read on past the end of the entry.
      guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { continue }
      let name = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      guard let descriptor = Int32(String(cString: name)), descriptor > 2 else { continue }
      _ = fcntl(descriptor, F_SETFD, fcntl(descriptor, F_GETFD) | FD_CLOEXEC)
    }
  }

  private func spawn(output: Int32) -> Result<pid_t, HTTPFailure> {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    Self.keepOpenFilesHere()
    // A group of its own, so that what it started ends with it; and no signal that this program has set aside.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    var process: pid_t = 0
    let code = withCStrings(arguments) { arguments in
      withCStrings(environment) { environment in
        arguments[0].map { posix_spawnp(&process, $0, &actions, &attributes, arguments, environment) } ?? EINVAL
      }
    }
    guard code == 0 else { return .failure(Self.failure("cannot be started (\(String(cString: strerror(code))))")) }
    return .success(process)
  }

  /// What the process prints, at most a little more than is allowed, and its status when it has ended: what it leaves
  /// running may hold the pipe open. A process that takes or prints too much is killed, with no status.
  private func outcome(of process: pid_t, reading descriptor: Int32) -> (printed: [UInt8], status: Int32?) {
    let end = ContinuousClock.now + timeout
    var printed: [UInt8] = []
    var status: Int32 = 0
    while ContinuousClock.now < end, printed.count <= Self.maxBytes {
      let hadEnded = waitpid(process, &status, WNOHANG) == process
      while printed.count <= Self.maxBytes, take(descriptor, into: &printed, within: hadEnded ? 0 : 10) {}
      if hadEnded { return (printed, status) }
    }
    kill(-process, SIGKILL)
    waitpid(process, &status, 0)
    return (printed, nil)
  }

  /// Takes what is in the pipe, waiting so many milliseconds for it; whether there was anything.
  private func take(_ descriptor: Int32, into printed: inout [UInt8], within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) > 0 else { return false }
    guard entry.revents & Int16(POLLIN) != 0 else {
      // Closed at the other end: nothing more comes, and nothing to wait for but its end.
      if milliseconds > 0 { usleep(2000) }
      return false
    }
    var room = [UInt8](repeating: 0, count: 4096)
    let count = room.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return false }
    printed += room[..<count]
    return true
  }
}

/// The programs that run for this one: whatever ends it ends them.
private enum RunningCommands {
  private static let processes = Mutex<Set<pid_t>>([])
  private static let atExit: Int32 = atexit { RunningCommands.killAll() }

  static func add(_ process: pid_t) {
    _ = atExit
    processes.withLock { _ = $0.insert(process) }
  }

  static func remove(_ process: pid_t) { processes.withLock { _ = $0.remove(process) } }

  private static func killAll() {
    for process in processes.withLock(\.self) { kill(-process, SIGKILL) }
  }
}

/// Calls `body` with these texts as C has them, ended by `nil`.
private func withCStrings<Result>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = texts.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return body(copies + [nil])
}
