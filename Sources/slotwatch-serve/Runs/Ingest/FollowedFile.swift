import Glibc
import ReadingCommands
import StatsFormats
import TerminalUI

/// A file that is read on as it grows: also where it is renamed, truncated, written anew, copied or packed, and where the
/// reading itself was ended and begun again.
final class FollowedFile {
  /// How long a file that was renamed is read on after its last line: who writes may turn to the new one late.
  private static let patience: Duration = .seconds(60)
  /// The same for a file that has no name any more, whose room on the disk is taken until it is let go.
  private static let patienceWithoutName: Duration = .seconds(10)
  /// How many renamed files are read on at once, and of how many it is remembered how far they were read.
  private static let (maxFormers, maxTraces) = (8, 1_000)

  /// A file that had the path before.
  struct Former {
    var content: FollowedContent
    /// When it last grew.
    var grewAt: ContinuousClock.Instant
    /// Whether its end was not reached yet.
    var isBehind = true
    /// Whether it had another name when it was found.
    var wasFound = false
  }

  private let input: IngestInput
  private let path: String
  let files: RotatedFiles
  private let tell: @Sendable (String) -> Void
  let gaps: GapNotes
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: PieceReader.pieceBytes, alignment: 4_096)
  /// The file of the path; `nil` before there is one.
  var content: FollowedContent?
  /// Those that had it before, the newest last, and packed ones.
  var formers: [Former] = []
  var packed: [PackedContent] = []
  var search: RotatedSearch
  /// Whether a file may have been rotated since the last search.
  var isSearchDue = false
  /// Whether a file that may hold more was still being written at the last search.
  var isSearchUnfinished = false
  /// What was cut while it grew, and has no copy: its end may be lost, unless the same was only written anew.
  var doubt: ContentTrace?
  /// What was told last of a file that cannot be read.
  private var told: CommandFailure?

  /// Begins where the stored position says, in whatever file has that content now; else at the beginning. The file of
  /// the position `former`, which was rotated before, is read on for a while. A file that is not there is waited for.
  /// Where nothing was read yet, files that were rotated before `fileTime`, in nanoseconds since 1970, are left alone.
  ///
  /// What a person should know is told through `tell`, one line each. Once `isEnding`, nothing large is searched any
  /// more.
  init(
    _ input: IngestInput, path: String, after position: InputPosition?, former: InputPosition?,
    at now: ContinuousClock.Instant,
    fileTime: Int64 = FileStamp.now, _ intake: EventIntake, isEnding: @escaping @Sendable () -> Bool = { false },
    tell: @escaping @Sendable (String) -> Void
  ) throws(CommandFailure) {
    (self.input, self.path, self.tell) = (input, path, tell)
    gaps = GapNotes(input.name, tell)
    files = RotatedFiles(of: path)
    let last = position.flatMap { ContentTrace($0) }
    let traces = [former.flatMap { ContentTrace($0) }, last].compactMap { $0 }
    search = RotatedSearch(traces: traces, since: last == nil ? fileTime : last?.writtenAt, isEnding: isEnding)
    let isFound = try begin(after: last)
    if last == nil, former == nil {
      // What was rotated before anything was read is nobody's loss.
      search.done = Set(files.entries(numbered: [], open: search.open).map(\.stamp))
    } else {
      let outcome = lookAround(at: now, atBeginning: true)
      if let last, !isFound, !outcome.known.contains(last), last.offset > 0, !outcome.isCutShort {
        gaps.tell(after: last, intake)
      }
      gaps.tell(outcome.unreadable, since: search.traces.last?.writtenAt ?? search.since, intake)
    }
  }

  /// Opens the file of the path, where there is one.
  /// - Returns: whether it is the one of the position, with what was read of it.
  private func begin(after last: ContentTrace?) throws(CommandFailure) -> Bool {
    let descriptor = IngestInput.open(input.name)
    guard descriptor >= 0 else {
      let reason = errno
      guard reason == ENOENT else { throw input.failure(reason) }
      tell("slotwatch: \"\(TerminalText.neutralised(input.name))\" is not there yet; it is read once it is.\n")
      return false
    }
    guard let stamp = FileStamp(descriptor) else { throw input.failure(errno) }
    do throws(CommandFailure) {
      try Self.check(descriptor, input)
    } catch {
      close(descriptor)
      throw error
    }
    let kinship = last?.kinship(of: descriptor, size: stamp.size)
    let content = FollowedContent(input, descriptor, stamp, at: kinship == .continues ? last?.offset ?? 0 : 0)
    self.content = content
    search.open.insert(stamp.number)
    if kinship == .continues { search.traces.removeAll { $0 == last } }
    // Written anew with the same beginning, it is read again from there: what was in it is in it still.
    return kinship == .continues || kinship == .rewritten
  }

  /// Whether another look soon is to tell that it grows no more.
  var isGrowing: Bool { content?.isGrowing ?? false }

  /// Under which name the position is kept of what was read before the file of this path.
  static func formerName(of path: String) -> String { "former:" + path }

  /// Throws where the file cannot be followed.
  private static func check(_ descriptor: Int32, _ input: IngestInput) throws(CommandFailure) {
    guard IngestInput.size(of: descriptor) != nil else {
      throw CommandFailure(.usage, "Cannot follow \"\(input.name)\": it is no regular file; give its content as -.")
    }
    guard let kind = FileBytes.foreign(descriptor) else { return }
    let cause = kind == .gzip ? "it is gzip; leave out --follow" : kind.eventsCause
    throw CommandFailure(.contentRefused, "Cannot follow \"\(input.name)\": \(cause).")
  }

  deinit { buffer.deallocate() }

  /// The path from the root. What a link at its end points to may change: that one stays a link.
  static func absolute(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard let resolved = realpath(folder, nil) else { return path }
    defer { free(resolved) }
    let whole = String(cString: resolved)
    return whole == "/" ? whole + name : whole + "/" + name
  }

  /// Where its reading goes on after a restart; nothing while files are read that a restart would have to find again.
  var positions: [InputPosition] {
    guard let content, packed.isEmpty, !formers.contains(where: \.isBehind), !isSearchDue else { return [] }
    let former = formers.last.map { $0.content.trace.position(as: Self.formerName(of: path)) }
    return [former, content.trace.position(as: path)].compactMap { $0 }
  }

  /// What to watch: the open files, and the folders in which others appear.
  var watched: (descriptors: [Int32], folders: [String]) {
    ((content.map { [$0.descriptor] } ?? []) + formers.map(\.content.descriptor), files.watchedFolders)
  }

  /// Notes that these names came up in watched folders, or that some did which are not told.
  func note(_ names: Set<String>) {
    if names.contains(where: { $0.isEmpty || files.mayBe($0) }) { isSearchDue = true }
  }

  /// Reads the next piece, or turns to the file that has taken the path.
  /// - Returns: whether there was anything.
  func advance(
    _ accepted: ClosedRange<Int64>, _ intake: EventIntake, at now: ContinuousClock.Instant
  ) throws(CommandFailure) -> Bool {
    // Looked at first: what the old file still gets is read before the new one.
    let current = FileStamp(path: path)
    let absence = current == nil ? errno : 0
    if try advanceFormers(accepted, intake, at: now) { return true }
    if let content {
      switch try content.advance(accepted, intake, through: buffer, at: now) {
      case .piece:
        if let doubt, let isAgain = content.begins(like: doubt) { settleDoubt(isLoss: !isAgain, intake) }
        return true
      case .cut:
        try beginAgain(content, intake, at: now)
        return true
      case .nothing: break
      }
    }
    guard let current else {
      wait(absence == ENOENT ? nil : input.failure(absence))
      return try searchIfDue(intake, at: now)
    }
    guard current.number != content?.number, let (descriptor, stamp) = openAnew() else {
      return try searchIfDue(intake, at: now)
    }
    try turn(to: FollowedContent(input, descriptor, stamp), intake, at: now)
    return true
  }

  private func advanceFormers(
    _ accepted: ClosedRange<Int64>, _ intake: EventIntake, at now: ContinuousClock.Instant
  ) throws(CommandFailure) -> Bool {
    if let first = packed.first {
      if try !first.advance(accepted, intake) { packed.removeFirst() }
      return true
    }
    for index in formers.indices {
      let content = formers[index].content
      let advance = try content.advance(accepted, intake, through: buffer, at: now)
      formers[index].isBehind = advance != .nothing
      guard formers[index].isBehind else { continue }
      formers[index].grewAt = now
      // Rings of files write new content into an old one.
      if advance == .cut { try beginAgain(content, intake, at: now) }
      return true
    }
    while let index = indexOver(at: now) { try leave(formers.remove(at: index).content, intake) }
    return false
  }

  /// The file that is no longer read: one that was quiet for long, or the quietest of too many. The oldest may be the
  /// one that is still written to.
  private func indexOver(at now: ContinuousClock.Instant) -> Int? {
    if let index = formers.firstIndex(where: { isOver($0, at: now) }) { return index }
    return formers.count > Self.maxFormers ? formers.indices.min { formers[$0].grewAt < formers[$1].grewAt } : nil
  }

  private func isOver(_ former: Former, at now: ContinuousClock.Instant) -> Bool {
    let age = now - former.grewAt
    return age >= Self.patience || age >= Self.patienceWithoutName && !former.content.hasName
  }

  /// Reads a file no longer; what stands after its last newline is a line.
  private func leave(_ content: FollowedContent, _ intake: EventIntake) throws(CommandFailure) {
    content.finish(into: intake)
    if formers.isEmpty { try intake.flush(content.trace.position(as: Self.formerName(of: path))) }
    remember(content.trace)
    search.open.remove(content.number)
  }

  func remember(_ trace: ContentTrace) {
    search.traces.append(trace)
    if search.traces.count > Self.maxTraces { search.traces.removeFirst() }
  }

  /// Goes on in the file that has taken the path; the one before it is read on for a while.
  private func turn(
    to next: FollowedContent, _ intake: EventIntake, at now: ContinuousClock.Instant
  ) throws(CommandFailure) {
    told = nil
    settleDoubt(isLoss: true, intake)
    var next = next
    // In a ring of files the path comes back to one that is still read: how far is known.
    if let index = formers.firstIndex(where: { $0.content.number == next.number }) {
      next = formers.remove(at: index).content
    }
    if let content {
      // Should the reading end here, it goes on in the old file; or where it did before, while what came in between
      // is not found yet.
      let isSettled = !isSearchUnfinished && packed.isEmpty
      try intake.flush(isSettled ? content.trace.position(as: path) : nil)
      try intake.flush(isSettled ? content.trace.position(as: Self.formerName(of: path)) : nil)
      formers.append(Former(content: content, grewAt: now, isBehind: false))
    }
    content = next
    search.open.insert(next.number)
    isSearchDue = true
    _ = try searchIfDue(intake, at: now)
  }

  /// The file that has taken the path; `nil`, and told once, where it cannot be read: it may be mended.
  private func openAnew() -> (Int32, FileStamp)? {
    let next = IngestInput.open(path)
    guard next >= 0, let stamp = FileStamp(next) else {
      wait(errno == ENOENT ? nil : input.failure(errno))
      return nil
    }
    do throws(CommandFailure) {
      try Self.check(next, input)
    } catch {
      close(next)
      wait(error)
      return nil
    }
    return (next, stamp)
  }

  private func wait(_ cause: CommandFailure?) {
    if let cause, cause != told { tell("slotwatch: \(TerminalText.neutralised(cause.line))\n") }
    told = cause
  }
}
