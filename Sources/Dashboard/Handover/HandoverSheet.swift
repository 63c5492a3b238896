import SlotStats
import TerminalUI

/// A handover as it is read on a page.
package struct HandoverSheet: Hashable, Sendable {
  /// The source, when, and whether to believe it.
  let title: String
  /// What it tells of.
  let span: String
  /// What there is to tell.
  let entries: [HandoverWords.Entry]

  /// The sheet of a handover.
  package init(_ handover: Handover) {
    let words = HandoverWords(handover)
    (title, span, entries) = (words.title, words.spanWords, words.entries)
  }

  /// Its lines in so many columns, neutralised.
  func lines(width: Int) -> [LabelledText.Line] {
    LabelledText.lines(entries.map { ($0.label, $0.text) }, width: width)
  }

  /// The text that is copied and written.
  package var text: String { LabelledText.page([title, span], entries.map { ($0.label, $0.text) }) }
}

/// What became of making a handover.
package enum HandoverOutcome: Hashable, Sendable {
  /// It is made.
  case made(HandoverSheet)
  /// It is not; why, in one line that may hold text from outside.
  case failed(String)
}
