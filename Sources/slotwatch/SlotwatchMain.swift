import Glibc
import ProcessIO
import ReadingCommands

/// Where the process begins: the program that starts fast, with the one beside it that has everything.
@main
struct SlotwatchMain {
  /// The program that has everything.
  private static let everything = "slotwatch-serve"

  static func main() {
    let program = Program.ofProcess()
    do {
      let arguments = try ProcessArguments()
      let front = FrontProgram(program) { failure(handingOver: arguments) }
      exit(front.run(arguments.texts))
    } catch {
      exit(program.reportLostArguments())
    }
  }

  /// Becomes the other program with the same arguments; returns only where that does not work.
  private static func failure(handingOver arguments: ProcessArguments) -> CommandFailure {
    guard let other = NeighbourProgram(named: everything) else {
      return CommandFailure(.configuration, "Cannot find \"\(everything)\": /proc is not there; mount it.")
    }
    let error = other.takeOver(arguments.bytes)
    let reason = error == ENOENT ? "it is missing" : String(cString: strerror(error))
    return CommandFailure(
      .configuration,
      "Cannot start \"\(other.path)\": \(reason); install it beside \(Program.name) (swift build makes both).")
  }
}
