@preconcurrency import CNcurses
import TerminalUI

/// What the open terminal's keys send, from its description and its character set.
enum TerminalKeys {
  /// The keys of the description that we know.
  static var described: [[UInt8]: Key] {
    let capabilities: [(name: String, key: Key)] = [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home), ("kend", .end),
      ("kpp", .pageUp), ("knp", .pageDown), ("kdch1", .delete), ("kbs", .backspace), ("kent", .enter),
    ]
    var keys: [[UInt8]: Key] = [:]
    for (name, key) in capabilities {
      let bytes = Array(ScreenSequences.capability(name).utf8)
      // Return and Escape are themselves, whatever else a description gives them for.
      if !bytes.isEmpty, bytes != [13], bytes != [27] { keys[bytes] = key }
    }
    return keys
  }

  /// What the bytes from 0x80 on mean where characters are single bytes; nil for UTF-8, and for plain ASCII, where the
  /// terminal is most likely one of UTF-8 all the same.
  static var highHalf: [UInt32]? {
    let scalars = (0x80..<0x100).map { cn_scalar($0) }
    return scalars.allSatisfy { $0 == 0 } ? nil : scalars
  }
}
