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

  /// Scheme, host and port: what two URLs share that may see the same secrets. The scheme's own port is left out.
  package var origin: String {
    "\(isEncrypted ? "https" : "http")://\(port == defaultPort ? bracketedHost : hostAndPort)"
  }

  /// The URL without its query, for people.
  package var display: String { origin + path }

  /// Whether it leads to this machine: `localhost`, 127.0.0.0/8 or `::1`.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    // A number that begins with 0 is octal to the system, and another address than it seems.
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    let isAddress = parts.count == 4 && parts.allSatisfy { part in UInt8(part).map { "\($0)" == part } ?? false }
    return isAddress && parts[0] == "127"
  }

  /// The URL whole, with its query.
  var text: String { display + (query.map { "?" + $0 } ?? "") }

  /// Host and port as a connection is named.
  var hostAndPort: String { "\(bracketedHost):\(port)" }

  private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }
  private var defaultPort: Int { isEncrypted ? 443 : 80 }
}
