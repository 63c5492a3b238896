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
      errors: { line in try? StandardStreams.write(Array(line.utf8), to: STDERR_FILENO) })
  }

  /// The failure of a process whose arguments nobody can tell; it does nothing rather than something else.
  package static let lostArguments = CommandFailure(
    .inputOutput, "Cannot tell the arguments: a preloaded library hides them, and /proc is not there; mount it.")
}
