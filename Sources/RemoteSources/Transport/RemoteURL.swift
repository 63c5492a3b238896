/// A URL over `http` or `https` without a user's name, password or fragment.
package struct RemoteURL: Hashable, Sendable {
  /// Whether it is `https`.
  package var isEncrypted: Bool
  /// The host as written, in lower case; an IPv6 address without its brackets.
  package var host: String
  /// The port, also where it is the scheme's own.
  package var port: Int
  /// The path with its percent escapes, from `/` on.
  package var path: String
  /// The query without `?`, with its percent escapes; `nil` where there is none.
  package var query: String?

  /// A URL from its parts.
  package init(isEncrypted: Bool, host: String, port: Int, path: String = "/", query: String? = nil) {
    self.isEncrypted = isEncrypted
    self.host = host
    self.port = port
    self.path = path
    self.query = query
  }
}
