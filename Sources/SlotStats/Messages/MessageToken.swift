/// Tells what a piece of a message is that stands for one thing among many: an instant, an id, an address.
///
/// Each answers with the length of what begins at the start of `text`, in characters; `nil` where no such thing does.
enum MessageToken {
  /// `2026-11-28T20:42:05.123Z`, `2026-11-28`, `20:42:05`.
  static func instant(_ text: ArraySlice<Unicode.Scalar>) -> Int? {
    if let date = fits(text, "0000-00-00") ?? fits(text, "0000/00/00") {
      var length = date
      let rest = text.dropFirst(date)
      if let sign = rest.first, sign == "T" || sign == " " || sign == "t",
        let time = time(rest.dropFirst(), withZone: true)
      {
        length += 1 + time
      }
      return endsWord(text, length) ? length : nil
    }
    guard let time = time(text, withZone: false), endsWord(text, time) else { return nil }
    return time
  }

  private static func time(_ text: ArraySlice<Unicode.Scalar>, withZone: Bool) -> Int? {
    guard var length = fits(text, "00:00:00") ?? (withZone ? fits(text, "00:00") : nil) else { return nil }
    let fraction = text.dropFirst(length)
    if fraction.first == "." || fraction.first == "," {
      let digits = fraction.dropFirst().prefix(while: MessagePattern.isDigit).count
      if digits > 0 { length += 1 + digits }
    }
    let zone = text.dropFirst(length)
    if zone.first == "Z" || zone.first == "z" { return length + 1 }
    if withZone, zone.first == "+" || zone.first == "-" {
      length += fits(zone.dropFirst(), "00:00").map { $0 + 1 } ?? fits(zone.dropFirst(), "0000").map { $0 + 1 } ?? 0
    }
    return length
  }

  /// `6fa459ea-ee8a-3ca4-894e-db77e160355e`.
  static func uuid(_ text: ArraySlice<Unicode.Scalar>) -> Int? {
    guard let length = fits(text, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"), endsWord(text, length) else { return nil }
    return length
  }

  /// The least lengths of hexadecimal numbers, and of what is taken for a secret.
  private static let least = (hex: 8, secret: 32, base64: 24)

  /// A hexadecimal number, or a long row of letters and digits that is nobody's word.
  static func code(_ text: ArraySlice<Unicode.Scalar>) -> (length: Int, placeholder: String)? {
    if text.starts(with: "0x".unicodeScalars) || text.starts(with: "0X".unicodeScalars) {
      let digits = text.dropFirst(2).prefix(while: isHex).count
      if digits > 0, endsWord(text, digits + 2) { return (digits + 2, digits < least.secret ? "<hex>" : "<secret>") }
    }
    let hex = text.prefix(while: isHex)
    if hex.count >= least.hex, endsWord(text, hex.count), hex.contains(where: MessagePattern.isDigit) {
      if hex.count >= least.secret { return (hex.count, "<secret>") }
      // Digits alone are a plain number.
      if !hex.allSatisfy(MessagePattern.isDigit) { return (hex.count, "<hex>") }
    }
    let run = text.prefix { MessagePattern.isWord($0) && $0.isASCII || "+/=_-.".unicodeScalars.contains($0) }
    if run.count >= least.base64, isMixed(run.prefix { $0 != "." }) { return (run.count, "<secret>") }
    let plain = text.prefix { MessagePattern.isWord($0) && $0.isASCII }
    return plain.count >= least.base64 && isMixed(plain, leastKinds: 2) ? (plain.count, "<secret>") : nil
  }

  /// Whether a row has digits and letters, small and capital ones unless two kinds are enough, that change more often
  /// than in words and paths.
  private static func isMixed(_ run: ArraySlice<Unicode.Scalar>, leastKinds: Int = 3) -> Bool {
    guard run.count >= 16 else { return false }
    var kinds: Set<Int> = []
    var (turns, before) = (0, -1)
    for scalar in run {
      let kind = MessagePattern.isDigit(scalar) ? 0 : ("A"..."Z").contains(scalar) ? 1 : 2
      kinds.insert(kind)
      if kind != before, before >= 0 { turns += 1 }
      before = kind
    }
    return kinds.count >= leastKinds && kinds.contains(0) && turns * 4 >= run.count
  }

  /// `192.0.2.1`, `192.0.2.1:8080`, `2001:db8::1`, without brackets.
  static func address(_ text: ArraySlice<Unicode.Scalar>) -> Int? {
    var (length, parts) = (0, 0)
    while parts < 4 {
      let digits = text.dropFirst(length).prefix(while: MessagePattern.isDigit).count
      guard (1...3).contains(digits) else { break }
      length += digits
      parts += 1
      guard parts < 4, text.dropFirst(length).first == "." else { break }
      length += 1
    }
    if parts == 4, endsWord(text, length), text.dropFirst(length).first != "." || !hasDigit(text, length + 1) {
      return length + port(text.dropFirst(length))
    }
    let six = text.prefix { isHex($0) || $0 == ":" }
    let colons = six.count { $0 == ":" }
    // Times of day have two colons and no others beside each other.
    let isSix = colons >= 2 && colons <= 7 && (colons > 4 || String(String.UnicodeScalarView(six)).contains("::"))
    return isSix && endsWord(text, six.count) ? six.count : nil
  }

  private static func hasDigit(_ text: ArraySlice<Unicode.Scalar>, _ offset: Int) -> Bool {
    text.dropFirst(offset).first.map(MessagePattern.isDigit) ?? false
  }

  private static func port(_ text: ArraySlice<Unicode.Scalar>) -> Int {
    guard text.first == ":" else { return 0 }
    let digits = text.dropFirst().prefix(while: MessagePattern.isDigit).count
    return (1...5).contains(digits) ? digits + 1 : 0
  }

  /// The length of `shape` where `text` begins so: `0` is a digit, `h` a hexadecimal one, anything else itself.
  private static func fits(_ text: ArraySlice<Unicode.Scalar>, _ shape: String) -> Int? {
    var place = text.startIndex
    var length = 0
    for wanted in shape.unicodeScalars {
      guard place < text.endIndex else { return nil }
      let found = text[place]
      let isFit =
        switch wanted {
        case "0": MessagePattern.isDigit(found)
        case "h": isHex(found)
        default: found == wanted
        }
      if !isFit { return nil }
      place += 1
      length += 1
    }
    return length
  }

  private static func endsWord(_ text: ArraySlice<Unicode.Scalar>, _ length: Int) -> Bool {
    text.dropFirst(length).first.map { !MessagePattern.isWord($0) } ?? true
  }

  private static func isHex(_ scalar: Unicode.Scalar) -> Bool {
    MessagePattern.isDigit(scalar) || ("a"..."f").contains(scalar) || ("A"..."F").contains(scalar)
  }
}
