/// Makes keys, pasted text and answers of the bytes that a terminal sends, however they are cut into pieces.
///
/// Control sequences and control strings (CSI, SS3, OSC, DCS, APC, PM, SOS) are taken whole: what has no meaning here is
/// left out, and none of its letters acts as a key. What never ends is given up after a while of silence, for which the
/// caller asks with ``expire(at:)``. Pure: time is handed in.
package struct InputParser: Sendable {
  /// Where in a sequence the bytes stand.
  enum State: Hashable, Sendable {
    case ground
    /// A character of several bytes, of which so many are missing.
    case character(missing: Int)
    case escape
    /// After `ESC O`.
    case shift
    /// After `ESC [`.
    case control
    /// After `ESC [ [` of the Linux console: one more byte.
    case console
    /// After `ESC [ M`: bytes of a mouse report.
    case mouse(missing: Int)
    /// Inside a string that this byte began. Strings that began with an eight-bit control may end with one.
    case string(UInt8, endsEightBit: Bool)
    /// After an ESC inside a string.
    case stringEscape(UInt8)
    case paste
  }

  /// How long a lone ESC may be the beginning of something, as ncurses waits too.
  private static let escapePatience: Duration = .milliseconds(25)
  /// How long two bytes may be the beginning of something.
  private static let introducerPatience: Duration = .milliseconds(300)
  /// How long the rest of a sequence may take.
  private static let sequencePatience: Duration = .seconds(1)
  /// How long a paste may pause.
  private static let pastePatience: Duration = .seconds(5)
  /// The bytes that are kept of one sequence, string or paste; more are left out, not taken for keys.
  static let limit = 4096

  /// The keys of the terminal's own description, by what they send.
  let described: [[UInt8]: Key]
  /// What the bytes from 0x80 on mean in a character set of single bytes, 0 where nothing; nil is UTF-8.
  let highHalf: [UInt32]?

  var state = State.ground
  /// The bytes since the sequence, string or paste began, without what introduced it.
  var body: [UInt8] = []
  /// The bytes from the ESC on, to find them in the terminal's description.
  var sequence: [UInt8] = []
  private var latestByte: Duration = .zero
  /// When an ESC that nothing followed was taken for the key.
  private var escapeGivenAt: Duration?
  private var isEscapeGiven = false

  /// A parser that has seen nothing.
  /// - Parameters:
  ///   - described: what the terminal's description says that keys send.
  ///   - highHalf: the 128 scalars of the bytes from 0x80 on, 0 for none, where the character set has single bytes.
  package init(described: [[UInt8]: Key] = [:], highHalf: [UInt32]? = nil) {
    self.described = described
    self.highHalf = highHalf?.count == 128 ? highHalf : nil
  }

  /// When ``expire(at:)`` has something to decide; nil between sequences.
  package var deadline: Duration? { patience.map { latestByte + $0 } }

  private var patience: Duration? {
    switch state {
    case .ground: nil
    case .escape: Self.escapePatience
    case .shift, .control, .string: body.isEmpty ? Self.introducerPatience : Self.sequencePatience
    case .character, .console, .mouse, .stringEscape: Self.sequencePatience
    case .paste: Self.pastePatience
    }
  }

  /// What `bytes` say, together with those before them.
  package mutating func feed(_ bytes: some Collection<UInt8>, at now: Duration) -> [TerminalInput] {
    var inputs = expire(at: now)
    latestByte = now
    resumeGivenEscape(bytes, at: now)
    for byte in bytes { step(byte, &inputs) }
    return inputs
  }

  /// Decides what an unfinished sequence was, where nothing followed it for long enough.
  package mutating func expire(at now: Duration) -> [TerminalInput] {
    guard let deadline, now >= deadline else { return [] }
    defer { reset() }
    switch state {
    case .escape:
      escapeGivenAt = now
      return [.key(.escape)]
    case .shift where body.isEmpty, .control where body.isEmpty, .string where body.isEmpty:
      // A person's Alt key: terminals send ESC before the character.
      let character = sequence.last.map { [TerminalInput.key(.character(Character(Unicode.Scalar($0))))] } ?? []
      return (isEscapeGiven ? [] : [.key(.escape)]) + character
    case .paste: return [.pasted(text(of: body))]
    default: return []
    }
  }

  /// A line that is slow enough to cut a sequence right after its ESC: that was taken for the key, and what follows
  /// must not be keys too.
  private mutating func resumeGivenEscape(_ bytes: some Collection<UInt8>, at now: Duration) {
    guard state == .ground, let givenAt = escapeGivenAt else { return }
    escapeGivenAt = nil
    guard let first = bytes.first, Self.introducers.contains(first) else { return }
    guard now - givenAt < (bytes.count > 1 ? .seconds(1) : .milliseconds(100)) else { return }
    state = .escape
    sequence = [Self.escape]
    isEscapeGiven = true
  }

  mutating func reset() {
    state = .ground
    body.removeAll(keepingCapacity: true)
    sequence.removeAll(keepingCapacity: true)
    isEscapeGiven = false
  }

  /// `bytes` as text in the terminal's character set.
  func text(of bytes: [UInt8]) -> String {
    guard let highHalf else { return String(decoding: bytes, as: UTF8.self) }
    var text = String.UnicodeScalarView()
    for byte in bytes {
      let value = byte < 0x80 ? UInt32(byte) : highHalf[Int(byte) - 0x80]
      if let scalar = Unicode.Scalar(value), value != 0 { text.append(scalar) }
    }
    return String(text)
  }

  static let escape: UInt8 = 0x1B
  /// What after an ESC begins something longer: `[ O ] P X ^ _`.
  static let introducers = Set("[O]PX^_".utf8)
}
