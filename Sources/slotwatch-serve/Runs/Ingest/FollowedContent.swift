import Glibc
import ReadingCommands
import StatsFormats

/// One open file that is read on as it grows, whatever it is called by now.
final class FollowedContent {
  /// What came of an attempt to read on.
  enum Advance: Hashable {
    case piece
    case nothing
    /// What was read is not there any more: the file was truncated, or written anew.
    case cut
  }

  /// What tells it from other files.
  let number: FileStamp.Number
  /// The file; closed with the end of this object.
  let descriptor: Int32
  private let input: IngestInput
  private var offset: UInt64 = 0
  private var start: UInt64 = 0
  private var stream = EventStream(accepted: 0...0)
  /// The first bytes that were read, the last ones, and the last ones of whole lines.
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var lineTail: [UInt8] = []
  /// How the file was at the last look, and when it had been written as the last bytes were read.
  private var seen: FileStamp?
  private var writtenAt: Int64
  /// When the last piece was read; `nil` once a later look found nothing more.
  private var grewAt: ContinuousClock.Instant?

  /// Reads an open file on from byte `offset`, on behalf of an input.
  init(_ input: IngestInput, _ descriptor: Int32, _ stamp: FileStamp, at offset: UInt64 = 0) {
    (self.input, self.descriptor, number, writtenAt) = (input, descriptor, stamp.number, stamp.writtenAt)
    begin(at: offset)
  }

  deinit { close(descriptor) }

  /// Whether the file still has a name.
  var hasName: Bool {
    var info = stat()
    return fstat(descriptor, &info) == 0 && info.st_nlink > 0
  }

  /// How far it was read, in whole lines.
  var trace: ContentTrace {
    let position = stream.lines.position
    let head = head.prefix(Int(clamping: position))
    return ContentTrace(number, offset: position, head: head, tail: lineTail, writtenAt: writtenAt)
  }

  /// Whether more was seen of it than was taken.
  var hasRest: Bool { stream.lines.hasRest || seen.map { $0.size > offset } ?? false }

  /// Whether it was growing at the last look: what was written since was not seen.
  var isGrowing: Bool { grewAt != nil }

  /// Whether the content begins like what was read before; `nil` while it is too short to tell.
  func begins(like trace: ContentTrace) -> Bool? {
    guard head.count >= trace.head.count else { return nil }
    return ContentTrace.Edge(head.prefix(trace.head.count)) == trace.head
  }

  /// Reads the next piece.
  func advance(
    _ accepted: ClosedRange<Int64>, _ intake: EventIntake, through buffer: UnsafeMutableRawBufferPointer,
    at now: ContinuousClock.Instant
  ) throws(CommandFailure) -> Advance {
    stream.reader.accepted = accepted
    guard let stamp = FileStamp(descriptor) else { return .nothing }
    if wasCut(stamp) { return .cut }
    seen = stamp
    let count = try readPiece(buffer)
    guard count > 0 else {
      if let grewAt, now - grewAt >= FollowWatch.gathering { self.grewAt = nil }
      return .nothing
    }
    grewAt = now
    let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    let old = stream.lines.position
    stream.feed(piece, into: &intake.batch)
    intake.refuse(stream.takeRefusals(), of: input.name, from: start)
    note(piece, lineEnd: stream.lines.position > old ? Int(stream.lines.position - offset) : nil)
    writtenAt = stamp.writtenAt
    offset += UInt64(count)
    return .piece
  }

  /// Takes what stands after the last newline for a line.
  func finish(into intake: EventIntake) {
    stream.finish(into: &intake.batch)
    intake.refuse(stream.takeRefusals(), of: input.name, from: start)
  }

  /// Reads on from byte `offset`.
  func begin(at offset: UInt64) {
    (self.offset, start, seen, grewAt) = (offset, offset, nil, nil)
    stream = EventStream(accepted: stream.reader.accepted, position: offset)
    let count = Int(min(offset, UInt64(ContentTrace.edgeBytes)))
    head = FileBytes.read(descriptor, at: 0, count) ?? []
    tail = FileBytes.read(descriptor, at: offset - UInt64(count), count) ?? []
    lineTail = tail
  }

  /// Whether the bytes that were read are others now, as of the file's last writing.
  private func wasCut(_ stamp: FileStamp) -> Bool {
    if stamp.size < offset { return true }
    if stamp == seen { return false }
    return FileBytes.read(descriptor, at: offset - UInt64(tail.count), tail.count) != tail
      || FileBytes.read(descriptor, at: 0, head.count) != head
  }

  /// Remembers the ends of what was read; a line ended before byte `lineEnd` of the piece.
  private func note(_ piece: UnsafeRawBufferPointer, lineEnd: Int?) {
    let most = ContentTrace.edgeBytes
    if head.count < most, UInt64(head.count) == offset { head += piece.prefix(most - head.count) }
    if let lineEnd {
      lineTail = FileBytes.last(most, of: tail, and: UnsafeRawBufferPointer(rebasing: piece[..<lineEnd]))
    }
    tail = FileBytes.last(most, of: tail, and: piece)
  }

  private func readPiece(_ buffer: UnsafeMutableRawBufferPointer) throws(CommandFailure) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw input.failure(errno) }
    }
  }
}
