import HTTPTransport

/// Where a sink posts to, and over what.
package struct HTTPTarget: Sendable {
  /// Nobody reads more of an answer.
  private static let maxResponseBytes = 1 << 20

  /// Where.
  package let url: RemoteURL
  private let token: Secret?
  private let transport: HTTPTransport
  /// Whether no failure names the path: services that take messages often have a secret in it.
  private let isPathSecret: Bool

  /// A target; nothing is connected yet.
  /// - Parameters:
  ///   - url: where; it must be one that may carry `token`.
  ///   - token: the bearer token, where one is needed.
  ///   - transport: what requests are sent over.
  ///   - isPathSecret: whether no failure may name the path.
  package init(_ url: RemoteURL, token: Secret? = nil, transport: HTTPTransport, isPathSecret: Bool = false) {
    (self.url, self.token, self.transport, self.isPathSecret) = (url, token, transport, isPathSecret)
  }

  /// The same at `path` below the URL.
  func appending(path: String) -> HTTPTarget {
    HTTPTarget(url.appending(path: path), token: token, transport: transport, isPathSecret: isPathSecret)
  }

  /// Posts JSON.
  /// - Returns: what it answered, in a few words.
  func post(_ json: [UInt8]) async throws(SinkFailure) -> String {
    do {
      _ = try await transport.answer(
        to: HTTPRequest(url, json: json, token: token, maxBodyBytes: Self.maxResponseBytes))
      return "taken by \(url.origin)"
    } catch {
      var failure = SinkFailure(error)
      if isPathSecret { failure.cause = withoutPath(failure.cause) }
      throw failure
    }
  }

  /// The longest part of a path that a failure names.
  private static let maxShownPath = 119

  private func withoutPath(_ cause: String) -> String {
    url.path.utf8.count > 1 ? cause.replacing(url.path.prefix(Self.maxShownPath), with: "/…") : cause
  }
}

extension SinkFailure {
  /// What became of a request. Telling it again helps where nobody answered, or where the server says that it cannot now
  /// (5xx and 429); never where the request itself is refused. A certificate that is not accepted now may be renewed.
  init(_ failure: HTTPFailure) {
    let isPassing =
      switch failure.kind {
      case .unreachable, .insecure: true
      case .status(let status): status == 429 || (500..<600).contains(status)
      case .refused, .cancelled: false
      }
    self.init(failure.cause, isPassing: isPassing, retryAfter: failure.retryAfter)
  }
}
