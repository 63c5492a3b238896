import Glibc
import ProcessIO
import ReadingCommands

/// Where the process begins: what the system gives becomes values, and the program's answer the exit status.
@main
struct SlotwatchMain {
  @MainActor
  static func main() {
    let program = Program.ofProcess()
    do {
      exit(program.run(try ProcessArguments().texts))
    } catch {
      exit(program.reportLostArguments())
    }
  }
}
