/// What a piece of text means; palettes decide how that looks.
package enum Tone: UInt8, Hashable, Sendable, CaseIterable {
  /// Numbers and names.
  case text
  /// Headings, zeros, hints: what the eye may pass over.
  case quiet
  /// Above the critical threshold.
  case critical
  /// Above the warning threshold.
  case warning
  /// The trust word while all is well.
  case live
}

/// The look of one cell by meaning, without colours; one byte.
package struct Style: Hashable, Sendable {
  /// Tone in the three low bits, then strong, reverse, highlight.
  private var bits: UInt8

  /// A style of `tone`, with emphasis as told.
  package init(_ tone: Tone = .text, strong: Bool = false, reverse: Bool = false, highlight: Bool = false) {
    bits = tone.rawValue | (strong ? 8 : 0) | (reverse ? 16 : 0) | (highlight ? 32 : 0)
  }

  /// The meaning.
  package var tone: Tone {
    get { Tone(rawValue: bits & 7) ?? .text }
    set { bits = bits & ~7 | newValue.rawValue }
  }

  /// Bold.
  package var strong: Bool {
    get { bits & 8 != 0 }
    set { bits = bits & ~8 | (newValue ? 8 : 0) }
  }

  /// Foreground and background exchanged.
  package var reverse: Bool {
    get { bits & 16 != 0 }
    set { bits = bits & ~16 | (newValue ? 16 : 0) }
  }

  /// The cursor row's background, where the terminal has one to spare.
  package var highlight: Bool {
    get { bits & 32 != 0 }
    set { bits = bits & ~32 | (newValue ? 32 : 0) }
  }

  /// A small number that tells styles apart, 0..<64; for tables indexed by style.
  package var index: Int { Int(bits) }

  /// Every style there is.
  package static var all: [Style] {
    Tone.allCases.flatMap { tone in
      (0..<8).map { Style(tone, strong: $0 & 1 != 0, reverse: $0 & 2 != 0, highlight: $0 & 4 != 0) }
    }
  }

  /// Numbers and names.
  package static let plain = Style()
  /// What the eye may pass over.
  package static let quiet = Style(.quiet)
  /// Verdict, cursor row, what rose.
  package static let strong = Style(.text, strong: true)
  /// Above the critical threshold.
  package static let critical = Style(.critical)
  /// Above the warning threshold.
  package static let warning = Style(.warning)
  /// All is well with the data.
  package static let live = Style(.live)
}
