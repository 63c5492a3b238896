import Glibc
import ReadingCommands
import StatsFormats

/// Looks among the files that rotation made for what was not read yet.
///
/// What was read tells a file by its content: renamed, copied or packed, it is read on from where its reading ended.
/// One that begins like nothing that was read is new, and read from its beginning, if it was written since the search
/// begins. Should a file be taken for new by mistake, its events are duplicates, which change nothing.
struct RotatedSearch {
  /// A file to be read, and from where on.
  struct Find {
    let path: String
    let descriptor: Int32
    let stamp: FileStamp
    let offset: UInt64
    let isPacked: Bool
    /// What was read of it before.
    let trace: ContentTrace?
  }

  /// What there was.
  struct Outcome {
    /// What is to be read.
    var finds: [Find] = []
    /// The traces of which a file was found.
    var known: Set<ContentTrace> = []
    /// New files that cannot be read, and how they are packed.
    var unreadable: [(path: String, packing: Packing)] = []
    /// Whether somebody is still writing a file that may be one: look again soon.
    var isUnfinished = false
    /// Whether packed files were left alone since nobody waits any more: then nothing is known to be missing.
    var isCutShort = false
  }

  /// What was read, and is not being read now.
  var traces: [ContentTrace]
  /// What is being read: copies of it hold nothing new.
  var current: ContentTrace?
  /// Files that are being read.
  var open: Set<FileStamp.Number> = []
  /// Files of which nothing more is to be read as they are.
  var done: Set<FileStamp> = []
  /// Since when files are new, in nanoseconds since 1970; `nil` where none is.
  let since: Int64?

  private var isAtBeginning = false
  /// The system's time, in nanoseconds since 1970.
  private var now: Int64 = 0

  /// How long after its last writing a copy, or a packed file, may still be written.
  private static let writing = (copy: 2 * second, packed: 60 * second)

  private static let second: Int64 = 1_000_000_000

  /// Whether nobody waits for the search any more.
  private let isEnding: @Sendable () -> Bool

  /// A search for what was read so far, or is new. Once `isEnding`, packed files are left for the next one.
  init(traces: [ContentTrace], since: Int64?, isEnding: @escaping @Sendable () -> Bool = { false }) {
    (self.traces, self.since, self.isEnding) = (traces, since, isEnding)
  }

  /// Looks at the files of a path, and notes in `done` what has nothing new. At the beginning of a run, files that were
  /// read to their end are opened too, so that what comes late is read.
  mutating func run(_ files: RotatedFiles, atBeginning: Bool) -> Outcome {
    (isAtBeginning, now) = (atBeginning, FileStamp.now)
    var outcome = Outcome()
    let entries = files.entries(numbered: Set(traces.map(\.number)), open: open)
    // What is not there any more need not be remembered.
    done.formIntersection(entries.map(\.stamp))
    for entry in entries where !open.contains(entry.stamp.number) && !done.contains(entry.stamp) {
      look(at: entry, &outcome)
    }
    return outcome
  }

  private mutating func look(at entry: RotatedFiles.Entry, _ outcome: inout Outcome) {
    // Packed from a file that is still there: that one is read.
    if entry.isPacked, !entry.isOfFollowed, FileStamp(path: entry.unpackedPath) != nil { return }
    // Packing keeps the time of a file, though maybe only its second.
    let oldest = traces.map { $0.writtenAt ?? .min }.min() ?? .max
    let isKnown = traces.contains { $0.number == entry.stamp.number }
    guard isKnown || entry.stamp.writtenAt >= Self.wholeSecond(min(since ?? .max, oldest)) else {
      return note(entry.stamp)
    }
    let descriptor = IngestInput.open(entry.path)
    guard descriptor >= 0 else { return }
    // The name may have gone to another file meanwhile.
    guard let stamp = FileStamp(descriptor), !open.contains(stamp.number), !done.contains(stamp) else {
      close(descriptor)
      return
    }
    let packing = FileBytes.packing(of: descriptor)
    let start: Start?
    switch packing {
    case nil where entry.isPacked:
      wait(for: stamp, Self.writing.packed, &outcome)
      start = nil
    case nil: start = self.start(in: descriptor, stamp, isNamed: entry.isNamed, &outcome)
    case .gzip: start = self.start(inGzip: IngestInput(entry.path), stamp, isNamed: entry.isNamed, &outcome)
    case let packing?:
      if entry.isNamed, isNew(stamp, isPacked: true), !isTraced(stamp) {
        outcome.unreadable.append((entry.path, packing))
      }
      note(stamp)
      start = nil
    }
    guard let start else {
      close(descriptor)
      return
    }
    note(stamp)
    outcome.finds.append(
      Find(
        path: entry.path, descriptor: descriptor, stamp: stamp, offset: start.offset, isPacked: packing != nil,
        trace: start.trace))
  }

  /// Where the reading of a file begins, and what was read of it before.
  private struct Start {
    var offset: UInt64 = 0
    var trace: ContentTrace?
  }

  /// From where on a plain file is to be read; `nil` where it is not.
  private mutating func start(
    in descriptor: Int32, _ stamp: FileStamp, isNamed: Bool, _ outcome: inout Outcome
  ) -> Start? {
    var isRewritten = false
    for trace in traces.reversed() {
      switch trace.kinship(of: descriptor, size: stamp.size) {
      case .stranger:
        // Nothing of it was read, so that only its number can tell it.
        guard trace.isBlank, trace.number == stamp.number else { continue }
        outcome.known.insert(trace)
        return stamp.size > 0 ? Start(trace: trace) : nil
      case .rewritten: isRewritten = true
      case .continues:
        outcome.known.insert(trace)
        if stamp.size > trace.offset || isAtBeginning { return Start(offset: trace.offset, trace: trace) }
        note(stamp)
        return nil
      case .beginning:
        note(stamp)
        return nil
      }
    }
    // A copy that has hardly begun cannot be told from a new file.
    if let current, stamp.size < UInt64(current.head.count), mayGrow(stamp, Self.writing.copy) {
      outcome.isUnfinished = true
      return nil
    }
    // It may hold more once what is being read is truncated.
    if let current, [.continues, .beginning].contains(current.kinship(of: descriptor, size: stamp.size)) { return nil }
    if isRewritten || isNamed && isNew(stamp, isPacked: false) { return Start() }
    note(stamp)
    return nil
  }

  /// From where on what a gzip file holds is to be read; `nil` where it is not.
  private mutating func start(
    inGzip input: IngestInput, _ stamp: FileStamp, isNamed: Bool, _ outcome: inout Outcome
  ) -> Start? {
    let isWhole = !mayGrow(stamp, Self.writing.packed) || PackedContent.isWhole(input, unless: isEnding)
    if isEnding() { outcome.isCutShort = true }
    guard isWhole, !outcome.isCutShort else {
      outcome.isUnfinished = true
      return nil
    }
    let head = PackedContent.head(of: input, ContentTrace.edgeBytes)
    func begins(like trace: ContentTrace) -> Bool {
      !trace.isBlank && head.count >= trace.head.count && ContentTrace.Edge(head.prefix(trace.head.count)) == trace.head
    }
    for trace in traces.reversed() where begins(like: trace) {
      let count = trace.tail?.count ?? 0
      let (size, last) = PackedContent.size(of: input, lastBefore: trace.offset, count, unless: isEnding)
      if isEnding() {
        (outcome.isUnfinished, outcome.isCutShort) = (true, true)
        return nil
      }
      guard size >= trace.offset, trace.tail.map({ ContentTrace.Edge(last) == $0 }) ?? true else { continue }
      outcome.known.insert(trace)
      return Start(offset: trace.offset, trace: trace)
    }
    if let current, begins(like: current) { return nil }
    if isNamed, isNew(stamp, isPacked: true) { return Start() }
    note(stamp)
    return nil
  }

  /// Whether a file was written so lately that more may come; one from a far future was not.
  private func mayGrow(_ stamp: FileStamp, _ time: Int64) -> Bool {
    // Written since the search began, it is a little ahead.
    (stamp.writtenAt &- Self.second...stamp.writtenAt &+ time).contains(now)
  }

  /// Leaves a file for the next search, unless it was left long enough.
  private mutating func wait(for stamp: FileStamp, _ time: Int64, _ outcome: inout Outcome) {
    if mayGrow(stamp, time) { outcome.isUnfinished = true } else { note(stamp) }
  }

  private func isNew(_ stamp: FileStamp, isPacked: Bool) -> Bool {
    guard let since else { return false }
    return stamp.writtenAt >= (isPacked ? Self.wholeSecond(since) : since)
  }

  /// Whether a packed file has the time of one that was read: then it is that one.
  private func isTraced(_ stamp: FileStamp) -> Bool {
    (traces + (current.map { [$0] } ?? [])).contains { trace in
      trace.writtenAt.map { Self.wholeSecond($0) == Self.wholeSecond(stamp.writtenAt) } ?? false
    }
  }

  private static func wholeSecond(_ time: Int64) -> Int64 {
    time == .min || time == .max ? time : time.flooredDivision(by: second).quotient * second
  }

  private mutating func note(_ stamp: FileStamp) { done.insert(stamp) }
}
