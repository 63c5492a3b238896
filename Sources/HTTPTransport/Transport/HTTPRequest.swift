/// A request, before it is sent.
package struct HTTPRequest: Sendable {
  /// Where it goes.
  package var url: RemoteURL
  /// What to send in a `POST` or a `PUT`; `nil` for a `GET` and a `DELETE`.
  package var json: [UInt8]?
  /// Whether it is a `DELETE`.
  package var isDeletion = false
  /// Whether what is sent is a `PUT`.
  package var isReplacement = false
  /// The media type of what is sent.
  package var bodyType = "application/json"
  /// Whether that is a secret: no message of the server is shown then, since it may repeat it.
  package var isSecret = false
  /// Whether it may be done twice: what is read changes nothing, events are counted once, and what is put in the place of
  /// something or deleted stays so. A log-in may not: failed ones may be held against the user; nor may what is added to
  /// something.
  package var isRepeatable: Bool {
    get { mayRepeat && !isSecret }
    set { mayRepeat = newValue }
  }
  private var mayRepeat = true
  /// The bearer token.
  package var token: Secret?
  /// User and password, as they are sent with each request (RFC 7617), instead of a token.
  package var basic: Secret?
  /// Headers of the source's own, such as the tenant; no secrets, and never those that a request has anyway.
  package var headers: [String: String] = [:]
  /// What is known already: an unchanged answer then has no body.
  package var validators: HTTPValidators?
  /// When the answer must be complete at the latest; `nil` where only the transport's own limits hold.
  package var deadline: ContinuousClock.Instant?
  /// The most characters of the message that an answer refuses it with.
  package var maxMessage = 120
  /// The most bytes of the body, decoded, where that is less than the transport's limit.
  package var maxBodyBytes: Int?

  /// A request for `url`.
  package init(
    _ url: RemoteURL, json: [UInt8]? = nil, token: Secret? = nil, validators: HTTPValidators? = nil,
    deadline: ContinuousClock.Instant? = nil, maxBodyBytes: Int? = nil
  ) {
    self.url = url
    self.json = json
    self.token = token
    self.validators = validators
    self.deadline = deadline
    self.maxBodyBytes = maxBodyBytes
  }
}
