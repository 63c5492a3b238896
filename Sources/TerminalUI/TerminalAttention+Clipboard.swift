extension TerminalAttention {
  /// The longest text that is copied, in bytes: terminals throw longer sequences away whole.
  package static let maxCopied = 48 * 1_024
  /// GNU screen takes no longer device control strings, in bytes; what they hand on becomes one sequence again.
  private static let screenPiece = 240

  /// What puts a text on the clipboard of the terminal, `OSC 52 ; c ; base64`; empty where the terminal would show the
  /// sequence itself, or the text is longer than ``maxCopied``. No terminal says whether it has taken it.
  package func copy(_ text: String) -> [UInt8] {
    guard form != nil, text.utf8.count <= Self.maxCopied else { return [] }
    let sequence = [0x1B] + Array("]52;c;".utf8) + Base64.encoded(Array(text.utf8)) + [0x07]
    guard multiplexer == .screen else { return Array(wrapped(String(decoding: sequence, as: UTF8.self)).utf8) }
    // Each piece is ASCII: of any other character screen hands on the lowest byte alone.
    return stride(from: 0, to: sequence.count, by: Self.screenPiece).flatMap { start in
      Array("\u{1B}P".utf8) + sequence[start..<min(start + Self.screenPiece, sequence.count)] + Array("\u{1B}\\".utf8)
    }
  }
}

/// Bytes as text of 64 signs, after RFC 4648, section 4.
enum Base64 {
  private static let signs = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The text of some bytes, padded with `=`.
  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      var bits = part.reduce(0) { $0 << 8 | UInt32($1) }
      bits <<= UInt32(3 - part.count) * 8
      for place in 0..<4 {
        text.append(place <= part.count ? signs[Int(bits >> UInt32(18 - 6 * place)) & 63] : 0x3D)
      }
    }
    return text
  }
}
