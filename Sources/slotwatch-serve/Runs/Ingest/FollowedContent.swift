import Glibc
import ReadingCommands
import StatsFormats

/// One open file that is read on as it grows, whatever it is called by now.
final class FollowedContent {
  /// What tells it from other files.
  private(set) var mark: FileMark
  /// The file; closed with the end of this object.
  let descriptor: Int32
  private let input: IngestInput
  private var offset: UInt64 = 0
  private var start: UInt64 = 0
  private var stream = EventStream(accepted: 0...0)

  /// Reads an open file on from byte `offset`, on behalf of an input.
  init(_ input: IngestInput, _ descriptor: Int32, _ mark: FileMark, at offset: UInt64 = 0) {
    (self.input, self.descriptor, self.mark) = (input, descriptor, mark)
    begin(at: offset)
  }

  deinit { close(descriptor) }

  /// Where its reading goes on after a restart, kept under this name.
  func position(as name: String) -> InputPosition {
    let offset = stream.lines.position
    return InputPosition(input: name, identity: mark.identity(descriptor, upTo: offset), offset: offset)
  }

  /// Reads the next piece.
  /// - Returns: whether there was anything.
  func advance(
    _ accepted: ClosedRange<Int64>, _ intake: EventIntake, through buffer: UnsafeMutableRawBufferPointer
  ) throws(CommandFailure) -> Bool {
    stream.reader.accepted = accepted
    if mark.wasCut(descriptor, offset) {
      // What is still to be stored belongs to the content that is gone.
      try intake.flush()
      begin(at: 0)
    }
    let count = try readPiece(buffer)
    guard count > 0 else { return false }
    stream.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]), into: &intake.batch)
    intake.refuse(stream.takeRefusals(), of: input.name, from: start)
    offset += UInt64(count)
    mark.look(descriptor, upTo: offset)
    return true
  }

  /// Takes what stands after the last newline for a line.
  func finish(into intake: EventIntake) {
    stream.finish(into: &intake.batch)
    intake.refuse(stream.takeRefusals(), of: input.name, from: start)
  }

  /// Reads on from byte `offset`.
  func begin(at offset: UInt64) {
    (self.offset, start) = (offset, offset)
    stream = EventStream(accepted: stream.reader.accepted, position: offset)
    mark.forget()
    mark.look(descriptor, upTo: offset)
  }

  private func readPiece(_ buffer: UnsafeMutableRawBufferPointer) throws(CommandFailure) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw input.failure(errno) }
    }
  }
}
