import FoundationEssentials

/// How a source is convinced to answer.
package enum Credentials: Hashable, Sendable {
  /// Nothing is sent.
  case none
  /// A bearer token.
  case token(Secret)
  /// A program, by its arguments, that prints the token.
  case command([String])
  /// A user and a password that are exchanged for a token at `/api/login`.
  case login(user: String, password: Secret)
  /// A user and a password, sent with each request in the form of RFC 7617.
  case basic(Secret)

  /// The same for a server that takes a user and a password with each request.
  package var asBasic: Credentials {
    guard case .login(let user, let password) = self else { return self }
    return .basic(Secret(Data("\(user):\(password.unredacted)".utf8).base64EncodedString()))
  }
}
