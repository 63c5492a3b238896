/// Collects the bytes of a report and passes them on in large pieces, so that a report of any size needs little memory.
struct ReportBuffer {
  /// What is not yet passed on.
  var bytes: [UInt8] = []
  private let sink: ([UInt8]) throws -> Void

  /// From how many bytes on a piece is passed on.
  private static let pieceLength = 1 << 16

  /// Passes pieces to `sink`, in order.
  init(_ sink: @escaping ([UInt8]) throws -> Void) {
    self.sink = sink
    bytes.reserveCapacity(Self.pieceLength + 4096)
  }

  /// Adds text.
  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Marks a place where the report may be cut into pieces.
  mutating func mayPass() throws {
    if bytes.count >= Self.pieceLength { try pass() }
  }

  /// Passes on what there is.
  mutating func pass() throws {
    guard !bytes.isEmpty else { return }
    try sink(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
