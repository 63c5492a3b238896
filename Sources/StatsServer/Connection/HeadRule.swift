import NIOHTTP1

/// What the head of a request has to be, whatever it asks.
enum HeadRule {
  /// Why a request is not looked at, as it is answered.
  struct Refusal: Error {
    let answer: Response
  }

  /// The head with its target as a path, its host as `Host`, and `Connection: close` where the connection is to end with
  /// the answer.
  ///
  /// That is so for an old client, which knows no length that comes later, and after an offer to change the protocol:
  /// nobody here takes it, but the parser reads nothing that follows one.
  /// - Throws: ``Refusal``.
  static func checked(_ head: HTTPRequestHead) throws(Refusal) -> HTTPRequestHead {
    let isOld = head.version.minor == 0
    let hosts = head.headers["host"]
    // Whoever stands before this server may have looked at another one of two (RFC 9112, 3.2).
    guard hosts.count <= 1 else { throw refusal(.badRequest, "A request has one Host.") }
    guard isOld || hosts.count == 1 else { throw refusal(.badRequest, "A request of HTTP/1.1 names its Host.") }
    try checkTransfer(head.headers, isOld: isOld)
    guard head.method != .CONNECT else { throw refusal(.notImplemented, "This server is no proxy.") }
    var head = head
    if let (authority, path) = parts(ofURL: head.uri) {
      // The target counts, not the header (RFC 9112, 3.2.2).
      head.headers.replaceOrAdd(name: "Host", value: authority)
      head.uri = path
    }
    guard head.headers["host"].allSatisfy(isHost) else {
      throw refusal(.badRequest, "The Host is neither a name nor an address.")
    }
    if isOld || !head.isKeepAlive || head.headers.contains(name: "upgrade") {
      head.headers.replaceOrAdd(name: "Connection", value: "close")
    }
    return head
  }

  /// What is not known to be framed as both sides understand it is not read (RFC 9112, 6.1).
  private static func checkTransfer(_ headers: HTTPHeaders, isOld: Bool) throws(Refusal) {
    let codings = headers[canonicalForm: "transfer-encoding"]
    guard !codings.isEmpty else { return }
    guard !isOld else { throw refusal(.badRequest, "HTTP/1.0 has no Transfer-Encoding.") }
    guard codings.count == 1, codings[0].lowercased() == "chunked" else {
      throw refusal(.notImplemented, "The only Transfer-Encoding is chunked.")
    }
  }

  private static func refusal(_ status: Response.Status, _ message: String) -> Refusal {
    Refusal(answer: .error(status, message))
  }

  /// Authority and path of a target that is a whole URL, as a proxy is asked; `nil` for a path.
  private static func parts(ofURL target: String) -> (authority: String, path: String)? {
    guard !target.hasPrefix("/") else { return nil }
    let lowercased = target.prefix(8).lowercased()
    guard let scheme = ["http://", "https://"].first(where: lowercased.hasPrefix) else { return nil }
    let rest = target.dropFirst(scheme.count)
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let path = rest[end...]
    return (String(rest[..<end]), path.hasPrefix("/") ? String(path) : "/\(path)")
  }

  /// Whether a text may be a host with or without a port: letters, digits and the marks of RFC 3986.
  private static func isHost(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39 || hostMarks.contains(byte)
    }
  }

  private static let hostMarks = Set("-._~%!$&'()*+,;=:[]".utf8)
}
