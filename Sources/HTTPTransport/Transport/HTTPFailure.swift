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
    /// The answer is too large or damaged.
    case refused
    /// The caller gave up.
    case cancelled
  }

  /// What sort of failure.
  package var kind: Kind
  /// Why, in one line short enough for a status line, without a secret; it may hold text from outside.
  package var cause: String
  /// How long the server wants to be left alone, at most an hour.
  package var retryAfter: Duration?

  /// A failure.
  package init(_ kind: Kind, _ cause: String, retryAfter: Duration? = nil) {
    self.kind = kind
    self.cause = cause
    self.retryAfter = retryAfter
  }

  static let cancelled = HTTPFailure(.cancelled, "given up")
}
