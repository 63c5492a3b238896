import ProcessIO
import SlotStats

/// How a command ends; after `sysexits.h`. The dashboard also ends with 128 and a signal's number, `check` with 1, 2, 3.
package enum ExitStatus: Int32, CaseIterable {
  case done = 0
  /// Arguments that cannot be used.
  case usage = 64
  /// Content that is refused.
  case contentRefused = 65
  /// An input file that is missing, or a directory.
  case inputMissing = 66
  /// A remote source that is unreachable or failing.
  case unreachable = 69
  /// Reading or writing that failed.
  case inputOutput = 74
  /// What is not permitted.
  case notPermitted = 77
  /// Configuration that cannot be used.
  case configuration = 78
}

/// Why a command ended early: an exit status and one line for the person who must mend it.
///
/// The line may hold input from outside; whoever prints it neutralises it. It is empty where nothing is to be said.
package struct CommandFailure: Error, Hashable {
  /// The exit status.
  package let status: ExitStatus
  /// What failed, the value in quotes, what to do.
  package let line: String

  /// A failure.
  package init(_ status: ExitStatus, _ line: String) {
    self.status = status
    self.line = line
  }

  /// Which exit status each sort of source failure has.
  package static let statuses: [StatsSourceError.Kind: ExitStatus] = [
    .contentRefused: .contentRefused, .inputMissing: .inputMissing, .unreachable: .unreachable,
    .inputOutput: .inputOutput, .notPermitted: .notPermitted, .noSuchSlot: .inputMissing,
    .notKept: .contentRefused,
  ]

  /// What became of a reading.
  package init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let failure as OutputFailure: self.init(failure)
    case let source as StatsSourceError:
      self.init(Self.statuses[source.kind] ?? .inputOutput, source.line + (source.line.hasSuffix(".") ? "" : "."))
    default: self.init(.inputOutput, "Cannot go on: \(ErrorWords.text(error)).")
    }
  }

  /// What became of writing; where nobody reads any more the program ends quietly.
  package init(_ failure: OutputFailure) {
    switch failure {
    case .closed: self.init(.done, "")
    case .system(let reason): self.init(.inputOutput, "Cannot write to standard output: \(reason).")
    }
  }
}
