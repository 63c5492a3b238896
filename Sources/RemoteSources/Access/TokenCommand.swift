import Dispatch

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

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
    let end = ContinuousClock.now + timeout
    let printed = output(of: ends[0], until: end)
    let status = wait(for: process, until: printed == nil ? nil : end)
    guard let printed, let status else { return .failure(Self.failure("gave nothing within \(timeout.words)")) }
    guard printed.count <= Self.maxBytes else { return .failure(Self.failure("prints more than 64 KiB")) }
    // As the macros have it: the signal is in the low bits, the status in the next eight.
    guard status & 0x7F == 0 else { return .failure(Self.failure("failed (signal \(status & 0x7F))")) }
    guard status >> 8 & 0xFF == 0 else { return .failure(Self.failure("failed (exit \(status >> 8 & 0xFF))")) }
    return .success(printed)
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

  /// Everything that is printed, at most a little more than is allowed; `nil` where that takes too long.
  private func output(of descriptor: Int32, until end: ContinuousClock.Instant) -> [UInt8]? {
    var printed: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 4096)
    while printed.count <= Self.maxBytes {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
      guard left > 0 else { return nil }
      guard poll(&entry, 1, Int32(left.rounded(.up))) > 0 else { continue }
      let count = room.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      printed += room[..<count]
    }
    return printed
  }

  /// Waits for the end of the process and gives its status; with `nil`, or when the time is over, it is killed first.
  private func wait(for process: pid_t, until end: ContinuousClock.Instant?) -> Int32? {
    var status: Int32 = 0
    while let end, ContinuousClock.now < end {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { return status }
      guard ended == 0 else { return 0 }
      usleep(2000)
    }
    kill(-process, SIGKILL)
    waitpid(process, &status, 0)
    return nil
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
