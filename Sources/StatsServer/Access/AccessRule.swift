/// Who may do what: by token, or, where there are none, who is on this machine.
package struct AccessRule: Sendable {
  /// The tokens.
  let tokens: AccessTokens

  /// A rule of these tokens.
  package init(_ tokens: AccessTokens) { self.tokens = tokens }

  /// Why a request is refused; `nil` where it is not.
  /// - Parameters:
  ///   - needed: what it needs; `nil` for what is open to everybody.
  ///   - authorization: its `Authorization` header.
  ///   - host: its `Host` header.
  /// - Returns: the answer that says so.
  func refusal(of needed: AccessScope?, authorization: String?, host: String?) -> Response? {
    guard !tokens.isEmpty else {
      // A page in a browser on this machine can have its own name resolve to loopback: the name gives it away.
      guard let host, !Self.isLoopback(host) else { return nil }
      return .error(.forbidden, "This server answers to loopback names alone; give it tokens to be reached by others.")
    }
    guard let needed else { return nil }
    guard let authorization else { return .error(.unauthorized, "A bearer token is expected.") }
    guard let scope = tokens.scope(authorization: authorization.utf8) else {
      return .error(.unauthorized, "The token is not known.")
    }
    return scope.covers(needed) ? nil : .error(.forbidden, "The token allows reading alone.")
  }

  /// Whether a host, with or without a port, is this machine by name or address.
  package static func isLoopback(_ host: String) -> Bool {
    var name = host[...]
    if name.hasPrefix("[") {
      guard let end = name.firstIndex(of: "]") else { return false }
      name = name[name.index(after: name.startIndex)..<end]
      return name == "::1" || name == "0:0:0:0:0:0:0:1"
    }
    if let colon = name.firstIndex(of: ":"), name.lastIndex(of: ":") == colon { name = name[..<colon] }
    if name == "::1" { return true }
    let lowercased = name.lowercased()
    if lowercased == "localhost" || lowercased == "localhost." { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
