import Testing

@testable import TerminalUI

/// What a terminal sends, without one.
@Suite struct InputParserTests {
  /// What `text` gives when it comes in one piece and nothing follows.
  private func inputs(_ text: String, _ parser: InputParser = InputParser()) -> [TerminalInput] {
    inputs([Array(text.utf8)], parser)
  }

  /// What `pieces` give, `pause` apart, when nothing follows.
  private func inputs(
    _ pieces: [[UInt8]], _ parser: InputParser = InputParser(), pause: Duration = .milliseconds(2)
  ) -> [TerminalInput] {
    var parser = parser
    var now = Duration.seconds(5)
    var inputs: [TerminalInput] = []
    for piece in pieces {
      inputs += parser.feed(piece, at: now)
      now += pause
    }
    return inputs + parser.expire(at: now + .seconds(10))
  }

  private func keys(_ text: String, _ parser: InputParser = InputParser()) -> [Key] { keys(of: inputs(text, parser)) }

  private func keys(of inputs: [TerminalInput]) -> [Key] {
    inputs.compactMap { if case .key(let key) = $0 { key } else { nil } }
  }

  // MARK: Keys

  @Test func readsCharactersAndControls() {
    #expect(
      keys("jЯ字👩\r\n\t\u{7F}\u{8}\u{C}\u{12}") == [
        .character("j"), .character("Я"), .character("字"), .character("👩"), .enter, .enter, .tab, .backspace,
        .backspace,
        .control("l"), .control("r"),
      ])
    #expect(keys("\u{0}\u{1C}") == [])
  }

  @Test func readsTheKeysOfManyTerminals() {
    let sequences: [(String, Key)] = [
      ("[A", .up), ("OA", .up), ("[B", .down), ("[1;5B", .down), ("[b", .down), ("OC", .right), ("[D", .left),
      ("[H", .home), ("OH", .home), ("[1~", .home), ("[7~", .home), ("[F", .end), ("OF", .end), ("[4~", .end),
      ("[8~", .end), ("[3~", .delete), ("[5~", .pageUp), ("[6;2~", .pageDown), ("[6$", .pageDown), ("[5^", .pageUp),
      ("OM", .enter), ("Ok", .character("+")), ("Or", .character("2")),
    ]
    for (sequence, key) in sequences { #expect(keys("\u{1B}\(sequence)") == [key], "\(sequence)") }
  }

  @Test func readsKeysThatAreNamedByTheirCharacter() {
    let sequences: [(String, Key?)] = [
      ("[113u", .character("q")), ("[27u", .escape), ("[13u", .enter), ("[13;5u", .enter), ("[99;5u", .control("c")),
      ("[27;5;99~", .control("c")), ("[97;2u", .character("A")), ("[97:65;2u", .character("A")),
      ("[27;2;65~", .character("A")), ("[47;2;63u", .character("?")), ("[106;1:1u", .character("j")),
      ("[106;1:2u", .character("j")), ("[106;1:3u", nil), ("[113;3u", nil), ("[99;6u", nil),
      ("[57399u", .character("0")),
      ("[57420u", .down), ("[57441;2u", nil), ("[106;65u", .character("j")), ("[1;1:3B", nil), ("[1;1:1B", .down),
      ("[1099;1u", .character("ы")), ("[99999999999999999999u", nil), ("[u", nil), ("[;u", nil), ("[55296u", nil),
    ]
    for (sequence, key) in sequences { #expect(keys("\u{1B}\(sequence)") == (key.map { [$0] } ?? []), "\(sequence)") }
  }

  @Test func takesTheTerminalsOwnDescriptionFirst() {
    let parser = InputParser(described: [[0x1B, 0x41]: .up, [0x0B]: .down, Array("\u{1B}[9~".utf8): .pageUp])
    #expect(keys("\u{1B}A\u{0B}\u{1B}[9~j", parser) == [.up, .down, .pageUp, .character("j")])
  }

  @Test func readsCharacterSetsOfSingleBytes() {
    var high = [UInt32](repeating: 0, count: 128)
    high[0x69] = 0xE9
    high[0x1B] = 0x9B
    let parser = InputParser(highHalf: high)
    #expect(keys(of: inputs([[0xE9, 0xEA, 0x71]], parser)) == [.character("é"), .character("q")])
    #expect(keys(of: inputs([[0x9B, 0x42]], parser)) == [.down])
    #expect(inputs([Array("\u{1B}[200~".utf8) + [0xE9] + Array("\u{1B}[201~".utf8)], parser) == [.pasted("é")])
  }

  @Test func readsEscapeAloneAndBeforeAKey() {
    #expect(keys("\u{1B}") == [.escape])
    #expect(keys("\u{1B}q") == [.escape, .character("q")])
    #expect(keys("\u{1B}[") == [.escape, .character("[")])
    #expect(keys("\u{1B}\u{1B}") == [.escape, .escape])
    #expect(keys("\u{1B}\u{1B}[A") == [.escape, .up])
  }

  @Test func waitsForEscapeAsLongAsNcursesDoes() {
    var parser = InputParser()
    #expect(parser.deadline == nil)
    #expect(parser.feed([0x1B], at: .zero) == [])
    #expect(parser.deadline == .milliseconds(25))
    #expect(parser.expire(at: .milliseconds(24)) == [])
    #expect(parser.expire(at: .milliseconds(25)) == [.key(.escape)])
    #expect(parser.deadline == nil)
    #expect(parser.feed([0x71], at: .milliseconds(30)) == [.key(.character("q"))])
  }

  @Test func dropsWhatIsNoCharacter() {
    #expect(
      keys(of: inputs([[0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xC0, 0x6A]])) == [.character("("), .character("j")])
    #expect(keys(of: inputs([[0xE5]])) == [])
  }

  // MARK: What is no key

  /// Reports and answers, none of which is a key.
  static let silent: [String] = [
    "\u{1B}[I", "\u{1B}[O", "\u{1B}[<64;10;10M", "\u{1B}[<0;10;10M\u{1B}[<0;10;10m", "\u{1B}[M !!", "\u{1B}[M qq",
    "\u{1B}[64;10;10M", "\u{1B}P>|tmux 3.4\u{1B}\\", "\u{1B}P1$r2 q\u{1B}\\", "\u{1B}P1+r544e=787465726d\u{1B}\\",
    "\u{1B}_Gi=31;OK\u{1B}\\", "\u{1B}^private\u{1B}\\", "\u{1B}Xstring\u{1B}\\", "\u{1B}]52;c;cXVpdA==\u{7}",
    "\u{1B}]4;1;rgb:cccc/0000/0000\u{7}", "\u{1B}]0;Заголовок q\u{7}", "\u{1B}P>|WezTerm q\u{7}", "\u{1B}[>0;276;0c",
    "\u{1B}[8;24;80t", "\u{1B}[?1u", "\u{1B}[?2026;2$y", "\u{1B}[4;2$y", "\u{1B}[?997;1n", "\u{1B}[0n", "\u{1B}OP",
    "\u{1B}OQ", "\u{1B}[[A", "\u{1B}[11~", "\u{1B}[15~", "\u{1B}[Z", "\u{1B}[2~", "\u{1B}[1;9Z", "\u{1B}[12",
    "\u{1B}[38:2::1:2:3q", "\u{1B}[\(String(repeating: "1;", count: 9000))q", "\u{1B}[5;10;20A", "\u{1B}[=1;2q",
    "\u{1B}[1 q", "\u{1B}[!p", "\u{90}>|q\u{9C}", "\u{9D}52;q\u{7}", "\u{1B}]quit", "\u{1B}Pquit", "\u{1B}[201~",
    "\u{1B}P\(String(repeating: "q", count: 9000))\u{1B}\\", "\u{1B}]q\u{18}", "\u{1B}[1\u{1A}", "\u{1B}\\",
  ]

  @Test(arguments: silent)
  func takesControlStringsWhole(_ string: String) {
    #expect(inputs(string) == [])
    let isEnded = !["\u{1B}[12", "\u{1B}]quit", "\u{1B}Pquit"].contains(string)
    if isEnded { #expect(inputs(string + "j") == [.key(.character("j"))]) }
  }

  @Test(arguments: silent)
  func takesThemHoweverTheyAreCut(_ string: String) {
    let bytes = Array(string.utf8)
    for cut in 0...min(bytes.count, 64) {
      let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
      #expect(inputs(pieces) == [], "cut at \(cut)")
    }
    #expect(inputs(bytes.prefix(200).map { [$0] } + [Array(bytes.dropFirst(200))]) == [])
  }

  @Test func takesAnswersThatComeInPiecesOverASlowLine() {
    let answer = Array("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\".utf8)
    for cut in 1..<answer.count {
      let given = inputs([Array(answer[..<cut]), Array(answer[cut...])], pause: .milliseconds(60))
      // Cut after its ESC, that is taken for the key; no letter of the rest is one, whatever becomes of it.
      #expect(keys(of: given) == (cut == 1 ? [.escape] : []), "cut at \(cut)")
      #expect(given.count == (cut == 1 ? 2 : 1), "cut at \(cut)")
    }
    #expect(keys(of: inputs(answer.map { [$0] }, pause: .milliseconds(60))) == [.escape])
  }

  @Test func givesUpWhatNeverEnds() {
    var parser = InputParser()
    #expect(parser.feed(Array("\u{1B}]52;quit".utf8), at: .zero) == [])
    #expect(parser.feed(Array("quit".utf8), at: .milliseconds(900)) == [])
    #expect(parser.feed(Array("j".utf8), at: .milliseconds(1900)) == [.key(.character("j"))])
  }

  @Test func endsAStringWithAKeyThatBeginsWithEscape() {
    #expect(keys("\u{1B}]quit\u{1B}[Bj") == [.down, .character("j")])
  }

  @Test func takesAControlInASequenceForAKey() {
    #expect(keys("\u{1B}[12\rj") == [.enter, .character("j")])
  }

  // MARK: Answers

  @Test func readsAnswers() {
    #expect(inputs("\u{1B}[?61;4;6;22cj") == [.attributes, .key(.character("j"))])
    #expect(inputs("\u{1B}[1;6R") == [.cursor(row: 1, column: 6)])
    let white = RGBColour(x11: "#fff")
    #expect(white != nil)
    #expect(inputs("\u{1B}]11;rgb:ffff/ffff/ffff\u{7}") == white.map { [.background($0)] })
    #expect(inputs("\u{1B}]11;rgba:ff/ff/ff/0\u{1B}\\") == white.map { [.background($0)] })
    #expect(inputs("\u{1B}]11;?\u{7}\u{1B}]10;rgb:0/0/0\u{7}\u{1B}]11;rgb:g/0/0\u{7}") == [])
  }

  @Test(arguments: [
    ("rgb:0000/0000/0000", false), ("rgb:ffff/ffff/ffff", true), ("rgb:fdfd/f6f6/e3e3", true), ("#002b36", false),
    ("rgb:1/2/3", false), ("rgb:00/ff/00", true), ("rgb:00/00/ff", false),
  ])
  func tellsLightFromDark(_ text: String, _ isLight: Bool) throws {
    #expect(try #require(RGBColour(x11: text)).isLight == isLight)
  }

  @Test(arguments: ["", "rgb:", "rgb:0/0", "rgb:00000/0/0", "rgb:-1/0/0", "#12", "#", "blue", "hsl:1/2/3"])
  func refusesWhatIsNoColour(_ text: String) { #expect(RGBColour(x11: text) == nil) }

  // MARK: Paste

  @Test func givesPastedTextInOnePiece() {
    #expect(
      inputs("\u{1B}[200~quit\n\u{1B}[A\u{3}Я\u{1B}[201~j") == [
        .pasted("quit\n\u{1B}[A\u{3}Я"), .key(.character("j")),
      ])
    #expect(inputs("\u{1B}[200~\u{1B}[201~") == [.pasted("")])
    let pasted = Array("\u{1B}[200~ab\u{1B}[201~".utf8)
    for cut in 2..<pasted.count { #expect(inputs([Array(pasted[..<cut]), Array(pasted[cut...])]) == [.pasted("ab")]) }
  }

  @Test func keepsTheBeginningOfALongPaste() throws {
    for length in [4090, 8190, 20_000] {
      let inputs = inputs("\u{1B}[200~" + String(repeating: "q", count: length) + "\u{1B}[201~j")
      try #require(inputs.count == 2)
      guard case .pasted(let text) = inputs[0] else { throw CancellationError() }
      #expect(text.hasPrefix("qqqq") && text.count <= 2 * InputParser.limit && !text.contains("\u{1B}"))
      #expect(inputs[1] == .key(.character("j")))
    }
  }

  @Test func givesWhatWasPastedWhereTheEndIsLost() {
    #expect(inputs("\u{1B}[200~quit") == [.pasted("quit")])
  }

  // MARK: Anything

  @Test func survivesAnyBytes() {
    var state: UInt64 = 7
    func next(_ limit: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % limit
    }
    let likely: [UInt8] = Array("\u{1B}[]OP_^XM~u;:0129?<$\\\u{7}qj".utf8) + [0x9B, 0x9C, 0xC2, 0xD0, 0xFF, 0]
    var parser = InputParser()
    var now = Duration.zero
    for _ in 0..<20_000 {
      let bytes = (0..<next(6)).map { _ in next(8) == 0 ? UInt8(next(256)) : likely[Int(next(UInt64(likely.count)))] }
      _ = parser.feed(bytes, at: now)
      now += .milliseconds(Int(next(40)))
      _ = parser.expire(at: now)
      #expect(parser.body.count <= 2 * InputParser.limit)
    }
    _ = parser.expire(at: now + .seconds(10))
    #expect(parser.feed(Array("\u{18}j".utf8), at: now + .seconds(20)).last == .key(.character("j")))
  }
}
