import Glibc
import Gzip
import ReadingCommands
import StatsFormats

/// The bytes of one input, piece by piece; gzip is told by its first two bytes and decoded.
final class PieceReader {
  /// What became of an attempt to read.
  enum Outcome: Equatable {
    case piece
    case end
    /// It cannot hold events.
    case foreign(ForeignContent)
    /// It ends, since what follows is no gzip.
    case broken(GzipInflater.Failure)
  }

  /// How many bytes are read at once.
  static let pieceBytes = 1 << 20

  /// How many bytes came from the system.
  private(set) var bytesRead = 0
  private let input: IngestInput
  private let descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: PieceReader.pieceBytes, alignment: 4_096)
  private var inflater: GzipInflater?
  private var isHeadKnown = false
  /// What the content looks like that cannot be events, though lines of it might.
  private(set) var resemblance: ForeignContent?

  /// A reader of a descriptor that belongs to `input`.
  init(_ input: IngestInput, descriptor: Int32) {
    self.input = input
    self.descriptor = descriptor
  }

  deinit { buffer.deallocate() }

  /// Waits for the next piece and hands it out; gzip may give many, or none.
  func next(_ body: (UnsafeRawBufferPointer) -> Void) throws(CommandFailure) -> Outcome {
    var count = try fill(from: 0)
    let isFirst = bytesRead == 0
    if isFirst, count == 1 { count += try fill(from: 1) }
    bytesRead += count
    guard count > 0 else { return finish() }
    let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    do throws(GzipInflater.Failure) {
      if isFirst, count >= 2, piece[0] == 0x1F, piece[1] == 0x8B { inflater = try GzipInflater() }
      guard let inflater else {
        if let kind = foreign(piece) { return .foreign(kind) }
        body(piece)
        return .piece
      }
      var other: ForeignContent?
      _ = try inflater.inflate(piece) { decoded in
        other = foreign(decoded)
        if other == nil { body(decoded) }
        return other == nil
      }
      return other.map { .foreign($0) } ?? .piece
    } catch {
      return .broken(error)
    }
  }

  /// What the first piece is, where it cannot hold events.
  private func foreign(_ piece: UnsafeRawBufferPointer) -> ForeignContent? {
    if isHeadKnown { return nil }
    isHeadKnown = true
    resemblance = ForeignContent(piece).flatMap { $0 == .events ? nil : $0 }
    return ForeignContent(withoutEvents: piece)
  }

  private func finish() -> Outcome {
    do throws(GzipInflater.Failure) {
      try inflater?.finish()
    } catch {
      return .broken(error)
    }
    return .end
  }

  private func fill(from start: Int) throws(CommandFailure) -> Int {
    while true {
      let count = read(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
      if count >= 0 { return count }
      guard errno == EINTR else { throw input.failure(errno) }
    }
  }
}

extension PieceReader.Outcome {
  /// Why nothing more is read of an input, in words; `nil` where it was read to its end, or will be.
  var refusal: String? {
    switch self {
    case .piece, .end: nil
    case .foreign(let kind): kind.eventsCause
    case .broken(let failure): failure.reason
    }
  }
}

extension GzipInflater.Failure {
  /// Why the line is the last one, in words.
  var reason: String {
    switch self {
    case .damaged: "the gzip data is damaged from here on"
    case .truncated: "the gzip data ends before its end"
    case .followed: "what follows the gzip data is none"
    case .noMemory: "there is no memory for decoding"
    }
  }
}
