import Glibc
import SnapshotSource

/// A source that needs no more than a file of this machine, or what is piped to it.
package enum LocalSource: Hashable, Sendable {
  /// A snapshot file, by its path.
  case file(path: String)
  /// A snapshot that comes through standard input.
  case standardInput
  /// The sample that ships with the program.
  case sample

  /// How standard input is written; a file of that name is `./-`.
  package static let dash = "-"

  /// The scheme of a file, and of the sample.
  package static let schemes = (file: "file", sample: "sample")

  /// Reads a path, `-`, `file:PATH`, `file://` with an absolute path in percent encoding, or `sample:`.
  /// - Returns: `nil` for any other source, and for what is none.
  package init?(_ text: String) {
    guard let scheme = Self.scheme(of: text) else {
      self = Self(withoutScheme: text)
      return
    }
    let rest = text.dropFirst(scheme.count + 1)
    switch scheme.lowercased() {
    case Self.schemes.file:
      guard let path = Self.path(String(rest)) else { return nil }
      self = .file(path: path)
    case Self.schemes.sample where rest.isEmpty: self = .sample
    default: return nil
    }
  }

  /// What a text without a scheme means.
  package init(withoutScheme text: String) { self = text == Self.dash ? .standardInput : .file(path: text) }

  /// The source as a machine would give it again.
  package var given: String {
    switch self {
    case .file(let path): path
    case .standardInput: Self.dash
    case .sample: "sample:"
    }
  }

  /// What headings call it: the file's name, or that it is made up.
  package var label: String {
    switch self {
    case .file(let path): Self.name(ofFile: path)
    case .standardInput: "standard input"
    case .sample: "SAMPLE DATA"
    }
  }

  /// Whether what it shows is made up.
  package var isSynthetic: Bool { self == .sample }

  /// The source, ready to be read; nothing is read of it yet.
  /// - Parameters:
  ///   - readsOnce: whether one reading is enough, so that a pipe will do.
  ///   - clocks: the program's clocks.
  /// - Returns: the source with its names.
  /// - Throws: a usage error for a pipe where one reading is not enough, and a failure of the program itself: its own
  ///   sample cannot be read.
  package func open(readsOnce: Bool, clocks: RootClocks) throws(CommandFailure) -> OpenedSource {
    if !readsOnce, isReadableOnce {
      throw CommandFailure(
        .usage,
        "Cannot watch \"\(given)\": a pipe can be read once, and the dashboard reads again and again; give a file, or use "
          + "slotwatch report.")
    }
    var source: OpenedSource
    switch self {
    case .file(let path):
      source = OpenedSource(
        JSONSnapshotRepository(path: path, readsPipes: readsOnce, wallClock: clocks.wall), clocks: clocks)
    case .standardInput:
      source = OpenedSource(
        JSONSnapshotRepository(descriptor: STDIN_FILENO, name: given, wallClock: clocks.wall), clocks: clocks)
    case .sample:
      source = OpenedSource(try Sample.repository(wallClock: clocks.wall), clocks: clocks)
      source.movesWithTime = true
    }
    (source.given, source.label, source.isSynthetic) = (given, label, isSynthetic)
    return source
  }
}

extension LocalSource {
  /// Whether it can be read once alone: standard input, a pipe, a socket, a device.
  private var isReadableOnce: Bool {
    switch self {
    case .sample: return false
    case .standardInput: return true
    case .file(let path):
      var status = stat()
      guard stat(path, &status) == 0 else { return false }
      return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
    }
  }

  /// The last part of a path.
  package static func name(ofFile path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// What stands before the colon of an address, if it can be a scheme. One letter is none.
  package static func scheme(of text: String) -> String? {
    guard let colon = text.utf8.firstIndex(of: 0x3A) else { return nil }
    let scheme = text[..<colon].utf8
    guard scheme.count > 1, let first = scheme.first, isLetter(first) else { return nil }
    // A dot is no sign of a scheme: `stats.json:1` is a file.
    let isScheme = scheme.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D }
    return isScheme ? String(text[..<colon]) : nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// The path of a `file:` address after its colon; `nil` where there is none, or another host's.
  package static func path(_ rest: String) -> String? {
    guard rest.hasPrefix("//") else { return rest.isEmpty ? nil : rest }
    let slashes = rest.dropFirst(2)
    let path = slashes.hasPrefix("localhost/") ? slashes.dropFirst("localhost".count) : slashes
    guard path.hasPrefix("/"), let decoded = decoded(path) else { return nil }
    return decoded.utf8.contains(0) ? nil : decoded
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
