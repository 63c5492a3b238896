import CMemory
import Glibc
import ProcessIO

extension Program {
  /// The program of this process. Call it first of all: it makes the standard streams safe to use.
  package static func ofProcess() -> Program {
    cm_return_freed_memory()
    StandardStreams.prepare()
    return Program(
      environment: ProcessEnvironment.variables(), outputIsTerminal: isatty(STDOUT_FILENO) == 1,
      output: { bytes throws(OutputFailure) in try StandardStreams.write(bytes, to: STDOUT_FILENO) },
      errors: { line in try? StandardStreams.write(Array(line.utf8), to: STDERR_FILENO) },
      lastWord: { seconds in
        if let seconds { LastWord.speak(after: seconds) } else { LastWord.leave() }
      })
  }

  /// Tells that nobody can tell the arguments; nothing is done rather than something else. Where no person looks on, a
  /// monitoring system may have asked, which knows four exit codes and reads standard output alone.
  /// - Returns: the exit status.
  package func reportLostArguments() -> Int32 { report(Self.lostArguments, isCheck: !outputIsTerminal) }

  /// The failure of a process whose arguments are lost.
  package static let lostArguments = CommandFailure(
    .inputOutput, "Cannot tell the arguments: a preloaded library hides them, and /proc is not there; mount it.")
}
