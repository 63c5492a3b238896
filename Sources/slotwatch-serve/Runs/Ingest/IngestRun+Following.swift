import FoundationEssentials
import ProcessIO
import ReadingCommands
import SlotStats
import StatsFormats

extension IngestRun {
  private static let heartbeatPause: Duration = .seconds(10)

  /// Goes on with what is appended to the files, until a signal comes; standard input is read to its end.
  func follow(_ intake: EventIntake) throws(CommandFailure) -> Int32? {
    var progress = IngestProgress(nil)
    var files: [FollowedFile] = []
    defer { for file in files { file.settleDoubt(isLoss: true, intake) } }
    for input in inputs where !input.isStandardInput { files.append(try begin(input, intake)) }
    if inputs.contains(where: \.isStandardInput), let signal = try read(IngestInput("-"), intake, &progress) {
      return signal
    }
    let watch = FollowWatch(signals: signals)
    let store = FollowedFile.absolute(ledger.name)
    while !files.isEmpty {
      var hasMoved = false
      watch.watch(files, beside: store)
      for file in files {
        while try file.advance(accepted, intake, at: clocks.monotonic.now) {
          hasMoved = true
          if intake.isFull { try flush(file, intake) }
          if let signal = signals.received() {
            try flush(file, intake)
            return signal
          }
        }
        try flush(file, intake)
      }
      if !hasMoved {
        try intake.settle()
        try checkStore()
      }
      switch watch.wait(hasMoved: hasMoved, isDue: files.contains { $0.isSearchDue || $0.isGrowing }) {
      case .signal(let number): return number
      case .names(let names): for file in files { file.note(names) }
      case .anything: break
      }
    }
    return nil
  }

  /// Says again and again that somebody counts, until it is cancelled.
  func leaveHeartbeats() async {
    while !Task.isCancelled {
      // One that fails, such as on a full disk, is left later; what matters more is told where events are stored.
      try? await ledger.recordHeartbeat()
      try? await clocks.monotonic.sleep(for: Self.heartbeatPause)
    }
  }

  private func flush(_ file: FollowedFile, _ intake: EventIntake) throws(CommandFailure) {
    for position in file.positions { try intake.flush(position) }
    // While files are sought, what is read of them is stored, and where its reading goes on is not.
    try intake.flush()
  }

  private func begin(_ input: IngestInput, _ intake: EventIntake) throws(CommandFailure) -> FollowedFile {
    let path = FollowedFile.absolute(input.name)
    return try FollowedFile(
      input, path: path, after: try position(of: path), former: try position(of: FollowedFile.formerName(of: path)),
      at: clocks.monotonic.now, intake, isEnding: { [signals] in signals.isPending }, tell: program.errors)
  }

  private func position(of input: String) throws(CommandFailure) -> InputPosition? {
    let ledger = ledger
    switch BlockingTask.begin({ try await ledger.position(of: input) }).result() {
    case .success(let position): return position
    case .failure(let error): throw CommandFailure(error)
    }
  }
}
