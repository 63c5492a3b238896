@preconcurrency import CNcurses
import TerminalUI

/// Makes keys of what ncurses reads in one burst.
struct KeyReader {
  /// One answer of ncurses: a scalar, or the code of a key it knows.
  enum Input: Hashable {
    case scalar(UInt32)
    case code(Int32)
  }

  /// The keys of a burst, in order; what is no key of ours is left out.
  ///
  /// An escape sequence that the terminal's description does not have arrives character by character. It is swallowed whole,
  /// so that its letters do not act as keys.
  static func keys(of burst: [Input]) -> [Key] {
    var keys: [Key] = []
    var rest = burst[...]
    while let input = rest.popFirst() {
      if input == .scalar(0x1B), skipSequence(&rest) { continue }
      if let key = key(of: input) { keys.append(key) }
    }
    return keys
  }

  /// Drops the rest of a control sequence (`[` … final) or of a single shift (`O` and one more); false if it is none.
  private static func skipSequence(_ rest: inout ArraySlice<Input>) -> Bool {
    guard let first = rest.first, first == .scalar(0x5B) || first == .scalar(0x4F), rest.count > 1 else { return false }
    rest.removeFirst()
    while case .scalar(let value)? = rest.popFirst() {
      if (0x40...0x7E).contains(value) { break }
    }
    return true
  }

  private static func key(of input: Input) -> Key? {
    switch input {
    case .code(let code): codes[code]
    case .scalar(let value): key(of: value)
    }
  }

  private static func key(of value: UInt32) -> Key? {
    switch value {
    case 9: .tab
    case 10, 13: .enter
    case 8, 127: .backspace
    case 27: .escape
    case 1...26: Unicode.Scalar(value + 0x60).map { .control(Character($0)) }
    case 0..<32, 0x80..<0xA0: nil
    default: Unicode.Scalar(value).map { .character(Character($0)) }
    }
  }

  private static let codes: [Int32: Key] = [
    KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right, KEY_HOME: .home, KEY_END: .end,
    KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown, KEY_ENTER: .enter, KEY_BACKSPACE: .backspace, KEY_DC: .delete,
  ]

  /// Sequences that emulators send whatever their description says.
  static let common: [(sequence: String, code: Int32)] = [
    ("\u{1B}[A", KEY_UP), ("\u{1B}[B", KEY_DOWN), ("\u{1B}[C", KEY_RIGHT), ("\u{1B}[D", KEY_LEFT),
    ("\u{1B}OA", KEY_UP), ("\u{1B}OB", KEY_DOWN), ("\u{1B}OC", KEY_RIGHT), ("\u{1B}OD", KEY_LEFT),
    ("\u{1B}[H", KEY_HOME), ("\u{1B}[F", KEY_END), ("\u{1B}OH", KEY_HOME), ("\u{1B}OF", KEY_END),
    ("\u{1B}[1~", KEY_HOME), ("\u{1B}[4~", KEY_END), ("\u{1B}[7~", KEY_HOME), ("\u{1B}[8~", KEY_END),
  ]
}
