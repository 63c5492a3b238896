import NIOCore
import NIOHTTP1

/// What came, before anybody has judged it.
struct RawResponse: Sendable {
  var status: Int
  var headers: HTTPHeaders
  /// Decoded; of an answer that is no good only as much as an error text needs, or nothing.
  var body: [UInt8]
}

/// An answer as it comes in.
struct IncomingResponse {
  /// How far an exchange has come.
  enum Phase { case connecting, waiting, reading }

  /// The most bytes of an error's body that are read.
  private static let maxErrorBytes = 64 << 10

  /// How far it has come.
  private(set) var phase = Phase.connecting
  private let maxBodyBytes: Int
  private var head: HTTPResponseHead?
  private var body: BodyCollector?

  /// Nothing sent yet.
  init(maxBodyBytes: Int) {
    self.maxBodyBytes = maxBodyBytes
  }

  /// Takes note that the request has been sent.
  mutating func begin() { phase = .waiting }

  /// Takes the head.
  mutating func take(_ head: HTTPResponseHead) throws(HTTPFailure) {
    phase = .reading
    self.head = head
    let maxBytes = isGood ? maxBodyBytes : Self.maxErrorBytes
    if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > maxBytes {
      throw BodyCollector.tooLarge(maxBytes)
    }
    body = try BodyCollector(maxBytes: maxBytes, isGzip: try Self.isGzip(head.headers))
  }

  /// Takes the next part of the body.
  mutating func take(_ part: ByteBuffer) throws(HTTPFailure) {
    let result = part.withUnsafeReadableBytes { bytes in
      Result { () throws(HTTPFailure) in try body?.add(bytes) }
    }
    try result.get()
  }

  /// The whole answer.
  mutating func finish() throws(HTTPFailure) -> RawResponse {
    guard let head, let collector = body.take() else { throw HTTPFailure(.unreachable, "the answer is no HTTP") }
    return RawResponse(status: Int(head.status.code), headers: head.headers, body: try collector.finish())
  }

  /// The answer without its body where its status is no good one: whatever failed after that, it is the better cause.
  var refusal: RawResponse? {
    guard let head, !isGood else { return nil }
    return RawResponse(status: Int(head.status.code), headers: head.headers, body: [])
  }

  private var isGood: Bool { head.map { (200..<300).contains($0.status.code) } ?? false }

  private static func isGzip(_ headers: HTTPHeaders) throws(HTTPFailure) -> Bool {
    switch headers[canonicalForm: "Content-Encoding"].map({ $0.lowercased() }) {
    case [], ["identity"]: return false
    case ["gzip"], ["x-gzip"]: return true
    case let others:
      throw HTTPFailure(
        .refused, "the answer has the content encoding \(others.joined(separator: ", ").shortened(to: 40))")
    }
  }
}
