import RemoteSources

/// Why a text is no address of a source that this build can read.
struct SourceAddressError: Error, Hashable {
  /// The text in quotes, without what may be a secret in it, and why it cannot be used.
  let line: String
  /// Whether it is the address of a source that another build may read.
  var isOfAnotherBuild = false

  /// The status of a command that was given the text by `origin`.
  func status(_ origin: OptionOrigin) -> ExitStatus { isOfAnotherBuild ? .configuration : origin.status }
}

/// Where statistics come from, as a person writes it.
enum SourceAddress: Hashable, Sendable {
  /// A snapshot file, by its path.
  case file(path: String)
  /// A snapshot behind a URL.
  case snapshotURL(RemoteURL)
  /// The admin panel's API, by the URL below which it stands.
  case panel(RemoteURL)
  /// An event store, by the path of its database.
  case sqlite(path: String)
  /// A simulated fleet that lives in this process.
  case demo
  /// The sample that ships with the program.
  case sample

  /// Schemes that exist, but not in this build.
  private static let laterSchemes: Set<String> = [
    "prometheus+http", "prometheus+https", "clickhouse+http", "clickhouse+https",
  ]

  /// Reads an address: a path, `file:PATH`, `file://` with an absolute path in percent encoding, `http(s)://` for a
  /// snapshot, `panel+http(s)://` for a panel, `sqlite:PATH`, `demo:` or `sample:`.
  init(_ text: String) throws(SourceAddressError) {
    guard let scheme = Self.scheme(of: text) else {
      self = .file(path: text)
      return
    }
    let rest = String(text.dropFirst(scheme.count + 1))
    func refusal(_ reason: String) -> SourceAddressError {
      SourceAddressError(line: "source \"\(Self.withoutSecrets(text))\": \(reason)")
    }
    func url(_ text: String) throws(SourceAddressError) -> RemoteURL {
      do {
        return try RemoteURL(parsing: text)
      } catch {
        throw refusal("the URL \(error.problem)")
      }
    }
    switch scheme.lowercased() {
    case "file":
      guard let path = Self.path(rest) else { throw refusal("write file:PATH or file:///absolute/path") }
      self = .file(path: path)
    case "sqlite":
      guard !rest.isEmpty, !rest.utf8.contains(0) else { throw refusal("write sqlite:PATH") }
      self = .sqlite(path: rest)
    case "demo" where rest.isEmpty: self = .demo
    case "sample" where rest.isEmpty: self = .sample
    case "demo", "sample": throw refusal("nothing follows \(scheme.lowercased()): itself")
    case "http", "https": self = .snapshotURL(try url(text))
    case "panel+http", "panel+https":
      let base = try url(String(text.dropFirst("panel+".count)))
      guard base.query == nil else { throw refusal("a panel's URL has no query; write panel+https://host[/base]") }
      self = .panel(base)
    case let known where Self.laterSchemes.contains(known):
      var refusal = refusal("\(known): is not supported by this build; give a snapshot, a panel, sqlite: or demo:")
      refusal.isOfAnotherBuild = true
      throw refusal
    default: throw refusal("the scheme is unknown; a file is written file:PATH")
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

  /// The text without what may be a user's name, a password or a query in a URL.
  static func withoutSecrets(_ text: String) -> String {
    guard let slashes = text.firstRange(of: "://") else {
      guard let colon = text.firstIndex(of: ":"), let at = text.lastIndex(of: "@"), colon < at else { return text }
      return text[...colon] + "…" + text[at...]
    }
    let rest = text[slashes.upperBound...]
    let beforeQuery = rest.prefix { $0 != "?" && $0 != "#" }
    let authority = beforeQuery.prefix { $0 != "/" }
    // A password may hold a slash; what follows a colon is a port, or it is no longer a host.
    let port = authority.lastIndex(of: ":").map { authority[authority.index(after: $0)...] } ?? ""
    let isHost = port.utf8.allSatisfy { (0x30...0x39).contains($0) } || authority.hasPrefix("[")
    let user = authority.contains("@") || isHost ? authority : beforeQuery
    let place = user.lastIndex(of: "@").map { "…" + beforeQuery[$0...] } ?? (isHost ? String(beforeQuery) : "…")
    return text[..<slashes.upperBound] + place + (beforeQuery.endIndex == rest.endIndex ? "" : "?…")
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
  /// The URL of a source behind one.
  var url: RemoteURL? {
    switch self {
    case .snapshotURL(let url), .panel(let url): url
    case .file, .sqlite, .demo, .sample: nil
    }
  }

  /// The address as a machine would give it again, without a query, which may hold a secret.
  var given: String {
    switch self {
    case .file(let path): path
    case .snapshotURL(let url): url.display
    case .panel(let url): "panel+" + url.origin + url.base
    case .sqlite(let path): StoreAddress(path: path).given
    case .demo: "demo:"
    case .sample: "sample:"
    }
  }

  /// What headings call it: the file's name, the host with what follows it, or that it is made up.
  var label: String {
    switch self {
    case .file(let path), .sqlite(let path): path.split(separator: "/").last.map(String.init) ?? path
    case .snapshotURL(let url): url.place + (url.path.split(separator: "/").last.map { "/" + $0 } ?? "")
    case .panel(let url): url.place + url.base
    case .demo: "DEMO DATA"
    case .sample: "SAMPLE DATA"
    }
  }

  /// Whether what it shows is made up.
  var isInvented: Bool {
    switch self {
    case .demo, .sample: true
    case .file, .snapshotURL, .panel, .sqlite: false
    }
  }
}

extension RemoteURL {
  /// The host, with its port where that is not the scheme's own.
  fileprivate var place: String { String(origin.drop { $0 != "/" }.dropFirst(2)) }

  /// The path without a slash at its end.
  fileprivate var base: String { path.hasSuffix("/") ? String(path.dropLast()) : path }
}
