extension RemoteURL {
  /// A part of a path, or of a query, in which everything but letters, digits and `-._~` is escaped; so is a part that
  /// would mean another folder.
  package static func escaped(_ text: String) -> String {
    if text == "." || text == ".." { return text.replacing(".", with: "%2E") }
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default: escaped += percentEscape(byte)
      }
    }
    return escaped
  }

  /// The URL below this one, with this query instead of its own.
  ///
  /// - Parameters:
  ///   - path: what follows the path, such as `/api/slots`; as it is, so its parts have to be ``escaped(_:)``.
  ///   - query: names and values, not escaped yet, in this order.
  /// - Returns: the URL; its path begins with `/`.
  package func appending(path: String, query: [(name: String, value: String)] = []) -> RemoteURL {
    var url = self
    url.path = (self.path.hasSuffix("/") ? String(self.path.dropLast()) : self.path) + path
    if !url.path.hasPrefix("/") { url.path = "/" + url.path }
    let items = query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }
    url.query = items.isEmpty ? nil : items.joined(separator: "&")
    return url
  }

  /// Where `reference`, the `Location` of an answer from this URL, leads; `nil` where that is no URL to read from.
  func resolving(_ reference: String) -> RemoteURL? {
    let text = reference.prefix { $0 != "#" }
    guard !text.isEmpty else { return nil }
    let scheme = isEncrypted ? "https" : "http"
    let schemeEnd = text.firstIndex { ":/?".contains($0) }
    if text.hasPrefix("//") { return try? RemoteURL(parsing: "\(scheme):\(text)") }
    if let schemeEnd, text[schemeEnd] == ":" { return try? RemoteURL(parsing: String(text)) }
    let folder = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)
    let before: Substring =
      switch text.first {
      case "/": ""
      case "?": path[...]
      default: folder
      }
    let target = String(before + text)
    return (try? RemoteURL(parsing: origin + target))?.withoutDots
  }

  /// The same with `.` and `..` taken out of its path.
  private var withoutDots: RemoteURL {
    var folders: [Substring] = []
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for part in parts where part != "." {
      if part != ".." { folders.append(part) } else if !folders.isEmpty { folders.removeLast() }
    }
    if let last = parts.last, last == "." || last == ".." { folders.append("") }
    var url = self
    url.path = "/" + folders.joined(separator: "/")
    return url
  }

  fileprivate static func percentEscape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
  }
}

extension String {
  /// The text with percent escapes for these ASCII characters.
  func escaping(_ characters: String) -> String {
    guard utf8.contains(where: characters.utf8.contains) else { return self }
    return utf8.reduce(into: "") { text, byte in
      if characters.utf8.contains(byte) {
        text += RemoteURL.percentEscape(byte)
      } else {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
  }
}
