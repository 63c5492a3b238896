import StatsServer

/// Where a server listens: a host and a port.
struct ListenAddress: Hashable, Sendable {
  /// A name or an address, without brackets.
  let host: String
  /// The port; 0 is any that is free.
  let port: Int

  /// Where it listens if nothing is said.
  static let standard = ListenAddress(host: "127.0.0.1", port: 8_321)

  /// An address of these parts.
  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`; an IPv6 address stands in brackets. `nil` for anything else.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      return nil
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x2F }) else { return nil }
    self.init(host: String(host), port: Int(port))
  }

  /// Whether only this machine can reach it.
  var isLoopback: Bool { AccessRule.isLoopback(host.contains(":") ? "[\(host)]" : host) }

  /// The address as one writes it, with another port if one is given.
  func text(port: Int? = nil) -> String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(name):\(port ?? self.port)"
  }
}
