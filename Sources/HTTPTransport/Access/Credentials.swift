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
}
