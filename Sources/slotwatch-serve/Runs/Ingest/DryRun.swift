import EventStore
import FoundationEssentials
import Glibc
import ReadingCommands
import SlotStats
import StatsFormats
import TerminalUI

/// Checks events and counts them by slot, day and status, and stores nothing. Nothing is known of jobs then: a repeated
/// event counts again.
struct DryRun {
  /// What is read.
  let inputs: [IngestInput]
  /// How old events may be.
  let settings: StoreSettings
  /// The program's clocks.
  let clocks: RootClocks
  /// What prints.
  let program: Program

  /// Counts, and prints the counts.
  /// - Returns: the exit status.
  func run() throws(CommandFailure) -> Int32 {
    var tally = EventTally()
    var slots = EventSlots()
    var summary = IngestSummary()
    var progress = IngestProgress(program.progress, of: IngestInput.size(of: inputs))
    for input in inputs {
      let descriptor = try input.open()
      defer { if !input.isStandardInput { close(descriptor) } }
      let size = IngestInput.size(of: descriptor)
      let accepted = ProcessingLogReader.accepted(now: clocks.wall(), keptSeconds: settings.keptSeconds)
      let reader = PieceReader(input, descriptor: descriptor)
      var stream = EventStream(accepted: accepted)
      if size == nil { Self.awaitWriter(of: descriptor) }
      reading: while true {
        let outcome = try reader.next { stream.feed($0, into: &tally, slots: &slots) }
        switch outcome {
        case .piece: progress.show(bytes: reader.bytesRead, events: tally.count)
        case .end:
          stream.finish(into: &tally, slots: &slots)
          if !stream.hasEvents, let kind = reader.resemblance { summary.explain(kind.eventsCause, of: input.name) }
          break reading
        case .foreign, .broken:
          summary.refuse(outcome.refusal ?? "", line: stream.lines.count + 1, of: input.name)
          break reading
        }
      }
      progress.finish(bytes: reader.bytesRead)
      summary.add(stream.refusals, of: input.name)
    }
    progress.end()
    summary.accepted = tally.count
    try program.print(Self.table(tally.rows(slots: slots)) + summary.text(isDryRun: true))
    return summary.status.rawValue
  }

  /// Waits until there is something to read, or its end: a pipe that was never written to looks as if it had ended.
  private static func awaitWriter(of descriptor: Int32) {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, -1) < 0, errno == EINTR {}
  }

  private static func table(_ rows: [EventTally.Row]) -> String {
    let cells = rows.map { row in
      [
        TerminalText.neutralised(row.slotID), String(RFC3339.format(row.day).prefix(10)), row.status.rawValue,
        NumberText.grouped(row.count),
      ]
    }
    let table = [["slot", "day", "status", "events"]] + cells
    let widths = (0..<4).map { column in table.lazy.map { TerminalText.width($0[column]) }.max() ?? 0 }
    var text = ""
    for row in table {
      let fitted = row.indices.map { TerminalText.fitted(row[$0], width: widths[$0], trailing: $0 == 3) }
      text += fitted.joined(separator: "  ") + "\n"
    }
    return rows.isEmpty ? "" : text + "\n"
  }
}

extension Program {
  /// Where progress is told: standard error, if that is a terminal.
  var progress: (@Sendable (String) -> Void)? { isatty(STDERR_FILENO) == 1 ? errors : nil }
}
