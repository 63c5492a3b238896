import NIOCore
import NIOHTTP1

extension Response {
  /// The head as it is sent where no responder stands between; `isLast` where the connection ends with the answer.
  func head(isLast: Bool) -> HTTPResponseHead {
    var head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status.rawValue, reasonPhrase: status.words))
    head.headers.reserveCapacity(5)
    head.headers.add(name: "Content-Type", value: type)
    head.headers.add(name: "Content-Length", value: String(bytes.count))
    for (name, value) in sentHeaders { head.headers.add(name: name.rawValue, value: value) }
    if isLast { head.headers.add(name: "Connection", value: "close") }
    return head
  }

  /// The body; a stream has none at once.
  var bytes: [UInt8] {
    guard case .bytes(let bytes) = body else { return [] }
    return bytes
  }
}
