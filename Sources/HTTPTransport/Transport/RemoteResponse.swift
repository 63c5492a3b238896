import FoundationEssentials

/// What a server said that its content is known by.
package struct HTTPValidators: Hashable, Sendable {
  /// The `ETag`, as sent.
  package var etag: String?
  /// The `Last-Modified`, as sent.
  package var lastModified: String?

  /// What content is known by.
  package init(etag: String? = nil, lastModified: String? = nil) {
    self.etag = etag
    self.lastModified = lastModified
  }
}

/// A good answer: 2xx with its body, or 304.
package struct RemoteResponse: Sendable {
  /// The body, decoded; empty where it is unchanged.
  package var body: [UInt8]
  /// Whether the server said that nothing has changed (304); never without having been asked.
  package var isUnchanged: Bool
  /// What the content is known by; `nil` where the server does not say.
  package var validators: HTTPValidators?
  /// The origin's clock when the answer was made, which a cache passes on; `nil` where it does not say.
  package var date: Date?
  /// How long a cache has kept it, in seconds, by its own word; 0 where it does not say.
  package var age: TimeInterval
  /// The media type in lower case without its parameters, such as `text/html`; `nil` where it does not say.
  package var contentType: String?

  /// An answer.
  package init(
    body: [UInt8], isUnchanged: Bool = false, validators: HTTPValidators? = nil, date: Date? = nil,
    age: TimeInterval = 0, contentType: String? = nil
  ) {
    self.body = body
    self.isUnchanged = isUnchanged
    self.validators = validators
    self.date = date
    self.age = age
    self.contentType = contentType
  }
}

extension RemoteResponse {
  /// Whether it calls itself a web page: somebody between here and the source wants a person to read it.
  package var isPage: Bool { contentType == "text/html" || contentType == "application/xhtml+xml" }
}
