/// What a terminal is asked once it is taken, and what follows from its answers: the background it has, and how wide it
/// draws what Unicode leaves open. Nobody waits for the answers; without them all goes on.
package struct TerminalQuestions: Hashable, Sendable {
  /// What an answer changes.
  package enum Finding: Hashable, Sendable {
    /// The background is known.
    case background(RGBColour)
    /// Characters take other cells than they should.
    case otherWidths
  }

  /// How long after the question a background still counts: later it would change a picture that somebody reads.
  package static let backgroundPatience: Duration = .milliseconds(50)
  /// How long after the questions their answers are waited for before the terminal is given back, to a shell that would
  /// take them for typed text. Who does not answer holds nobody up that stays longer than this.
  package static let answerPatience: Duration = .milliseconds(500)
  /// Types whose makers' programs do not answer for a colour, or show the question.
  private static let silentTypes = ["linux", "vt", "cons", "wsvt", "sun", "ansi", "pcansi", "eterm", "dumb", "cygwin"]
  /// Characters of the screens whose width is ambiguous; none holds a byte that acts as a control in a terminal of
  /// single bytes.
  private static let probed = "▇┆…×↑"
  /// The screen that the probe needs in one row, were each character wide.
  private static let probedWidth = 2 * probed.unicodeScalars.count + 1

  /// What is sent at once; empty where nothing is asked.
  package let colourQuestion: String
  /// What is sent within the first frame, at its beginning: characters that it paints over, and the question where the cursor is.
  package let widthQuestion: String
  private let askedAt: Duration
  private var awaitsBackground: Bool
  private var awaitsAttributes: Bool
  private var awaitsCursor: Bool

  /// The questions for a terminal.
  /// - Parameters:
  ///   - type: what `TERM` says.
  ///   - needsBackground: whether the picture depends on it.
  ///   - drawsUnicode: whether more than ASCII will be drawn.
  ///   - now: when they are sent.
  package init(type: String, needsBackground: Bool, drawsUnicode: Bool, at now: Duration) {
    let answers = !Self.silentTypes.contains { type.hasPrefix($0) }
    awaitsBackground = needsBackground && answers
    awaitsAttributes = awaitsBackground
    awaitsCursor = drawsUnicode
    askedAt = now
    colourQuestion = awaitsBackground ? "\u{1B}]11;?\u{1B}\\\u{1B}[c" : ""
    widthQuestion = drawsUnicode ? "\u{1B}[2H\u{1B}[8m\(Self.probed)\u{1B}[m\u{1B}[6n" : ""
  }

  /// How long an answer is still to be waited for; nil where none is to come, or too late.
  package func patience(at now: Duration) -> Duration? {
    let end = askedAt + Self.answerPatience
    return (awaitsBackground || awaitsAttributes || awaitsCursor) && now < end ? end - now : nil
  }

  /// Takes what the terminal sent on a screen of `columns`; nil where that answers nothing.
  package mutating func take(_ input: TerminalInput, columns: Int, at now: Duration) -> Finding? {
    switch input {
    case .background(let colour):
      defer { awaitsBackground = false }
      return awaitsBackground && now - askedAt <= Self.backgroundPatience ? .background(colour) : nil
    case .attributes:
      // GNU screen says what it is by itself, and passes the other question on: that answer comes later.
      awaitsAttributes = false
      return nil
    // The first row is what F3 with Shift, Alt or Ctrl says.
    case .cursor(row: 2, let column):
      defer { awaitsCursor = false }
      // Less than was drawn is the answer of something that does not draw.
      let isOther = column > Self.probed.unicodeScalars.count + 1
      return awaitsCursor && columns >= Self.probedWidth && isOther ? .otherWidths : nil
    case .cursor, .key, .pasted: return nil
    }
  }
}
