/// The bearer token of one source: got when it is needed, kept until it ends, got anew once when it is refused.
package actor AccessToken {
  private let credentials: Credentials

  /// Nothing got yet. `transport` and `login` are needed for `.login` alone.
  package init(_ credentials: Credentials, transport: HTTPTransport, login: RemoteURL) {
    self.credentials = credentials
  }

  /// The answer to `request`, sent with the token; on a 401 once more with a new token where one can be got.
  package func answer(
    to request: HTTPRequest, over transport: HTTPTransport
  ) async throws(HTTPFailure) -> HTTPAnswer {
    var request = request
    if case .token(let token) = credentials { request.token = token }
    return try await transport.answer(to: request)
  }
}
