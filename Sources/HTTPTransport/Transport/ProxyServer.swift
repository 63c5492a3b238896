import AsyncHTTPClient

/// What stands between here and a server, because somebody said so.
package struct ProxyServer: Hashable, Sendable {
  /// How it is spoken to.
  package enum Kind: Hashable, Sendable {
    /// HTTP's `CONNECT`, also for plain HTTP.
    case http
    /// SOCKS 5; names are looked up there.
    case socks
  }

  /// How it is spoken to.
  package var kind: Kind
  /// Its name or address, an IPv6 address without brackets.
  package var host: String
  /// Its port.
  package var port: Int
  /// Who we are, to it; `nil` where it is not told.
  package var login: Login?

  /// A user and a password.
  package struct Login: Hashable, Sendable {
    /// The user; as much a secret as the password, since tokens are given as users too.
    package var user: Secret
    /// The password.
    package var password: Secret
  }

  /// A proxy that is told nothing.
  package init(_ kind: Kind = .http, host: String, port: Int, login: Login? = nil) {
    self.kind = kind
    self.host = host
    self.port = port
    self.login = login
  }

  /// Host and port, for people: never who we are.
  package var display: String { "proxy " + (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}

extension ProxyServer {
  /// Where a proxy listens that does not say so, as curl has it.
  private static let defaultPort = 1080
  private static let kinds: [String: Kind] = ["http": .http, "socks5": .socks, "socks5h": .socks]

  /// Reads `http://user:password@host:port`; without a scheme it is `http`.
  /// - Throws: what is wrong, without the text, which may hold a secret.
  init(parsing text: String) throws(RemoteURL.Failure) {
    var rest = text[...]
    var scheme = "http"
    if let end = text.firstRange(of: "://") {
      scheme = text[..<end.lowerBound].lowercased()
      rest = text[end.upperBound...]
    }
    guard let kind = Self.kinds[scheme] else {
      throw RemoteURL.Failure(problem: "is of a sort that is not known here; http:// and socks5:// are")
    }
    var login: Login?
    if let at = rest.lastIndex(of: "@") {
      login = try Self.login(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    guard kind == .http || login == nil else {
      throw RemoteURL.Failure(problem: "has a user for SOCKS, which is not supported")
    }
    let authority = rest.prefix { !"/?#".contains($0) }
    let url = try RemoteURL(parsing: "http://" + authority)
    let digits = authority.reversed().prefix { ("0"..."9").contains($0) }.count
    let hasPort = digits > 0 && authority.dropLast(digits).last == ":"
    self.init(kind, host: url.host, port: hasPort ? url.port : Self.defaultPort, login: login)
  }

  private static func login(_ text: Substring) throws(RemoteURL.Failure) -> Login {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let decoded = parts.compactMap(Self.unescaped)
    guard decoded.count == parts.count else { throw RemoteURL.Failure(problem: "has a user that is wrongly escaped") }
    return Login(user: Secret(decoded[0]), password: Secret(decoded.count > 1 ? decoded[1] : ""))
  }
}

extension ProxyServer {
  /// The text without its percent escapes; `nil` where one is wrong.
  private static func unescaped(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      guard let escaped = UInt8(Substring(rest.prefix(2)), radix: 16), rest.count >= 2 else { return nil }
      bytes.append(escaped)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The same for the client.
  var configuration: HTTPClient.Configuration.Proxy {
    switch kind {
    case .http:
      .server(
        host: host, port: port,
        authorization: login.map { .basic(username: $0.user.unredacted, password: $0.password.unredacted) })
    case .socks: .socksServer(host: host, port: port)
    }
  }
}
