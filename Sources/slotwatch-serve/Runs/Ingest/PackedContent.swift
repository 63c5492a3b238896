import Glibc
import ReadingCommands
import StatsFormats

/// A packed file that grows no more: read to its end, from a byte of its content on.
final class PackedContent {
  private let input: IngestInput
  private let descriptor: Int32
  private let reader: PieceReader
  private var stream: EventStream
  /// How many bytes of the content are still to be passed.
  private var passed: UInt64

  /// Reads an open gzip file on behalf of an input, from byte `offset` of what it holds on. The descriptor is closed with
  /// the end of this object.
  init(_ input: IngestInput, _ descriptor: Int32, at offset: UInt64) {
    (self.input, self.descriptor, passed) = (input, descriptor, offset)
    reader = PieceReader(input, descriptor: descriptor)
    stream = EventStream(accepted: 0...0, position: offset)
  }

  deinit { close(descriptor) }

  /// Reads the next piece.
  /// - Returns: whether more may follow.
  func advance(_ accepted: ClosedRange<Int64>, _ intake: EventIntake) throws(CommandFailure) -> Bool {
    stream.reader.accepted = accepted
    let outcome = try reader.next { piece in
      let count = Int(min(passed, UInt64(piece.count)))
      passed -= UInt64(count)
      if count < piece.count {
        stream.feed(UnsafeRawBufferPointer(rebasing: piece[count...]), into: &intake.batch)
      }
    }
    defer { intake.refuse(stream.takeRefusals(), of: input.name) }
    switch outcome {
    case .piece: return true
    case .end: stream.finish(into: &intake.batch)
    case .foreign, .broken:
      intake.summary.refuse(outcome.refusal ?? "", line: stream.lines.count + 1, of: input.name)
    }
    return false
  }

  /// Whether a gzip file can be read to its end; `false` also where nobody waits for it any more.
  static func isWhole(_ input: IngestInput, unless isEnding: () -> Bool) -> Bool {
    let descriptor = IngestInput.open(input.name)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let reader = PieceReader(input, descriptor: descriptor)
    while !isEnding(), let outcome = try? reader.next({ _ in }) {
      if outcome != .piece { return outcome == .end }
    }
    return false
  }

  /// The first bytes of what a gzip file holds, at most so many.
  static func head(of input: IngestInput, _ count: Int) -> [UInt8] {
    let descriptor = IngestInput.open(input.name)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let reader = PieceReader(input, descriptor: descriptor)
    var head: [UInt8] = []
    while head.count < count, let outcome = try? reader.next({ head += $0.prefix(count - head.count) }) {
      if outcome != .piece { break }
    }
    return head
  }

  /// How many bytes a gzip file holds, and the last ones before byte `offset` of them; not true where nobody waits for it
  /// any more.
  static func size(
    of input: IngestInput, lastBefore offset: UInt64, _ count: Int, unless isEnding: () -> Bool
  ) -> (size: UInt64, last: [UInt8]) {
    let descriptor = IngestInput.open(input.name)
    guard descriptor >= 0 else { return (0, []) }
    defer { close(descriptor) }
    let reader = PieceReader(input, descriptor: descriptor)
    var (size, last): (UInt64, [UInt8]) = (0, [])
    while !isEnding(),
      let outcome = try? reader.next({ piece in
        if size < offset {
          let wanted = piece[..<min(piece.count, Int(clamping: offset - size))]
          last = FileBytes.last(count, of: last, and: UnsafeRawBufferPointer(rebasing: wanted))
        }
        size += UInt64(piece.count)
      })
    {
      if outcome != .piece || size >= offset { break }
    }
    return (size, last)
  }
}
