import Glibc

/// Which requests go through which proxy: what the environment says, read as curl reads it; `all_proxy` is not looked at.
///
/// `https_proxy` or `HTTPS_PROXY` is for https, `http_proxy` for plain http: in capitals that is what web servers call
/// the header `Proxy` of whoever asks them for something, so it is not looked at. `no_proxy` or `NO_PROXY` names what is
/// asked without one, and so is this machine, always.
package struct ProxyRule: Hashable, Sendable {
  /// A proxy that a variable names, not looked at yet: one that cannot be used matters only where it is needed.
  private struct Named: Hashable, Sendable {
    var variable: String
    var text: Secret
  }

  private var encrypted: Named?
  private var plain: Named?
  private var exceptions: [String] = []

  /// No proxy for anything.
  package init() {}

  /// What these variables say.
  package init(environment: [String: String]) {
    func first(_ names: String...) -> (name: String, text: String)? {
      // Whoever sets a variable to nothing means that there is nothing.
      for name in names { if let text = environment[name] { return text.isEmpty ? nil : (name, text) } }
      return nil
    }
    encrypted = first("https_proxy", "HTTPS_PROXY").map { Named(variable: $0.name, text: Secret($0.text)) }
    plain = first("http_proxy").map { Named(variable: $0.name, text: Secret($0.text)) }
    exceptions = first("no_proxy", "NO_PROXY")?.text.split { $0 == "," || $0 == " " }.map { $0.lowercased() } ?? []
  }

  /// The proxy that `url` is asked through; `nil` for none.
  /// - Throws: `HTTPFailure` where the one that is named cannot be used; nothing of its text is repeated.
  package func proxy(for url: RemoteURL) throws(HTTPFailure) -> ProxyServer? {
    guard !Self.isThisMachine(url.host), let named = url.isEncrypted ? encrypted : plain, !isException(url.host) else {
      return nil
    }
    do {
      return try ProxyServer(parsing: named.text.unredacted)
    } catch {
      throw HTTPFailure(.refused, "\(named.variable): it \(error.problem)")
    }
  }

  /// Whether a host is this machine, however it is written: what the system takes for its address counts.
  private static func isThisMachine(_ host: String) -> Bool {
    let host = host.hasSuffix(".") ? String(host.dropLast()) : host
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    var old = in_addr()
    if inet_aton(host, &old) == 1 {
      return withUnsafeBytes(of: old.s_addr) { $0[0] == 127 || $0.allSatisfy { $0 == 0 } }
    }
    guard let address = address(host[...]), address.count == 16 else { return false }
    let isMapped = address[..<10].allSatisfy { $0 == 0 } && address[10] == 0xFF && address[11] == 0xFF
    if isMapped { return address[12] == 127 || address[12...].allSatisfy { $0 == 0 } }
    return address[..<15].allSatisfy { $0 == 0 } && address[15] <= 1
  }

  /// Whether a host is one that is asked without a proxy: by its name, the name of a domain above it, its address, or
  /// a network that its address is in.
  private func isException(_ host: String) -> Bool {
    if exceptions.contains("*") { return true }
    let host = host.hasSuffix(".") ? host.dropLast() : host[...]
    let address = Self.address(host)
    return exceptions.contains { entry in
      let entry = entry.drop { $0 == "." || $0 == "[" }.reversed().drop { $0 == "." || $0 == "]" }.reversed()
      let text = String(entry)
      if let address { return Self.network(text[...], holds: address) }
      return !text.isEmpty && (host == text || host.hasSuffix("." + text))
    }
  }

  /// Whether `192.168.0.0/16`, or a single address, is or holds another one.
  private static func network(_ text: Substring, holds address: [UInt8]) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 1)
    guard let first = parts.first, let base = Self.address(first), base.count == address.count else { return false }
    var bits = base.count * 8
    if parts.count > 1 {
      guard let given = Int(parts[1]), (0...bits).contains(given) else { return false }
      bits = given
    }
    let (whole, rest) = (bits / 8, bits % 8)
    guard base[..<whole] == address[..<whole] else { return false }
    return rest == 0 || (base[whole] ^ address[whole]) >> (8 - rest) == 0
  }

  /// The bytes of an IPv4 or IPv6 address; `nil` for a name.
  private static func address(_ text: Substring) -> [UInt8]? {
    for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: length)
      if inet_pton(family, String(text), &bytes) == 1 { return bytes }
    }
    return nil
  }
}
