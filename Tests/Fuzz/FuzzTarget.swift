import SlotStatsTesting
import StatsFormats
import TerminalUI

/// A reader of bytes from outside, and what must hold whatever it is given.
struct FuzzTarget: Sendable {
  /// What it is called on the command line.
  let name: String
  /// Words of its format.
  var words: [String] = []
  /// The longest input, in bytes.
  var maxBytes = 16 << 10
  /// Good inputs, and some that are refused.
  let seeds: @Sendable () throws -> [[UInt8]]
  /// Reads an input, and says in short what became of it: inputs with a new outcome are mutated further.
  /// - Throws: ``Broken``, where something does not hold.
  let run: @Sendable ([UInt8]) throws -> String
}

/// What must hold and does not.
struct Broken: Error {
  let what: String

  init(_ what: String) { self.what = what }
}

/// Holds a property.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws(Broken) {
  if !holds { throw Broken(what()) }
}

/// Holds that a refusal, as it is printed, is one short line that commands nothing. Gives its kind: the line without
/// what is in it of the input.
func expectRefusal(_ line: String) throws(Broken) -> String {
  try expect(!line.isEmpty, "a refusal without words")
  try expect(line.utf8.count < 1_000, "a refusal of \(line.utf8.count) bytes")
  let shown = TerminalText.neutralised(line)
  try expect(shown.unicodeScalars.allSatisfy(isHarmless), "a refusal with a control: \(line.debugDescription)")
  return kind(of: line)
}

/// Whether a scalar neither commands, hides nor reorders.
func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
  let properties = scalar.properties
  switch properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator: return false
  default: return !properties.isBidiControl && !properties.isDefaultIgnorableCodePoint
  }
}

/// A line without its numbers and without what stands in quotes.
private func kind(of line: String) -> String {
  var (kind, isQuoted) = ("", false)
  for byte in line.utf8 {
    if byte == 0x22 || byte == 0x27 { isQuoted.toggle() }
    if !isQuoted, byte < 0x80, byte &- 0x30 > 9 { kind.unicodeScalars.append(Unicode.Scalar(byte)) }
  }
  return kind
}

extension [UInt8] {
  /// Numbers that depend on the input alone, so that an input fails again by itself.
  var numbers: SeededGenerator { SeededGenerator(state: withUnsafeBytes { ContentDigest.of($0) }) }

  /// The same bytes in pieces, some of them empty.
  func pieces(_ random: inout SeededGenerator) -> [[UInt8]] {
    let longest = [1, 2, 7, 64, 1_024, count + 1].randomElement(using: &random) ?? 1
    var (pieces, rest) = ([[UInt8]](), self[...])
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 0...longest, using: &random))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }
}
