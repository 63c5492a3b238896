/// A whole control sequence, `ESC [` parameters final, and what it means here.
struct ControlSequence {
  private let final: UInt8
  /// The parameters with their subparameters; nil where one is missing or no number.
  private let parameters: [[Int?]]
  /// `?`, `<`, `=` or `>` before the parameters.
  private let marker: UInt8?
  private let hasIntermediates: Bool

  /// A sequence; `body` is what stands between `ESC [` and `final`.
  init(body: [UInt8], final: UInt8) {
    self.final = final
    marker = body.first.flatMap { (0x3C...0x3F).contains($0) ? $0 : nil }
    let numbers = body.dropFirst(marker == nil ? 0 : 1)
    hasIntermediates = numbers.contains { $0 < 0x30 }
    parameters = numbers.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { parameter in
      parameter.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        .map { Int(String(decoding: $0, as: UTF8.self)) }
    }
  }

  /// Whether pasted text follows.
  var beginsPaste: Bool { final == UInt8(ascii: "~") && marker == nil && parameters == [[200]] }

  /// What it says; nil where that is nothing for us.
  var input: TerminalInput? {
    guard !hasIntermediates else { return nil }
    if marker != nil {
      return marker == UInt8(ascii: "?") && final == UInt8(ascii: "c") ? .attributes : nil
    }
    if final == UInt8(ascii: "R"), parameters.count == 2, let row = number(0), let column = number(1) {
      return .cursor(row: row, column: column)
    }
    return isRelease ? nil : key.map(TerminalInput.key)
  }

  private var key: Key? {
    switch final {
    case UInt8(ascii: "u"): codedKey(number(0), modifiers: number(1), text: number(2))
    case UInt8(ascii: "~") where number(0) == 27 && parameters.count == 3: codedKey(number(2), modifiers: number(1))
    case UInt8(ascii: "~"), UInt8(ascii: "^"), UInt8(ascii: "@"), UInt8(ascii: "$"):
      parameters.count <= 2 ? number(0).flatMap { Self.numbered[$0] } : nil
    default: isCursorKey ? Self.lettered[final] : nil
    }
  }

  /// Nothing, `1`, or `1` and modifiers, which change nothing here.
  private var isCursorKey: Bool { parameters.count <= 2 && number(0) ?? 1 == 1 }

  /// A key that was let go, where a terminal tells that too.
  private var isRelease: Bool { parameters.count > 1 && parameters[1].count > 1 && parameters[1][1] == 3 }

  private func number(_ index: Int) -> Int? {
    parameters.indices.contains(index) ? parameters[index].first ?? nil : nil
  }

  /// A key by the number of its character, with modifiers that are counted from 1.
  private func codedKey(_ code: Int?, modifiers: Int?, text: Int? = nil) -> Key? {
    guard let code, code > 0 else { return nil }
    let modifiers = max((modifiers ?? 1) - 1, 0)
    let (shift, control) = (modifiers & 1 != 0, modifiers & 4 != 0)
    // Alt, Super, Hyper and Meta make another key of it; locks do not.
    guard modifiers & 0b11_1010 == 0 else { return nil }
    if let named = Self.coded[code] { return named }
    guard code < 0xE000 || code > 0xF8FF else { return nil }
    if control {
      let letter = UInt32(truncatingIfNeeded: code) | 0x20
      // With Shift it is the terminal's own, such as copying.
      guard !shift, code < 0x80, (0x61...0x7A).contains(letter), let scalar = Unicode.Scalar(letter) else { return nil }
      return .control(Character(scalar))
    }
    var value = text ?? code
    if shift, text == nil {
      let shifted = parameters.first.flatMap { $0.count > 1 ? $0[1] : nil }
      value = shifted ?? ((0x61...0x7A).contains(code) ? code - 0x20 : code)
    }
    return UInt32(exactly: value).flatMap(InputParser.key)
  }

  private static let lettered: [UInt8: Key] = keys([
    ("A", .up), ("B", .down), ("C", .right), ("D", .left), ("H", .home), ("F", .end), ("a", .up), ("b", .down),
    ("c", .right), ("d", .left),
  ])

  private static let numbered: [Int: Key] = [
    1: .home, 7: .home, 4: .end, 8: .end, 3: .delete, 5: .pageUp, 6: .pageDown,
  ]

  /// Keys that kitty's protocol gives numbers of their own; the keypad among them.
  private static let coded: [Int: Key] = {
    var keys: [Int: Key] = [
      9: .tab, 13: .enter, 27: .escape, 8: .backspace, 127: .backspace, 57_409: .character("."),
      57_410: .character("/"), 57_411: .character("*"), 57_412: .character("-"), 57_413: .character("+"),
      57_414: .enter, 57_415: .character("="), 57_416: .character(","), 57_417: .left, 57_418: .right, 57_419: .up,
      57_420: .down, 57_421: .pageUp, 57_422: .pageDown, 57_423: .home, 57_424: .end, 57_426: .delete,
    ]
    for digit in 0..<10 { keys[57_399 + digit] = .character(Character("\(digit)")) }
    return keys
  }()

  fileprivate static func keys(_ pairs: [(Unicode.Scalar, Key)]) -> [UInt8: Key] {
    Dictionary(uniqueKeysWithValues: pairs.map { (UInt8(ascii: $0), $1) })
  }
}

extension InputParser {
  /// What follows `ESC O`: arrows, and the keypad in its application mode.
  static let shifted: [UInt8: Key] = {
    var keys = ControlSequence.keys([
      ("A", .up), ("B", .down), ("C", .right), ("D", .left), ("H", .home), ("F", .end), ("a", .up), ("b", .down),
      ("c", .right), ("d", .left), ("M", .enter), ("I", .tab), (" ", .character(" ")), ("X", .character("=")),
      ("j", .character("*")), ("k", .character("+")), ("l", .character(",")), ("m", .character("-")),
      ("n", .character(".")), ("o", .character("/")),
    ])
    for digit in UInt8(0)..<10 { keys[UInt8(ascii: "p") + digit] = .character(Character("\(digit)")) }
    return keys
  }()
}
