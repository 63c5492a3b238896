#if DEBUG
  @testable import TerminalUI
#else
  import TerminalUI
#endif

private let described: [[UInt8]: Key] = [
  Array("\u{1B}[A".utf8): .up, Array("\u{1B}OA".utf8): .up, Array("\u{1B}[5~".utf8): .pageUp, [0x7F]: .backspace,
]

/// The bytes that a terminal sends, however they are cut into pieces and whatever time passes between them.
let keysTarget = FuzzTarget(
  name: "keys",
  words: [
    "\u{1B}", "\u{1B}[", "\u{1B}]", "\u{1B}O", "\u{1B}P", "\u{1B}_", "\u{1B}\\", "\u{1B}[200~", "\u{1B}[201~",
    "\u{1B}[M",
    "\u{1B}[[", "\u{7}", "\u{18}", "11;rgb:ffff/0/8080", "[<0;1;1M", ";5A", "~", "R", "?62c",
  ],
  maxBytes: 10_000,
  seeds: {
    [
      "q\u{1B}[A\u{1B}OB\u{1B}[1;5C\u{1B}[5~", "\u{1B}[200~paste\u{1B}[A\u{1B}[201~x",
      "\u{1B}]11;rgb:ffff/ffff/ffff\u{7}",
      "\u{1B}P1$r0m\u{1B}\\k", "é中😀\u{1B}\u{1B}[M !!", "\u{1B}[12;40R\u{1B}[?62;22c\u{1B}[<35;10;5M", "\r\n\t\u{3}",
    ].map { Array($0.utf8) } + [Array("\u{1B}[200~".utf8) + Array(repeating: 0x61, count: 9_000)]
  }
) { bytes in
  var random = bytes.numbers
  let halves: [[UInt32]?] = [nil, (0x80...0xFF).map { $0 }, Array(repeating: 0, count: 128)]
  let half = halves.randomElement(using: &random) ?? nil
  var whole = InputParser(described: described, highHalf: half)
  let inputs = whole.feed(bytes, at: .zero)
  var cut = InputParser(described: described, highHalf: half)
  let pieced = bytes.pieces(&random).flatMap { cut.feed($0, at: .zero) }
  try expect(pieced == inputs, "pieces are other keys")
  try expect(whole.deadline == cut.deadline, "pieces end otherwise")
  try expectBounded(inputs)

  var slow = InputParser(described: described, highHalf: half)
  var now = Duration.zero
  for piece in bytes.pieces(&random) {
    now += .milliseconds([0, 1, 26, 99, 301, 1_001, 5_001].randomElement(using: &random) ?? 0)
    try expectBounded(slow.feed(piece, at: now))
    #if DEBUG
      try expect(slow.body.count <= 2 * InputParser.limit, "\(slow.body.count) bytes are kept")
      try expect(slow.sequence.count <= 32, "\(slow.sequence.count) bytes of a sequence are kept")
    #endif
  }
  if let deadline = slow.deadline {
    try expectBounded(slow.expire(at: deadline))
    try expect(slow.deadline == nil, "it waits on after its time")
  }
  let after = slow.feed(Array("\u{18}q".utf8), at: now + .seconds(60))
  try expect(after.last == .key(.character("q")), "no key is seen after it")
  return inputs.prefix(3).map { "\($0)".prefix(12) }.joined() + "\(whole.deadline == nil)"
}

private func expectBounded(_ inputs: [TerminalInput]) throws(Broken) {
  for case .pasted(let text) in inputs {
    try expect(text.utf8.count <= 32 << 10, "\(text.utf8.count) bytes are pasted")
  }
}
