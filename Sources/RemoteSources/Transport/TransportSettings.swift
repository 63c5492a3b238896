/// How far a request may go, and whom it trusts.
package struct TransportSettings: Hashable, Sendable {
  /// Until the connection stands, TLS included.
  package var connectTimeout: Duration = .seconds(2)
  /// From the request to the first byte of the answer.
  package var firstByteTimeout: Duration = .seconds(5)
  /// The whole request with its answer.
  package var totalTimeout: Duration = .seconds(10)
  /// The most bytes of a body, decoded.
  package var maxBodyBytes = 8 << 20
  /// How many redirects are followed, 0…3.
  package var maxRedirects = 0
  /// A PEM file of certificates that are trusted instead of the system's.
  package var caFile: String?

  /// The defaults.
  package init() {}
}
