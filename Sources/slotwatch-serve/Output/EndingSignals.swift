import Glibc

/// The signals that ask the process to end, as something to look at between two pieces of work.
///
/// The first one only tells; a second one ends the process as it always does. A signal that the process was started to
/// ignore is still ignored.
struct EndingSignals: Sendable {
  /// Becomes readable once a signal came.
  let descriptor: Int32

  /// Catches the signals from now on: call it on the thread that starts all others, before it does.
  init() {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] where !Self.isIgnored(number) { sigaddset(&set, number) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    descriptor = ends[0]
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (waited, writeEnd) = (set, ends[1])
    OwnThread.start {
      var set = waited
      var number: Int32 = 0
      guard sigwait(&set, &number) == 0 else { return }
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(writeEnd, &byte, 1)
      // The thread stays, since the others still let no signal through.
      while true { pause() }
    }
  }

  /// Whether a signal came that was not received yet.
  var isPending: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  /// The number of the signal that came; `nil` if none did within these milliseconds.
  func received(within milliseconds: Int32 = 0) -> Int32? {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) > 0 else { return nil }
    var byte: UInt8 = 0
    guard read(descriptor, &byte, 1) == 1 else { return nil }
    return Int32(byte)
  }

  /// Calls `told` once a signal came, on a thread of its own; the signal can still be received.
  func whenOneComes(_ told: @escaping @Sendable () -> Void) {
    OwnThread.start {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      while poll(&entry, 1, -1) <= 0 {}
      told()
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
