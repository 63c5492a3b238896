import Dispatch
import Glibc
import ProcessIO
import SlotStats

/// A program that is given each notice on its standard input, as one JSON object in one line.
///
/// It runs in a process group of its own. What it prints is read and thrown away; its exit status tells whether it was
/// told. Where it takes too long, or prints without end, the group is asked to end, and killed a little later. It is
/// never run twice for one notice: what it did before it failed cannot be known.
package struct HookSink: AlertSink {
  /// How long it may take where nothing else is said.
  package static let standardTimeout = Duration.seconds(10)
  /// How long it may take to end after it was asked to.
  private static let grace = Duration.seconds(2)
  private static let maxOutputBytes = 1 << 20

  /// `hook`.
  package let name = "hook"
  private let program: ChildProgram
  private let timeout: Duration

  /// A hook.
  /// - Parameters:
  ///   - command: the program, looked for in `PATH` unless it has a slash, and its arguments; not empty.
  ///   - timeout: how long it may take.
  ///   - grace: how long it may then take to end.
  package init(command: [String], timeout: Duration = standardTimeout, grace: Duration = grace) {
    self.timeout = timeout
    var program = ChildProgram(command, timeout: timeout, maxOutputBytes: Self.maxOutputBytes)
    program.errors = .printed
    program.grace = grace
    self.program = program
  }

  /// Runs the program for each of `notices`.
  package func deliver(_ notices: [AlertNotice]) async throws(SinkFailure) -> String {
    for notice in notices {
      var program = program
      program.input = NoticeDocument.bytes(notice) + [0x0A]
      let ending = await withCheckedContinuation { continuation in
        // It waits for the program, which no thread that others need may do.
        DispatchQueue.global().async { [program] in continuation.resume(returning: program.run().ending) }
      }
      if let problem = problem(ending) { throw SinkFailure(problem) }
    }
    return "exit 0"
  }

  /// What was wrong with its end; `nil` where nothing was.
  private func problem(_ ending: ChildProgram.Ending) -> String? {
    switch ending {
    case .exited(0): nil
    case .exited(let status): "exit \(status)"
    case .signalled(let number): "ended by signal \(number)"
    case .timedOut: "did not end within \(timeout.shortWords)"
    case .printedTooMuch: "printed more than 1 MiB"
    case .notStarted(let error): "\"\(program.arguments.first ?? "")\" \(Self.words(error))"
    }
  }

  private static func words(_ error: Int32) -> String {
    switch error {
    case ENOENT: "does not exist; give a program"
    case EACCES: "may not be run; run chmod +x"
    case ENOEXEC: "is no program; a script begins with #!/bin/sh"
    default: "cannot be started: \(String(cString: strerror(error)))"
    }
  }
}

extension Duration {
  /// Seconds with one place where they are not whole: `10 s`, `0.1 s`.
  package var shortWords: String {
    let tenths = Int((self / .milliseconds(100)).rounded())
    return tenths % 10 == 0 && tenths > 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
