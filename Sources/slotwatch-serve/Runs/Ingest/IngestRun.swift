import EventStore
import FoundationEssentials
import Glibc
import ReadingCommands
import SlotStats
import StatsFormats

/// Stores events from files and pipes, and says what became of them.
struct IngestRun {
  /// How long events of a slow input wait for others to be stored with them.
  private static let patience: Duration = .milliseconds(50)
  /// How often one looks after the store while nothing is read, in milliseconds.
  private static let storePause: Int32 = 5_000

  /// Where events are stored.
  let ledger: any EventLedger
  /// What is read.
  let inputs: [IngestInput]
  /// How old events may be.
  let settings: StoreSettings
  /// The program's clocks.
  let clocks: RootClocks
  /// What may end it early.
  let signals: EndingSignals
  /// What prints.
  let program: Program

  /// Reads everything, or goes on until a signal comes; then prints the summary, also of what was stored
  /// before a failure.
  /// - Returns: the exit status; 128 and the signal's number after one.
  func run(following: Bool) throws(CommandFailure) -> Int32 {
    let intake = EventIntake(ledger: ledger, notes: following ? RefusalNotes(program.errors) : nil)
    let heartbeats = following ? Task { await leaveHeartbeats() } : nil
    defer { heartbeats?.cancel() }
    let signal: Int32?
    do throws(CommandFailure) {
      signal = following ? try follow(intake) : try readAll(intake)
      try intake.flush()
      try intake.settle()
    } catch {
      // Another batch may be on its way; the first failure is the one that is told.
      try? intake.settle()
      if intake.summary.count > 0 { try? program.print(intake.summary.text()) }
      throw error
    }
    try program.print(intake.summary.text())
    return signal.map { 128 + $0 } ?? intake.summary.status.rawValue
  }

  /// The events that are accepted now.
  var accepted: ClosedRange<Int64> {
    ProcessingLogReader.accepted(now: clocks.wall(), keptSeconds: settings.keptSeconds)
  }

  private func readAll(_ intake: EventIntake) throws(CommandFailure) -> Int32? {
    var progress = IngestProgress(program.progress, of: IngestInput.size(of: inputs))
    defer { progress.end() }
    for input in inputs {
      if let signal = try read(input, intake, &progress) { return signal }
    }
    return nil
  }

  /// Reads one input to its end, or until a signal comes.
  func read(
    _ input: IngestInput, _ intake: EventIntake, _ progress: inout IngestProgress
  ) throws(CommandFailure) -> Int32? {
    let descriptor = try input.open()
    defer { if !input.isStandardInput { close(descriptor) } }
    let size = IngestInput.size(of: descriptor)
    let reader = PieceReader(input, descriptor: descriptor)
    var stream = EventStream(accepted: accepted)
    defer {
      progress.finish(bytes: reader.bytesRead)
      intake.refuse(stream.takeRefusals(), of: input.name)
    }
    var waitsSince: ContinuousClock.Instant?
    while true {
      if let signal = signals.received() { return signal }
      if size == nil {
        try flushIfSlow(intake, &waitsSince)
        guard isReadable(descriptor, since: waitsSince) else {
          if waitsSince == nil { try checkStore() }
          continue
        }
        stream.reader.accepted = accepted
      }
      let outcome = try reader.next { stream.feed($0, into: &intake.batch) }
      switch outcome {
      case .piece: intake.refuse(stream.takeRefusals(), of: input.name)
      case .end:
        stream.finish(into: &intake.batch)
        if !stream.hasEvents, let kind = reader.resemblance { intake.summary.explain(kind.eventsCause, of: input.name) }
        return nil
      case .foreign, .broken:
        intake.summary.refuse(outcome.refusal ?? "", line: stream.lines.count + 1, of: input.name)
        return nil
      }
      if intake.isFull {
        try intake.flush()
        waitsSince = nil
      } else if waitsSince == nil, !intake.batch.isEmpty {
        waitsSince = clocks.monotonic.now
      }
      let events = intake.summary.count + intake.batch.count
      progress.show(bytes: reader.bytesRead, events: events)
    }
  }

  /// Ends where the store's files are gone, also while there is nothing to store: the log of an open store stays beside
  /// whatever takes its place, and whoever opens that would take it for its own.
  func checkStore() throws(CommandFailure) {
    if let loss = ledger.lookForLoss() { throw CommandFailure(loss) }
  }

  /// Stores what has waited long enough, unless the batch before is still being written.
  private func flushIfSlow(
    _ intake: EventIntake, _ waitsSince: inout ContinuousClock.Instant?
  ) throws(CommandFailure) {
    guard let since = waitsSince, clocks.monotonic.now - since >= Self.patience, intake.isIdle else { return }
    try intake.flush()
    waitsSince = nil
  }

  /// Waits until there is something to read or a signal, or what was read has waited long enough.
  private func isReadable(_ descriptor: Int32, since: ContinuousClock.Instant?) -> Bool {
    let timeout = since.map { max(5, Int32((Self.patience - (clocks.monotonic.now - $0)) / .milliseconds(1))) }
    var entries = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    return poll(&entries, 2, timeout ?? Self.storePause) > 0 && entries[0].revents != 0
  }
}
