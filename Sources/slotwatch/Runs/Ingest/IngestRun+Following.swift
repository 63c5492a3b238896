#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import EventStore
import SlotStats
import StatsFormats

extension IngestRun {
  /// How long a file that had nothing new is left alone.
  private static let pause: Int32 = 100

  /// Goes on with what is appended to the files, until a signal comes; standard input is read to its end.
  func follow(_ intake: EventIntake) throws(CommandFailure) -> Int32? {
    var progress = IngestProgress(nil)
    var files: [FollowedFile] = []
    for input in inputs where !input.isStandardInput { files.append(try begin(input)) }
    if inputs.contains(where: \.isStandardInput), let signal = try read(IngestInput("-"), intake, &progress) {
      return signal
    }
    while !files.isEmpty {
      var hasMoved = false
      for file in files {
        while try file.advance(accepted, intake) {
          hasMoved = true
          if intake.isFull { try intake.flush(file.position) }
          if let signal = signals.received() { return try end(signal, file, intake) }
        }
        try intake.flush(file.position)
      }
      if !hasMoved {
        try intake.settle()
        if let signal = signals.received(within: Self.pause) { return signal }
      }
    }
    return nil
  }

  private func end(_ signal: Int32, _ file: FollowedFile, _ intake: EventIntake) throws(CommandFailure) -> Int32 {
    try intake.flush(file.position)
    return signal
  }

  private func begin(_ input: IngestInput) throws(CommandFailure) -> FollowedFile {
    let (store, path) = (store, FollowedFile.absolute(input.name))
    switch Awaiting.begin({ try await store.position(of: path) }).result() {
    case .success(let position): return try FollowedFile(input, path: path, after: position, tell: program.errors)
    case .failure(let error): throw CommandFailure(error)
    }
  }
}
