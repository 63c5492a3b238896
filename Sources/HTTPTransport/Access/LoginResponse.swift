import FoundationEssentials

/// What the panel says to a user and a password.
struct LoginResponse: Decodable {
  private enum Key: String, CodingKey {
    case token = "access_token"
    case expiresInSeconds = "expires_in_sec"
    case expiresIn = "expires_in"
  }

  /// The longest that a token is believed to live.
  private static let maxLife = 365.0 * 86_400

  /// The token.
  var token: Secret
  /// How long it lives; `nil` where that is not said.
  var life: Duration?

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    token = Secret(try values.decode(String.self, forKey: .token))
    let seconds =
      try values.decodeIfPresent(Double.self, forKey: .expiresInSeconds)
      ?? values.decodeIfPresent(Double.self, forKey: .expiresIn)
    life = seconds.flatMap { $0 > 0 ? .seconds(min($0, Self.maxLife)) : nil }
  }

  /// What `body` says.
  /// - Throws: `HTTPFailure` where that is no answer to a log-in.
  init(_ answer: RemoteResponse, from path: String) throws(HTTPFailure) {
    guard let read = try? JSONDecoder().decode(LoginResponse.self, from: Data(answer.body)),
      !read.token.unredacted.isEmpty
    else {
      let found =
        answer.isPage ? "HTML instead of JSON" : "no access_token in the answer"
      throw HTTPFailure(.refused, "\(found) from \(path)")
    }
    self = read
  }
}
