import AsyncHTTPClient
import NIOHTTP1

extension HTTPRequest {
  /// The same for the client.
  /// - Throws: `HTTPFailure` where a header cannot hold what it should.
  func outgoing() throws(HTTPFailure) -> HTTPClient.Request {
    var headers: HTTPHeaders = ["User-Agent": "slotwatch", "Accept": "application/json", "Accept-Encoding": "gzip"]
    // Whatever stands between may not answer with what it has kept.
    headers.add(name: "Cache-Control", value: "no-cache")
    if let token {
      guard !token.unredacted.isEmpty, token.unredacted.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw HTTPFailure(.refused, "the token is empty or holds characters that cannot be sent")
      }
      headers.add(name: "Authorization", value: "Bearer \(token.unredacted)")
    }
    if let basic { headers.add(name: "Authorization", value: "Basic \(basic.unredacted)") }
    for (name, value) in self.headers { headers.replaceOrAdd(name: name, value: value) }
    if let etag = validators?.etag { headers.add(name: "If-None-Match", value: etag) }
    if let lastModified = validators?.lastModified { headers.add(name: "If-Modified-Since", value: lastModified) }
    if json != nil { headers.add(name: "Content-Type", value: bodyType) }
    do {
      let sending: HTTPMethod = isReplacement ? .PUT : .POST
      return try HTTPClient.Request(
        url: url.text, method: isDeletion ? .DELETE : json == nil ? .GET : sending, headers: headers,
        body: json.map { .bytes($0) })
    } catch {
      throw HTTPFailure(.refused, "no request can be made of \(url.display)")
    }
  }
}
