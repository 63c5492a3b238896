/// What messages have in common that differ in numbers, names and instants alone: `timed out after <n> s`.
///
/// Replaced are numbers (`<n>`), instants (`<time>`), UUIDs (`<id>`), hexadecimal numbers (`<hex>`), quoted texts
/// (`<text>`), addresses of machines and of mail (`<address>`), and what looks like a secret (`<secret>`). Status codes of
/// HTTP stay, since they are what such a message says.
public struct MessagePattern {
  /// The longest pattern, in characters.
  public static let maxLength = 160
  /// So much of a message is looked at, in characters.
  static let examinedLength = 1_024

  private let scalars: [Unicode.Scalar]
  private var at = 0
  private var output = String.UnicodeScalarView()
  /// The last whole word, in lower case.
  private var word = ""

  /// The pattern of a message; one line, empty where the message is.
  public static func text(of message: String) -> String {
    var pattern = MessagePattern(message)
    return pattern.run()
  }

  private init(_ message: String) {
    var scalars: [Unicode.Scalar] = []
    for scalar in message.unicodeScalars.prefix(Self.examinedLength) {
      let isBlank = scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
      if isBlank, scalars.last == " " || scalars.isEmpty { continue }
      scalars.append(isBlank ? " " : scalar)
    }
    if scalars.last == " " { scalars.removeLast() }
    self.scalars = scalars
  }

  private mutating func run() -> String {
    while at < scalars.count { step() }
    guard output.count > Self.maxLength else { return String(output) }
    return String(String.UnicodeScalarView(output.prefix(Self.maxLength))) + "…"
  }

  // MARK: Steps

  /// Takes the next piece: what begins no word as it is.
  private mutating func step() {
    if let end = quoted(at) { return replace(upTo: end, by: "<text>") }
    guard Self.isWord(scalars[at]) else {
      output.append(scalars[at])
      at += 1
      return
    }
    if let end = secretValue() { return replace(upTo: end, by: Self.secret) }
    for (end, placeholder) in [(credentials(at), Self.secret), (machine(at), "<address>")] {
      if let end { return replace(upTo: end, by: placeholder) }
    }
    let rest = scalars[at...]
    if let found = MessageToken.instant(rest) { return replace(upTo: at + found, by: "<time>") }
    if let found = MessageToken.uuid(rest) { return replace(upTo: at + found, by: "<id>") }
    if let found = MessageToken.code(rest) { return replace(upTo: at + found.length, by: found.placeholder) }
    if Self.isDigit(scalars[at]) { number() } else { letters() }
  }

  private mutating func replace(upTo end: Int, by placeholder: String) {
    output.append(contentsOf: placeholder.unicodeScalars)
    at = end
    word = ""
  }

  /// Copies letters, with the digits that belong to them: `http2`, `s3`.
  private mutating func letters() {
    let start = at
    while at < scalars.count, Self.isWord(scalars[at]), !Self.isDigit(scalars[at]) { at += 1 }
    let digits = scalars[at...].prefix(while: Self.isDigit).count
    if digits < Self.leastDigits { at += digits }
    output.append(contentsOf: scalars[start..<at])
    word = String(String.UnicodeScalarView(scalars[start..<at])).lowercased()
  }

  /// So many digits behind letters are a number of their own: `order12345`.
  private static let leastDigits = 4
  /// Words that a status code follows.
  private static let statusWords: Set<String> = ["http", "status", "code", "error", "returned", "answered", "got"]

  private mutating func number() {
    var end = at
    while end < scalars.count {
      if Self.isDigit(scalars[end]) {
        end += 1
      } else if scalars[end] == "." || scalars[end] == ",", end + 1 < scalars.count, Self.isDigit(scalars[end + 1]) {
        end += 1
      } else {
        break
      }
    }
    let isStatus =
      end - at == 3 && ("1"..."5").contains(scalars[at]) && (at == 0 || Self.statusWords.contains(word))
      && (end == scalars.count || !Self.isWord(scalars[end]))
    if isStatus {
      output.append(contentsOf: scalars[at..<end])
      at = end
    } else {
      replace(upTo: end, by: "<n>")
    }
  }

  // MARK: Quoted texts

  private static let quotes: [Unicode.Scalar: Unicode.Scalar] = [
    "\"": "\"", "'": "'", "`": "`", "“": "”", "«": "»", "‘": "’",
  ]

  /// The end of the quoted text that begins at `start`; an apostrophe within a word begins none.
  private func quoted(_ start: Int) -> Int? {
    guard let closing = Self.quotes[scalars[start]] else { return nil }
    if start > 0, Self.isWord(scalars[start - 1]) { return nil }
    var end = start + 1
    while end < scalars.count {
      if scalars[end] == "\\" {
        end += 2
        continue
      }
      if scalars[end] == closing, end + 1 == scalars.count || !Self.isWord(scalars[end + 1]) { return end + 1 }
      end += 1
    }
    // A message that was cut may lack the other one.
    return scalars[start] == "\"" ? scalars.count : nil
  }

  // MARK: Secrets

  /// What a name that ends so has is a secret.
  private static let secretNames = [
    "token", "password", "passwd", "pwd", "passphrase", "secret", "apikey", "accesskey", "signature", "sessionid",
    "credential", "credentials", "privatekey",
  ]
  /// What these have is one up to the end: it has blanks in it.
  private static let longSecretNames = ["authorization", "cookie"]
  private static let secret = "<secret>"
  /// Ways to log in, which a secret follows.
  private static let schemes: Set<String> = ["bearer", "basic"]

  /// The end of a secret's value whose name, or scheme, begins here; `nil` where none does. What stands before the value
  /// is copied.
  private mutating func secretValue() -> Int? {
    if at > 0, Self.isName(scalars[at - 1]) { return nil }
    var end = at
    while end < scalars.count, Self.isName(scalars[end]) { end += 1 }
    let name = String(String.UnicodeScalarView(scalars[at..<end].filter { $0 != "-" && $0 != "_" })).lowercased()
    var value = end
    let isLong = Self.longSecretNames.contains { name.hasSuffix($0) }
    if isLong || Self.secretNames.contains(where: { name.hasSuffix($0) }) {
      value = skip("\"'`", from: value)
      value = skip(" ", from: value)
      guard value < scalars.count, scalars[value] == "=" || scalars[value] == ":" else { return nil }
      value = skip(" ", from: value + 1)
    } else if Self.schemes.contains(name), value < scalars.count, scalars[value] == " " {
      value += 1
      // A plain word follows these names in sentences: `basic check failed`.
      guard scalars[value...].prefix(while: Self.isSecretPart).contains(where: { !Self.isLowerLetter($0) }) else {
        return nil
      }
    } else {
      return nil
    }
    guard value < scalars.count, let valueEnd = isLong ? scalars.count : valueEnd(value) else { return nil }
    output.append(contentsOf: scalars[at..<value])
    at = value
    return valueEnd
  }

  /// The end of a secret that begins at `start`; `nil` where none does.
  private func valueEnd(_ start: Int) -> Int? {
    if let closed = closedQuote(start) { return closed }
    // What was folded once stays as it is.
    if scalars[start...].starts(with: Self.secret.unicodeScalars) { return start + Self.secret.unicodeScalars.count }
    let length = scalars[start...].prefix(while: Self.isSecretPart).count
    return length > 0 ? start + length : nil
  }

  /// The end of a quoted value; one that is not closed goes to the end.
  private func closedQuote(_ start: Int) -> Int? {
    guard let closing = Self.quotes[scalars[start]] else { return nil }
    return scalars[(start + 1)...].firstIndex(of: closing).map { $0 + 1 } ?? scalars.count
  }

  private func skip(_ some: String, from start: Int) -> Int {
    var end = start
    while end < scalars.count, some.unicodeScalars.contains(scalars[end]) { end += 1 }
    return end
  }

  /// The end of a user's name and password in a URL, before the `@`.
  private func credentials(_ start: Int) -> Int? {
    guard start >= 3, scalars[(start - 3)..<start].elementsEqual("://".unicodeScalars) else { return nil }
    let authority = scalars[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != " " }
    return authority.lastIndex(of: "@")
  }

  // MARK: Addresses

  /// The end of an address of mail or of a machine that begins here.
  private func machine(_ start: Int) -> Int? {
    if start > 0, Self.isName(scalars[start - 1]) || scalars[start - 1] == "." { return nil }
    let token = scalars[start...].prefix { Self.isName($0) || ".@+:%[]".unicodeScalars.contains($0) }
    if let sign = token.firstIndex(of: "@"), token[(sign + 1)...].contains("."), sign > start {
      let end = token.lastIndex { Self.isName($0) } ?? sign
      return end + 1
    }
    return MessageToken.address(scalars[start...]).map { start + $0 }
  }

  // MARK: Scalars

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? isDigit(scalar) || isLetter(scalar) : scalar.properties.isAlphabetic
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    isLowerLetter(scalar) || ("A"..."Z").contains(scalar)
  }

  private static func isLowerLetter(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }

  private static func isName(_ scalar: Unicode.Scalar) -> Bool { isWord(scalar) || scalar == "_" || scalar == "-" }

  private static func isSecretPart(_ scalar: Unicode.Scalar) -> Bool {
    !" \"'`&,;)}]<>".unicodeScalars.contains(scalar)
  }
}
