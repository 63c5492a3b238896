import Glibc

/// A program that is run for this one: given some input, limited in time and in what it prints, and judged by its end.
///
/// It leads a process group of its own, so that what it starts ends with it where it has to be ended. What it leaves
/// running when it ends by itself stays, and is not waited for.
package struct ChildProgram: Sendable {
  /// How it ended.
  package enum Ending: Hashable, Sendable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal, which did not come from here.
    case signalled(Int32)
    /// It took too long and was ended.
    case timedOut
    /// It printed more than is read and was ended.
    case printedTooMuch
    /// It could not be started; the system's error number.
    case notStarted(Int32)
  }

  /// What becomes of its standard error.
  package enum Errors: Hashable, Sendable {
    /// Nobody sees it.
    case discarded
    /// It counts as printed.
    case printed
  }

  /// The program, looked for in `PATH` unless it has a slash, and its arguments.
  package var arguments: [String]
  /// What stands on its standard input; nothing by default.
  package var input: [UInt8] = []
  /// What becomes of its standard error.
  package var errors = Errors.discarded
  /// How long it may take.
  package var timeout: Duration
  /// How long it may take to end once it was asked to (SIGTERM), before it is killed; at zero it is killed at once.
  package var grace: Duration = .zero
  /// The most bytes that it may print.
  package var maxOutputBytes: Int

  /// A program with its limits.
  package init(_ arguments: [String], timeout: Duration, maxOutputBytes: Int) {
    self.arguments = arguments
    self.timeout = timeout
    self.maxOutputBytes = maxOutputBytes
  }

  /// Runs the program; keeps the calling thread until it has ended.
  /// - Returns: how it ended, and what it printed: at most a little more than it may.
  package func run() -> (ending: Ending, printed: [UInt8]) {
    guard let output = Pipe() else { return (.notStarted(errno), []) }
    guard let input = Pipe() else {
      let error = errno
      output.close()
      return (.notStarted(error), [])
    }
    var run = ChildRun(output: output, input: input, unwritten: self.input[...])
    defer { run.closeAll() }
    run.fill()
    let process: pid_t
    switch ChildSpawning(arguments: arguments, errors: errors).start(input: input.readEnd, output: output.writeEnd) {
    case .success(let started): process = started
    case .failure(let error): return (.notStarted(error.number), [])
    }
    ChildProcesses.add(process)
    defer { ChildProcesses.remove(process) }
    run.begin()
    let ending = wait(for: process, &run)
    return (ending, run.printed)
  }

  private func wait(for process: pid_t, _ run: inout ChildRun) -> Ending {
    let end = ContinuousClock.now + timeout
    while ContinuousClock.now < end, run.printed.count <= maxOutputBytes {
      let status = Self.status(of: process)
      run.exchange(within: status == nil ? 10 : 0, limit: maxOutputBytes)
      if let status { return run.printed.count > maxOutputBytes ? .printedTooMuch : Self.ending(status) }
    }
    stop(process, &run)
    return run.printed.count > maxOutputBytes ? .printedTooMuch : .timedOut
  }

  /// Ends the program and what it started.
  private func stop(_ process: pid_t, _ run: inout ChildRun) {
    // What it still prints has nobody to read it.
    run.closeAll()
    if grace > .zero {
      kill(-process, SIGTERM)
      let end = ContinuousClock.now + grace
      while ContinuousClock.now < end, !Self.hasEnded(process) { usleep(5000) }
    }
    // Also where it has ended: what it started may not have. Until it is waited for, the group's number stays its own.
    kill(-process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
  }

  /// Whether it has ended; it can still be waited for.
  private static func hasEnded(_ process: pid_t) -> Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo != 0
  }

  /// What it ended with; `nil` while it runs.
  private static func status(of process: pid_t) -> Int32? {
    var status: Int32 = 0
    return waitpid(process, &status, WNOHANG) == process ? status : nil
  }

  /// As the macros have it: the signal is in the low bits, the status in the next eight.
  private static func ending(_ status: Int32) -> Ending {
    status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
  }
}
