import NIOHTTP1

/// A request on its way through redirects: where it goes next, and what it may carry there.
struct RedirectHop {
  private static let statuses: Set<Int> = [301, 302, 303, 307, 308]

  /// What is to be sent.
  private(set) var request: HTTPRequest
  private let token: Secret?
  private let basic: Secret?
  private let first: RemoteURL
  private let maxRedirects: Int
  private var visited: Set<RemoteURL>

  init(_ request: HTTPRequest, maxRedirects: Int) {
    self.request = request
    token = request.token
    basic = request.basic
    first = request.url
    self.maxRedirects = maxRedirects
    visited = [request.url]
  }

  /// Makes the request the next one if this answer is a redirect that is followed.
  ///
  /// - Returns: whether it is; else the answer is the last one.
  /// - Throws: `HTTPFailure` where it leads where nobody may go.
  mutating func follow(_ answer: RawResponse) throws(HTTPFailure) -> Bool {
    guard maxRedirects > 0, Self.statuses.contains(answer.status), request.json == nil, !request.isDeletion,
      let location = answer.headers.first(name: "Location")
    else { return false }
    guard let next = request.url.resolving(location) else {
      throw refusal(answer, "it redirects to no URL")
    }
    guard next.isEncrypted || !request.url.isEncrypted else {
      throw refusal(answer, "it redirects from https to http")
    }
    guard next.isEncrypted || next.isLoopback || !first.isLoopback else {
      throw refusal(answer, "it redirects to plain http")
    }
    guard visited.insert(next).inserted else { throw refusal(answer, "it redirects in a circle") }
    guard visited.count <= maxRedirects + 1 else {
      throw refusal(answer, maxRedirects == 1 ? "more than 1 redirect" : "more than \(maxRedirects) redirects")
    }
    request.url = next
    let isHome = next.origin == first.origin
    (request.token, request.basic) = isHome ? (token, basic) : (nil, nil)
    return true
  }

  private func refusal(_ answer: RawResponse, _ reason: String) -> HTTPFailure {
    HTTPFailure(.status(answer.status), "\(answer.status) from \(request.url.path.shortened(to: 80)): \(reason)")
  }
}
