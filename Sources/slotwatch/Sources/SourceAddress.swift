/// Where statistics come from, as a person writes it.
enum SourceAddress: Hashable, Sendable {
  /// A snapshot file, by its path.
  case file(path: String)
  /// The sample that ships with the program.
  case sample

  /// Schemes that exist, but not in this build.
  private static let laterSchemes: Set<String> = [
    "demo", "http", "https", "panel+http", "panel+https", "sqlite", "prometheus+http", "prometheus+https",
    "clickhouse+http", "clickhouse+https",
  ]

  /// Reads an address: a path, `file:PATH`, `file://` with an absolute path in percent encoding, or `sample:`.
  ///
  /// - Throws: a configuration error for a scheme of another build, else an error with the status of `origin`.
  init(_ text: String, origin: (name: String, status: ExitStatus)) throws(CommandFailure) {
    guard let scheme = Self.scheme(of: text) else {
      self = .file(path: text)
      return
    }
    let rest = String(text.dropFirst(scheme.count + 1))
    let quoted = "Cannot use source \"\(Self.withoutSecrets(text))\""
    switch scheme.lowercased() {
    case "file":
      guard let path = Self.path(rest) else {
        throw CommandFailure(origin.status, "\(quoted): write file:PATH or file:///absolute/path.")
      }
      self = .file(path: path)
    case "sample" where rest.isEmpty: self = .sample
    case "sample": throw CommandFailure(origin.status, "\(quoted): nothing follows sample: itself.")
    case let known where Self.laterSchemes.contains(known):
      throw CommandFailure(
        .configuration, "\(quoted): \(known): is not supported by this build; give a snapshot file or sample:.")
    default:
      throw CommandFailure(origin.status, "\(quoted): the scheme is unknown; a file is written file:PATH.")
    }
  }

  /// What stands before the colon, if it can be a scheme. One letter is none.
  private static func scheme(of text: String) -> String? {
    guard let colon = text.utf8.firstIndex(of: 0x3A) else { return nil }
    let scheme = text[..<colon]
    guard scheme.utf8.count > 1, let first = scheme.unicodeScalars.first, isLetter(first) else { return nil }
    let isScheme = scheme.unicodeScalars.allSatisfy {
      isLetter($0) || ("0"..."9").contains($0) || "+-.".unicodeScalars.contains($0)
    }
    // A dot alone is no sign of a scheme: `stats.json:1` is a file.
    return isScheme && !scheme.utf8.contains(0x2E) ? String(scheme) : nil
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  /// The path of a `file:` address after its colon; `nil` where there is none, or another host's.
  private static func path(_ rest: String) -> String? {
    guard rest.hasPrefix("//") else { return rest.isEmpty ? nil : rest }
    let slashes = rest.dropFirst(2)
    let path = slashes.hasPrefix("localhost/") ? slashes.dropFirst("localhost".count) : slashes
    guard path.hasPrefix("/"), let decoded = decoded(path) else { return nil }
    return decoded.utf8.contains(0) ? nil : decoded
  }

  /// The text without what may be a user's name and password in a URL.
  static func withoutSecrets(_ text: String) -> String {
    var parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count > 2, parts[0].hasSuffix(":"), parts[1].isEmpty, let at = parts[2].lastIndex(of: "@") else {
      return text
    }
    parts[2] = "…" + parts[2][at...]
    return parts.joined(separator: "/")
  }

  /// A path of a URL with its percent escapes replaced; `nil` where one is malformed or the result is not UTF-8.
  private static func decoded(_ path: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, !digits.hasPrefix("+"), let value = UInt8(digits, radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension SourceAddress {
  /// The address as a machine would give it again.
  var given: String {
    switch self {
    case .file(let path): path
    case .sample: "sample:"
    }
  }

  /// What headings call it: the file's name, or `SAMPLE DATA`.
  var label: String {
    switch self {
    case .file(let path): path.split(separator: "/").last.map(String.init) ?? path
    case .sample: "SAMPLE DATA"
    }
  }
}
