import Glibc
import Synchronization

/// The last word of a process that a monitoring system waits for: where it crashes, or does not end in time for a reason
/// of the system's, it prints one line and ends with a status that such systems know. A crash for want of stack has none.
package enum LastWord {
  /// Of plugins: unknown.
  private static let status: Int32 = 3
  private static let crashes = [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE]
  /// Whether there is nothing more to be said.
  private static let isSaid = Atomic(false)

  /// Speaks for the process from now on: after a crash, and once it has not ended after so many seconds.
  package static func speak(after seconds: Int) {
    // Made here, since nothing may be made in a signal's handler.
    isSaid.store(false, ordering: .relaxed)
    for number in crashes {
      signal(number) { _ in
        LastWord.end("SLOTWATCH UNKNOWN - Cannot go on: crashed, maybe for want of memory or open files.\n")
      }
    }
    signal(SIGALRM) { _ in
      LastWord.end("SLOTWATCH UNKNOWN - Cannot go on: no end in time, maybe for want of threads.\n")
    }
    alarm(UInt32(clamping: seconds))
  }

  /// Lets the process end as it does, since it has said itself what there was to say.
  package static func leave() {
    alarm(0)
    for number in crashes + [SIGALRM] { signal(number, SIG_DFL) }
  }

  /// Only what a signal handler may do; another thread that crashes meanwhile waits for the end.
  private static func end(_ line: StaticString) {
    while isSaid.exchange(true, ordering: .relaxed) { pause() }
    _ = write(STDOUT_FILENO, line.utf8Start, line.utf8CodeUnitCount)
    _exit(status)
  }
}
