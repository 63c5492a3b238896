/// What a token allows.
package enum AccessScope: String, CaseIterable, Sendable {
  /// Statistics may be read.
  case read
  /// Events may be sent, and statistics read.
  case write

  /// Whether who has this may do what needs `needed`.
  func covers(_ needed: AccessScope) -> Bool { self == .write || needed == .read }
}

/// The tokens that a server knows. It never prints one.
package struct AccessTokens: Sendable {
  /// Why a list of tokens cannot be used. It never repeats a token.
  package struct Failure: Error, Hashable, Sendable {
    /// The line, from 1; 0 where it is the whole list.
    package var line: Int
    /// What is wrong, to be read after the place.
    package var problem: String
  }

  private let tokens: [(scope: AccessScope, bytes: [UInt8])]

  /// The shortest token, in bytes: a shorter one could be guessed.
  package static let minTokenBytes = 16

  /// No tokens: everybody who can reach the server may do everything.
  package static let none = AccessTokens(tokens: [])

  private init(tokens: [(scope: AccessScope, bytes: [UInt8])]) { self.tokens = tokens }

  /// Whether there are none.
  package var isEmpty: Bool { tokens.isEmpty }

  /// Reads lines of `read:TOKEN` and `write:TOKEN`. Blank lines and lines that begin with `#` are passed.
  /// - Throws: the first line that is neither, and a list without any token.
  package init(lines text: String) throws(Failure) {
    var tokens: [(scope: AccessScope, bytes: [UInt8])] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = line.drop { $0 == " " || $0 == "\t" }
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let scope = AccessScope(rawValue: String(parts[0])) else {
        throw Failure(line: index + 1, problem: "is neither read:TOKEN nor write:TOKEN")
      }
      let token = Array(parts[1].utf8)
      guard token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw Failure(line: index + 1, problem: "has a token with blanks or other characters than ASCII")
      }
      guard token.count >= Self.minTokenBytes else {
        throw Failure(line: index + 1, problem: "has a token of fewer than \(Self.minTokenBytes) characters")
      }
      tokens.append((scope, token))
    }
    guard !tokens.isEmpty else { throw Failure(line: 0, problem: "has no token") }
    self.init(tokens: tokens)
  }

  /// What the token in an `Authorization` header allows; `nil` for a token that is not known.
  ///
  /// Every known token is compared to its end, so that the time tells nothing of them.
  func scope(authorization: some Collection<UInt8>) -> AccessScope? {
    let bearer = Array("bearer".utf8)
    let given = Array(authorization)
    // All of them are letters: with that bit set, nothing else than their other case is equal to them.
    guard given.count > bearer.count, given[bearer.count] == 0x20, zip(given, bearer).allSatisfy({ $0 | 0x20 == $1 })
    else { return nil }
    let token = given[bearer.count...].drop { $0 == 0x20 }
    var found: AccessScope?
    for known in tokens where Self.isEqual(known.bytes, token) {
      if found != .write { found = known.scope }
    }
    return found
  }

  /// Whether both are equal, in a time that depends on what was given alone.
  private static func isEqual(_ known: [UInt8], _ given: ArraySlice<UInt8>) -> Bool {
    var difference = known.count ^ given.count
    for (index, byte) in given.enumerated() {
      difference |= Int(known[index % known.count] ^ byte)
    }
    return difference == 0
  }
}
