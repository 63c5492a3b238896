import Glibc
import ReadingCommands
import StatsFormats
import TerminalUI

/// A file that is read on as it grows: also where it is renamed and made anew, truncated, or where the reading itself
/// was ended and begun again.
final class FollowedFile {
  /// How long a file that was renamed is read on after its last line: who writes may turn to the new one late.
  private static let patience: Duration = .seconds(10)

  private let input: IngestInput
  private let path: String
  private var content: FollowedContent
  /// What was read before the content, and when it last grew.
  private var former: (content: FollowedContent, grewAt: ContinuousClock.Instant)?
  private let tell: @Sendable (String) -> Void
  /// What was told last of a file that cannot be read.
  private var told: CommandFailure?
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: PieceReader.pieceBytes, alignment: 4_096)

  /// Begins where the stored position says: in the file of this path, or in the one that it was renamed to; else at the
  /// beginning. The file of the position `former`, which was rotated before, is read on for a while.
  ///
  /// Why a file that takes the path later cannot be read is told through `tell`, one line each.
  init(
    _ input: IngestInput, path: String, after position: InputPosition?, former: InputPosition?,
    at now: ContinuousClock.Instant, tell: @escaping @Sendable (String) -> Void
  ) throws(CommandFailure) {
    (self.input, self.path, self.tell) = (input, path, tell)
    let descriptor = try input.open()
    guard let mark = FileMark(descriptor) else { throw input.failure(errno) }
    try Self.check(descriptor, input)
    let files = RotatedFiles(of: path)
    content = FollowedContent(input, descriptor, mark)
    if let position, mark.matches(position, descriptor) {
      content.begin(at: position.offset)
    } else if let position, let renamed = files.file(of: position) {
      content = FollowedContent(input, renamed.descriptor, renamed.mark, at: position.offset)
    }
    if let former, !content.mark.mayBe(former), let file = files.file(of: former) {
      self.former = (FollowedContent(input, file.descriptor, file.mark, at: former.offset), now)
    }
  }

  /// Under which name the position is kept of what was read before the file of this path.
  static func formerName(of path: String) -> String { "former:" + path }

  /// Throws where the file cannot be followed.
  private static func check(_ descriptor: Int32, _ input: IngestInput) throws(CommandFailure) {
    guard IngestInput.size(of: descriptor) != nil else {
      throw CommandFailure(.usage, "Cannot follow \"\(input.name)\": it is no regular file; give its content as -.")
    }
    if FileMark.isGzip(descriptor) {
      throw CommandFailure(
        .contentRefused, "Cannot follow \"\(input.name)\": it is gzip; leave out --follow.")
    }
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

  /// Where its reading goes on after a restart.
  var positions: [InputPosition] {
    let current = content.position(as: path)
    return former.map { [$0.content.position(as: Self.formerName(of: path)), current] } ?? [current]
  }

  /// Reads the next piece, or turns to the file that has taken the path.
  /// - Returns: whether there was anything.
  func advance(
    _ accepted: ClosedRange<Int64>, _ intake: EventIntake, at now: ContinuousClock.Instant
  ) throws(CommandFailure) -> Bool {
    // Looked at first: what the old file still gets is read before the new one.
    let current = FileMark(path: path)
    let absence = current == nil ? errno : 0
    if let (content, grewAt) = former {
      if try content.advance(accepted, intake, through: buffer) {
        former = (content, now)
        return true
      }
      if now - grewAt >= Self.patience { try leaveFormer(intake) }
    }
    if try content.advance(accepted, intake, through: buffer) { return true }
    guard let current else {
      wait(absence == ENOENT ? nil : input.failure(absence))
      return false
    }
    guard !current.isSameFile(as: content.mark), let (descriptor, mark) = openNext(before: current) else {
      return false
    }
    try leaveFormer(intake)
    former = (content, now)
    // Should the reading end here, it goes on in the old file.
    try intake.flush(content.position(as: path))
    try intake.flush(content.position(as: Self.formerName(of: path)))
    content = FollowedContent(input, descriptor, mark)
    return true
  }

  private func leaveFormer(_ intake: EventIntake) throws(CommandFailure) {
    guard let (content, _) = former else { return }
    content.finish(into: intake)
    try intake.flush(content.position(as: Self.formerName(of: path)))
    former = nil
  }

  /// What comes after the content: a file that was rotated meanwhile, or the one that has taken the path.
  private func openNext(before current: FileMark) -> (Int32, FileMark)? {
    let others = [current, content.mark] + (former.map { [$0.content.mark] } ?? [])
    guard let mark = FileMark(content.descriptor) else { return openAnew() }
    return RotatedFiles(of: path).next(after: mark, save: others) ?? openAnew()
  }

  /// The file that has taken the path; `nil`, and told once, where it cannot be read: it may be mended.
  private func openAnew() -> (Int32, FileMark)? {
    let next = IngestInput.open(path)
    guard next >= 0, let mark = FileMark(next) else {
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
    told = nil
    return (next, mark)
  }

  private func wait(_ cause: CommandFailure?) {
    if let cause, cause != told { tell("slotwatch: \(TerminalText.neutralised(cause.line))\n") }
    told = cause
  }
}
