import SlotStats
import TerminalUI

/// The forms in which a handover can be written.
package enum HandoverFormat: String, CaseIterable, Sendable {
  case text, markdown, html

  /// The handover in this form, neutralised.
  package func text(_ handover: Handover) -> String {
    switch self {
    case .text: Self.plain(HandoverWords(handover))
    case .markdown: HandoverMarkdown(handover).text
    case .html: HandoverPage(handover).text
    }
  }

  /// Plain text, at home in a terminal, a mail and a chat.
  private static func plain(_ words: HandoverWords) -> String {
    LabelledText.page([words.title, words.spanWords], words.entries.map { ($0.label, $0.text) })
  }
}
