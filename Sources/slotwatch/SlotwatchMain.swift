import CMemory

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

/// Where the process begins: what the system gives becomes values, and the program's answer the exit status.
@main
struct SlotwatchMain {
  @MainActor
  static func main() {
    cm_return_freed_memory()
    StandardStreams.prepare()
    let program = Program(
      environment: ProcessInfo.processInfo.environment, outputIsTerminal: isatty(STDOUT_FILENO) == 1,
      output: { bytes throws(OutputFailure) in try StandardStreams.write(bytes, to: STDOUT_FILENO) },
      errors: { line in try? StandardStreams.write(Array(line.utf8), to: STDERR_FILENO) })
    exit(program.run(Array(CommandLine.arguments.dropFirst())))
  }
}
