extension RemoteURL {
  /// Why a text is no URL that can be read from. What it says never repeats the text, which may hold a secret.
  package struct Failure: Error, Hashable, Sendable {
    /// What is wrong and what to do, to be read after the name of the value.
    package var problem: String
  }

  /// The longest text that is read.
  private static let maxBytes = 2048

  /// Reads a URL such as `https://panel.example/base`.
  ///
  /// Scheme and host are in any case; an international name has to be given in its ASCII form.
  package init(parsing text: String) throws(Failure) {
    guard text.utf8.count <= Self.maxBytes else { throw Failure(problem: "has more than \(Self.maxBytes) characters") }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Failure(problem: "holds blanks, controls or letters beyond ASCII; write them as %20 and so on")
    }
    guard let colon = text.firstRange(of: "://") else {
      throw Failure(problem: "does not begin with https:// or http://")
    }
    switch text[..<colon.lowerBound].lowercased() {
    case "https": isEncrypted = true
    case "http": isEncrypted = false
    default: throw Failure(problem: "does not begin with https:// or http://")
    }
    let rest = text[colon.upperBound...]
    let authorityEnd = rest.firstIndex { "/?#\\".contains($0) } ?? rest.endIndex
    let authority = rest[..<authorityEnd]
    // A password may hold a slash: what looks like a path may be the rest of it.
    guard !rest.prefix(while: { $0 != "?" && $0 != "#" }).contains("@") else {
      throw Failure(problem: "holds a user or a password; never write a secret into a URL (a @ in a path is %40)")
    }
    guard !rest.contains("#") else { throw Failure(problem: "has a fragment (#…), which no server sees") }
    guard !rest.contains("\\") else { throw Failure(problem: "has a backslash") }
    (host, port) = try Self.hostAndPort(authority, isEncrypted: isEncrypted)
    let target = rest[authorityEnd...]
    let question = target.firstIndex(of: "?") ?? target.endIndex
    path = target[..<question].isEmpty ? "/" : String(target[..<question])
    query = question == target.endIndex ? nil : String(target[target.index(after: question)...])
    guard Self.hasWholeEscapes(path), Self.hasWholeEscapes(query ?? "") else {
      throw Failure(problem: "has a % without two hexadecimal digits")
    }
    // These are written everywhere but are no part of a URL; a server is sent their escapes.
    path = path.escaping("\"<>[]^`{|}")
    query = query?.escaping("\"<>[]^`{|}")
  }

  private static func hostAndPort(
    _ authority: Substring, isEncrypted: Bool
  ) throws(Failure) -> (host: String, port: Int) {
    var host = authority
    var digits: Substring?
    if authority.first == "[" {
      guard let bracket = authority.firstIndex(of: "]") else { throw Failure(problem: "has a [ without ]") }
      host = authority[authority.index(after: authority.startIndex)..<bracket]
      let after = authority[authority.index(after: bracket)...]
      guard after.isEmpty || after.first == ":" else { throw Failure(problem: "has something after its ]") }
      if !after.isEmpty { digits = after.dropFirst() }
      guard isIPv6(host) else { throw Failure(problem: "has no IPv6 address in its brackets") }
    } else {
      if let colon = authority.firstIndex(of: ":") {
        host = authority[..<colon]
        digits = authority[authority.index(after: colon)...]
      }
      guard !host.isEmpty else { throw Failure(problem: "has no host") }
      guard isName(host) else { throw Failure(problem: "has no valid host name") }
    }
    var port = isEncrypted ? 443 : 80
    if let digits, !digits.isEmpty {
      guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
        (1...65535).contains(number)
      else { throw Failure(problem: "has no valid port; ports are 1 to 65535") }
      port = number
    }
    return (host.lowercased(), port)
  }

  private static func isName(_ host: Substring) -> Bool {
    host.utf8.count <= 253
      && host.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      } && host.first != "." && !host.contains("..")
  }

  private static func isIPv6(_ host: Substring) -> Bool {
    let groups = host.split(separator: ":", omittingEmptySubsequences: false)
    guard (3...9).contains(groups.count) else { return false }
    return host.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x46, 0x61...0x66, 0x3A, 0x2E: true
      default: false
      }
    }
  }

  private static func hasWholeEscapes(_ text: String) -> Bool {
    text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
      part.utf8.count >= 2 && part.utf8.prefix(2).allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }
  }
}
