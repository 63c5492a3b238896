#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import EventStore
import StatsFormats
import TerminalUI

/// A file that is read on as it grows: also where it is renamed and made anew, truncated, or where the reading itself
/// was ended and begun again.
final class FollowedFile {
  private let input: IngestInput
  private let path: String
  private var descriptor: Int32
  private var mark: FileMark
  private var offset: UInt64 = 0
  private var start: UInt64 = 0
  private var stream: EventStream
  private let tell: @Sendable (String) -> Void
  /// What was told last of a file that cannot be read.
  private var told: CommandFailure?
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: PieceReader.pieceBytes, alignment: 4_096)

  /// Begins where the stored position says: in the file of this path, or in the one that it was renamed to; else at the
  /// beginning.
  ///
  /// Why a file that takes the path later cannot be read is told through `tell`, one line each.
  init(
    _ input: IngestInput, path: String, after position: StoredPosition?, tell: @escaping @Sendable (String) -> Void
  ) throws(CommandFailure) {
    (self.input, self.path, self.tell) = (input, path, tell)
    descriptor = try input.open()
    guard let mark = FileMark(descriptor) else { throw input.failure(errno) }
    self.mark = mark
    stream = EventStream(accepted: 0...0)
    try Self.check(descriptor, input)
    guard let position else { return }
    if mark.matches(position, descriptor) {
      begin(at: position.offset)
    } else if let renamed = Self.renamed(from: path, position), let old = FileMark(renamed) {
      close(descriptor)
      (descriptor, self.mark) = (renamed, old)
      begin(at: position.offset)
    }
  }

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

  deinit {
    close(descriptor)
    buffer.deallocate()
  }

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
  var position: StoredPosition {
    let offset = stream.lines.position
    return StoredPosition(input: path, identity: mark.identity(descriptor, upTo: offset), offset: offset)
  }

  /// Reads the next piece, or turns to the file that has taken the path.
  /// - Returns: whether there was anything.
  func advance(_ accepted: ClosedRange<Int64>, _ intake: EventIntake) throws(CommandFailure) -> Bool {
    stream.reader.accepted = accepted
    // Looked at first: what the old file still gets is read before the new one.
    let current = FileMark(path: path)
    let absence = current == nil ? errno : 0
    if mark.wasCut(descriptor, offset) {
      // What is still to be stored belongs to the content that is gone.
      try intake.flush()
      begin(at: 0)
    }
    let count = try readPiece()
    if count > 0 {
      stream.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]), into: &intake.batch)
      intake.refuse(stream.takeRefusals(), of: input.name, from: start)
      offset += UInt64(count)
      mark.look(descriptor, upTo: offset)
      return true
    }
    guard let current else {
      wait(absence == ENOENT ? nil : input.failure(absence))
      return false
    }
    guard !current.isSameFile(as: mark), let (next, nextMark) = openAnew() else { return false }
    stream.finish(into: &intake.batch)
    intake.refuse(stream.takeRefusals(), of: input.name, from: start)
    try intake.flush(position)
    close(descriptor)
    (descriptor, mark) = (next, nextMark)
    begin(at: 0)
    return true
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

  private func begin(at offset: UInt64) {
    (self.offset, start) = (offset, offset)
    stream = EventStream(accepted: stream.reader.accepted, position: offset)
    mark.forget()
    mark.look(descriptor, upTo: offset)
  }

  private func readPiece() throws(CommandFailure) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw input.failure(errno) }
    }
  }

  /// The file beside `path` that the position belongs to, opened.
  private static func renamed(from path: String, _ position: StoredPosition) -> Int32? {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    guard let entries = opendir(folder) else { return nil }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard FileMark(path: folder + name)?.mayBe(position) == true else { continue }
      let descriptor = open(folder + name, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if FileMark(descriptor)?.matches(position, descriptor) == true { return descriptor }
      close(descriptor)
    }
    return nil
  }
}
