import Glibc
import Synchronization

/// How a program is started: in a group of its own, with nothing of this one's but its environment.
struct ChildSpawning {
  /// Why it could not be started.
  struct Failure: Error {
    /// The system's error number.
    let number: Int32
  }

  /// The program and its arguments.
  let arguments: [String]
  /// What becomes of its standard error.
  let errors: ChildProgram.Errors

  /// Starts it with these as its standard input and output.
  func start(input: Int32, output: Int32) -> Result<pid_t, Failure> {
    guard !arguments.isEmpty else { return .failure(Failure(number: EINVAL)) }
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    switch errors {
    case .discarded: posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    case .printed: posix_spawn_file_actions_adddup2(&actions, output, 2)
    }
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
    let environment = ProcessEnvironment.variables().map { "\($0.key)=\($0.value)" }
    var process: pid_t = 0
    let code = withCStrings(arguments) { arguments in
      withCStrings(environment) { environment in
        arguments[0].map { posix_spawnp(&process, $0, &actions, &attributes, arguments, environment) } ?? EINVAL
      }
    }
    return code == 0 ? .success(process) : .failure(Failure(number: code))
  }

  /// Nothing that is open here is the program's business, connections least of all: one that it holds never closes.
  private static func keepOpenFilesHere() {
    for descriptor in FolderNames.all(in: "/proc/self/fd").compactMap({ Int32($0) }) where descriptor > 2 {
      _ = fcntl(descriptor, F_SETFD, fcntl(descriptor, F_GETFD) | FD_CLOEXEC)
    }
  }
}

/// The programs that run for this one: whatever ends it ends them.
enum ChildProcesses {
  private static let processes = Mutex<Set<pid_t>>([])
  private static let atExit: Int32 = atexit { ChildProcesses.killAll() }

  /// Takes note of one that was started.
  static func add(_ process: pid_t) {
    _ = atExit
    processes.withLock { _ = $0.insert(process) }
  }

  /// Takes note of one that has ended.
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
