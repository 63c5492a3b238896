import SlotStats
import TerminalUI

/// Tells what is refused while a run goes on that may have no end: the first lines as they come, then how many there
/// are, once a minute.
struct RefusalNotes {
  /// How long lies between two counts.
  static let pause: Duration = .seconds(60)

  private let write: @Sendable (String) -> Void
  private var lines = 0
  private var count = 0
  private var toldAt: ContinuousClock.Instant?

  /// Notes that are told through `write`, each one a line.
  init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

  /// Tells what is new in the summary.
  mutating func tell(_ summary: IngestSummary, at now: ContinuousClock.Instant) {
    guard summary.refused > count else { return }
    if summary.first.count > lines {
      for line in summary.first[lines...] { write("slotwatch: refused \(TerminalText.neutralised(line))\n") }
      lines = summary.first.count
      toldAt = now
      count = lines < IngestSummary.told ? summary.refused : lines
    } else if let toldAt, now - toldAt >= Self.pause {
      write("slotwatch: refused \(NumberText.grouped(summary.refused)) so far\n")
      (self.toldAt, count) = (now, summary.refused)
    }
  }
}
