import ProcessIO
import StatsReports
import TerminalUI

/// The program between its arguments and its exit status; everything it touches is given to it.
package struct Program: Sendable {
  /// What it is called.
  package static let name = "slotwatch"
  /// Which one it is.
  package static let version = "0.1.0"

  /// The environment's variables.
  package let environment: [String: String]
  /// Whether standard output is a terminal.
  package let outputIsTerminal: Bool
  /// Takes what belongs on standard output.
  package let output: @Sendable ([UInt8]) throws(OutputFailure) -> Void
  /// Takes what belongs on standard error.
  package let errors: @Sendable (String) -> Void

  /// Has the process say a last word to a monitoring system, should it crash or not end within so many seconds; `nil`
  /// once that has its line.
  package let lastWord: @Sendable (Int?) -> Void

  /// A program; by default it has no last word.
  package init(
    environment: [String: String], outputIsTerminal: Bool,
    output: @escaping @Sendable ([UInt8]) throws(OutputFailure) -> Void, errors: @escaping @Sendable (String) -> Void,
    lastWord: @escaping @Sendable (Int?) -> Void = { _ in }
  ) {
    self.lastWord = lastWord
    self.environment = environment
    self.outputIsTerminal = outputIsTerminal
    self.output = output
    self.errors = errors
  }

  /// Writes to standard output.
  /// - Throws: ``CommandFailure`` of status `done` where nobody reads any more.
  package func print(_ text: String) throws(CommandFailure) {
    do {
      try output(Array(text.utf8))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Tells why the program ends early.
  /// - Parameters:
  ///   - failure: why.
  ///   - isCheck: whether a monitoring system asked: those read standard output, and know four exit codes.
  ///   - limit: how long the line for one may be.
  /// - Returns: the exit status.
  package func report(_ failure: CommandFailure, isCheck: Bool, limit: CheckLine.Limit = .usual) -> Int32 {
    if isCheck, failure.status != .done {
      let line = CheckLine.unknown(failure.line, limit: limit)
      try? output(Array((line.text + "\n").utf8))
      return line.status.rawValue
    }
    if !failure.line.isEmpty { errors("\(Self.name): \(TerminalText.neutralised(failure.line))\n") }
    return failure.status.rawValue
  }
}
