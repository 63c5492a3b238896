import Glibc

/// A file that holds a secret, which nobody but its owner may read.
package enum SecretFile {
  /// Why no secret came out of a file. It never repeats what the file holds.
  package struct Failure: Error, Hashable, Sendable {
    /// What sort of failure; decides the exit code.
    package enum Kind: Hashable, Sendable {
      /// There is no such file, or it is a directory, a pipe or a device.
      case missing
      /// It may not be read, or others may read it.
      case permission
      /// It holds no secret of the expected form.
      case content
    }

    /// What sort of failure.
    package var kind: Kind
    /// The whole line: the file in quotes, what is wrong, what to do.
    package var line: String
  }

  /// The most bytes that are read.
  private static let maxBytes = 64 << 10

  /// The token in the file at `path`: its only line.
  package static func token(_ path: String) throws(Failure) -> Secret {
    let lines = try lines(path)
    guard lines.count == 1 else {
      throw refusal(.content, path, "holds more than one line; the token alone is expected")
    }
    return Secret(lines[0])
  }

  /// User and password in the file at `path`: its two lines.
  package static func login(_ path: String) throws(Failure) -> (user: String, password: Secret) {
    let lines = try lines(path)
    guard lines.count == 2 else {
      throw refusal(.content, path, "does not hold two lines; the user and the password are expected")
    }
    return (lines[0], Secret(lines[1]))
  }

  /// The text of the file at `path`, whatever its form.
  package static func text(_ path: String) throws(Failure) -> String {
    let file: SmallFile
    do {
      file = try SmallFile(path: path, maxBytes: maxBytes)
    } catch {
      throw refusal(kind(of: error), path, error.words)
    }
    guard file.mode & 0o077 == 0 else {
      let mode = String(file.mode & 0o777, radix: 8)
      throw refusal(.permission, path, "may be read by others (mode \(mode)); run chmod 600")
    }
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      throw refusal(.content, path, "is not UTF-8")
    }
    return text
  }

  private static func lines(_ path: String) throws(Failure) -> [String] {
    let text = try text(path)
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    while lines.last?.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty else { throw refusal(.content, path, "is empty") }
    guard lines.allSatisfy({ !$0.isEmpty }) else { throw refusal(.content, path, "has an empty line") }
    guard !lines.contains(where: { $0.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F) ~= $0.value } }) else {
      throw refusal(.content, path, "holds control characters")
    }
    return lines
  }

  private static func kind(of failure: SmallFile.Failure) -> Failure.Kind {
    switch failure {
    case .system(EACCES), .system(EPERM): .permission
    case .tooLarge: .content
    default: .missing
    }
  }

  private static func refusal(_ kind: Failure.Kind, _ path: String, _ problem: String) -> Failure {
    Failure(kind: kind, line: "Secret file \"\(path)\" \(problem)")
  }
}
