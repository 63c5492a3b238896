#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a server said that its content is known by.
package struct HTTPValidators: Hashable, Sendable {
  /// The `ETag`, as sent.
  package var etag: String?
  /// The `Last-Modified`, as sent.
  package var lastModified: String?
}

/// A request, before it is sent.
package struct HTTPRequest: Sendable {
  /// Where it goes.
  package var url: RemoteURL
  /// What to send in a `POST`; `nil` for a `GET`.
  package var json: [UInt8]?
  /// The bearer token.
  package var token: Secret?
  /// What is known already: an unchanged answer then has no body.
  package var validators: HTTPValidators?

  /// A request for `url`.
  package init(_ url: RemoteURL, json: [UInt8]? = nil, token: Secret? = nil, validators: HTTPValidators? = nil) {
    self.url = url
    self.json = json
    self.token = token
    self.validators = validators
  }
}

/// A good answer: 2xx with its body, or 304.
package struct HTTPAnswer: Sendable {
  /// The body, decoded; empty where it is unchanged.
  package var body: [UInt8]
  /// Whether the server said that nothing has changed (304).
  package var isUnchanged: Bool
  /// What the content is known by; `nil` where the server does not say.
  package var validators: HTTPValidators?
  /// The server's clock, from `Date`; `nil` where it does not say.
  package var date: Date?
}

/// Why there is no good answer.
package struct HTTPFailure: Error, Hashable, Sendable {
  /// What sort of failure.
  package enum Kind: Hashable, Sendable {
    /// No connection, no name, a timeout, a broken connection.
    case unreachable
    /// TLS could not be set up.
    case insecure
    /// Another status than 2xx and 304.
    case status(Int)
    /// The answer is too large, or is no HTTP.
    case refused
    /// The caller gave up.
    case cancelled
  }

  /// What sort of failure.
  package var kind: Kind
  /// Why, short enough for a status line, without a secret; it may hold text from outside.
  package var cause: String
  /// How long the server wants to be left alone.
  package var retryAfter: Duration?

  /// A failure.
  package init(_ kind: Kind, _ cause: String, retryAfter: Duration? = nil) {
    self.kind = kind
    self.cause = cause
    self.retryAfter = retryAfter
  }
}
