import SlotStats
import StatsFormats
import TerminalUI

/// Tells, and counts, what a followed file got and nobody can read any more.
struct GapNotes: Sendable {
  private let name: String
  private let tell: @Sendable (String) -> Void

  /// Notes of a file of this name, each one a line that is told through `tell`.
  init(_ name: String, _ tell: @escaping @Sendable (String) -> Void) { (self.name, self.tell) = (name, tell) }

  /// What came after this is in no file.
  func tell(after trace: ContentTrace, _ intake: EventIntake) {
    let since = trace.writtenAt.map(Self.instant) ?? "byte \(trace.offset)"
    tell(
      "what was written after \(since), if anything was, is in no rotated file beside it; if you know where it is, "
        + "ingest that file",
      intake)
  }

  /// These files are new, and packed in a way that cannot be read here; what was read of others ends at `since`, in
  /// nanoseconds since 1970.
  func tell(_ files: [(path: String, packing: Packing)], since: Int64?, _ intake: EventIntake) {
    for (path, packing) in files {
      let since = since.map { "after \(Self.instant($0))" } ?? "meanwhile"
      tell("what it got \(since) may be in \"\(path)\", which is \(packing.rawValue); unpack and ingest that", intake)
    }
  }

  private func tell(_ what: String, _ intake: EventIntake) {
    intake.noteGap()
    tell("slotwatch: Gap in \"\(TerminalText.neutralised(name))\": \(TerminalText.neutralised(what)).\n")
  }

  private static func instant(_ nanoseconds: Int64) -> String { RFC3339.format(EventRecord.date(nanoseconds)) }
}
