extension InputParser {
  /// Takes in one byte.
  mutating func step(_ byte: UInt8, _ inputs: inout [TerminalInput]) {
    switch state {
    case .ground: begin(byte, &inputs)
    case .character(let missing): continueCharacter(byte, missing, &inputs)
    case .escape: afterEscape(byte, &inputs)
    case .shift, .control: inSequence(byte, &inputs)
    case .console: reset()
    case .mouse(let missing):
      if missing > 1 { state = .mouse(missing: missing - 1) } else { reset() }
    case .string(let kind, let endsEightBit): inString(byte, kind, endsEightBit, &inputs)
    case .stringEscape(let kind):
      if byte == UInt8(ascii: "\\") { return endString(kind, &inputs) }
      restart(&inputs)
      afterEscape(byte, &inputs)
    case .paste: inPaste(byte, &inputs)
    }
  }

  // MARK: Characters

  private mutating func begin(_ byte: UInt8, _ inputs: inout [TerminalInput]) {
    if byte == Self.escape { return restart(&inputs) }
    if byte < 0x80 {
      if let key = described[[byte]] ?? Self.key(of: UInt32(byte)) { inputs.append(.key(key)) }
    } else if let highHalf {
      take(highHalf[Int(byte) - 0x80], &inputs)
    } else if let missing = Self.following(byte) {
      body = [byte]
      state = .character(missing: missing)
    } else if byte < 0xA0 {
      take(UInt32(byte), &inputs)
    }
  }

  /// The bytes that follow the first one of a character in UTF-8; nil for a byte that begins none.
  private static func following(_ byte: UInt8) -> Int? {
    switch byte {
    case 0xC2...0xDF: 1
    case 0xE0...0xEF: 2
    case 0xF0...0xF4: 3
    default: nil
    }
  }

  private mutating func continueCharacter(_ byte: UInt8, _ missing: Int, _ inputs: inout [TerminalInput]) {
    guard byte & 0xC0 == 0x80 else {
      reset()
      return step(byte, &inputs)
    }
    body.append(byte)
    if missing > 1 {
      state = .character(missing: missing - 1)
      return
    }
    let scalars = String(decoding: body, as: UTF8.self).unicodeScalars
    reset()
    // More than one are the replacements of what was no character.
    if scalars.count == 1, let scalar = scalars.first { take(scalar.value, &inputs) }
  }

  /// A scalar, or a control of eight bits, which stands for ESC and a letter.
  private mutating func take(_ value: UInt32, _ inputs: inout [TerminalInput]) {
    if (0x80..<0xA0).contains(value) {
      let letter = UInt8(value - 0x40)
      guard Self.introducers.contains(letter) else { return }
      sequence = [Self.escape]
      introduce(letter, endsEightBit: true)
    } else if value >= 0xA0, let key = Self.key(of: value) {
      inputs.append(.key(key))
    }
  }

  /// The key of a character or a control; nil where there is none.
  static func key(of value: UInt32) -> Key? {
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

  // MARK: Sequences

  private mutating func restart(_ inputs: inout [TerminalInput]) {
    reset()
    state = .escape
    sequence = [Self.escape]
  }

  private mutating func afterEscape(_ byte: UInt8, _ inputs: inout [TerminalInput]) {
    if Self.introducers.contains(byte) { return introduce(byte, endsEightBit: false) }
    if byte == Self.escape {
      inputs.append(.key(.escape))
      return restart(&inputs)
    }
    let key = described[[Self.escape, byte]]
    reset()
    if let key {
      inputs.append(.key(key))
    } else if byte != UInt8(ascii: "\\") {
      // Esc and at once another key; the end of a string that was given up is none.
      inputs.append(.key(.escape))
      step(byte, &inputs)
    }
  }

  private mutating func introduce(_ byte: UInt8, endsEightBit: Bool) {
    sequence.append(byte)
    body.removeAll(keepingCapacity: true)
    switch byte {
    case UInt8(ascii: "["): state = .control
    case UInt8(ascii: "O"): state = .shift
    default: state = .string(byte, endsEightBit: endsEightBit)
    }
  }

  /// A byte of a control sequence or of a single shift: parameters, intermediates, and the final one.
  private mutating func inSequence(_ byte: UInt8, _ inputs: inout [TerminalInput]) {
    switch byte {
    case 0x40...0x7E: finish(byte, &inputs)
    // The keys of rxvt with Shift: a number and `$`.
    case 0x24 where state == .control && !body.isEmpty && body.allSatisfy { (0x30...0x39).contains($0) }:
      finish(byte, &inputs)
    case 0x20 where state == .shift: finish(byte, &inputs)
    case 0x20...0x3F:
      if body.count < Self.limit { body.append(byte) }
      sequence = body.count < 16 ? sequence + [byte] : []
    case Self.escape: restart(&inputs)
    case 0x18, 0x1A: reset()
    default:
      // No sequence holds it: a key, and the sequence was cut.
      reset()
      step(byte, &inputs)
    }
  }

  private mutating func finish(_ byte: UInt8, _ inputs: inout [TerminalInput]) {
    let key = described[sequence + [byte]]
    let isControl = state == .control
    let body = body
    if isControl, body.isEmpty, key == nil, let longer = Self.longer[byte] {
      state = longer
      return
    }
    reset()
    if let key { return inputs.append(.key(key)) }
    guard isControl else {
      if let key = Self.shifted[byte] { inputs.append(.key(key)) }
      return
    }
    let control = ControlSequence(body: body, final: byte)
    if control.beginsPaste { state = .paste } else if let input = control.input { inputs.append(input) }
  }

  /// Sequences without parameters whose end is not their last byte.
  private static let longer: [UInt8: State] = [
    UInt8(ascii: "["): .console, UInt8(ascii: "M"): .mouse(missing: 3),
  ]

  // MARK: Strings

  private mutating func inString(
    _ byte: UInt8, _ kind: UInt8, _ endsEightBit: Bool, _ inputs: inout [TerminalInput]
  ) {
    switch byte {
    case 0x07: endString(kind, &inputs)
    case 0x9C where endsEightBit: endString(kind, &inputs)
    case 0x18, 0x1A: reset()
    case Self.escape: state = .stringEscape(kind)
    default: if body.count < Self.limit { body.append(byte) }
    }
  }

  private mutating func endString(_ kind: UInt8, _ inputs: inout [TerminalInput]) {
    let body = body
    reset()
    guard kind == UInt8(ascii: "]"), body.starts(with: "11;".utf8) else { return }
    if let colour = RGBColour(x11: String(decoding: body.dropFirst(3), as: UTF8.self)) {
      inputs.append(.background(colour))
    }
  }

  // MARK: Paste

  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  private mutating func inPaste(_ byte: UInt8, _ inputs: inout [TerminalInput]) {
    body.append(byte)
    if body.suffix(Self.pasteEnd.count) == Self.pasteEnd[...] {
      let text = text(of: Array(body.dropLast(Self.pasteEnd.count)))
      reset()
      inputs.append(.pasted(text))
    } else if body.count >= 2 * Self.limit {
      // The beginning is enough; the end is kept, since the mark may stand across it.
      body.removeSubrange(Self.limit..<(body.count - Self.pasteEnd.count))
    }
  }
}
