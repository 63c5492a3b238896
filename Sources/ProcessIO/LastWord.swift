import Glibc

/// The last word of a process that a monitoring system waits for: where it crashes, or does not end in time for a reason
/// of the system's, it prints one line and ends with a status that such systems know.
package enum LastWord {
  /// Of plugins: unknown.
  private static let status: Int32 = 3
  private static let crashes = [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE]

  /// Speaks for the process from now on: after a crash, and once it has not ended after so many seconds.
  package static func speak(after seconds: Int) {
    for number in crashes {
      signal(number) { number in
        LastWord.end(
          "SLOTWATCH UNKNOWN - Cannot go on: it crashed; the system may allow too little memory or too few files.\n")
      }
    }
    signal(SIGALRM) { _ in
      LastWord.end("SLOTWATCH UNKNOWN - Cannot go on: it did not end in time; the system may allow too few threads.\n")
    }
    alarm(UInt32(clamping: seconds))
  }

  /// Only what a signal handler may do.
  private static func end(_ line: StaticString) {
    _ = write(STDOUT_FILENO, line.utf8Start, line.utf8CodeUnitCount)
    _exit(status)
  }
}
