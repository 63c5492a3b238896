/// Entries of a word and a sentence, as lines of a page: the words in a column, the sentences beside it.
package enum LabelledText {
  /// The words have no more columns than this; a longer one has a line to itself.
  private static let maxLabel = 18
  /// What a sentence has at least.
  private static let leastText = 20

  /// The lines of entries, none wider than `width` columns, from 1 on. What they say is neutralised; a sentence goes on
  /// below itself.
  package static func lines(_ entries: [(label: String, text: String)], width: Int) -> [Line] {
    let labels = entries.map { TerminalText.neutralised($0.label) }
    let widest = labels.map { TerminalText.width($0) }.filter { $0 <= maxLabel }.max() ?? 0
    let isNarrow = width < widest + 2 + leastText
    let indent = isNarrow ? min(2, width - 1) : widest + 2
    var lines: [Line] = []
    for (label, entry) in zip(labels, entries) {
      var label = label
      if !label.isEmpty, isNarrow || TerminalText.width(label) > widest {
        lines += TerminalText.wrapped(label, width: width).map { Line(label: $0, indent: 0, text: "") }
        label = ""
      }
      for text in TerminalText.wrapped(TerminalText.neutralised(entry.text), width: max(1, width - indent)) {
        lines.append(Line(label: label, indent: indent, text: text))
        label = ""
      }
    }
    return lines
  }

  /// The columns of a page of plain text.
  private static let pageWidth = 100

  /// A page of plain text: lines that stand above, a blank one, and entries below; all neutralised.
  package static func page(_ head: [String], _ entries: [(label: String, text: String)]) -> String {
    let lines = lines(entries, width: pageWidth).map(\.plain)
    return (head.map { TerminalText.neutralised($0) } + [""] + lines).map { $0 + "\n" }.joined()
  }

  /// One line: a word, and from a column on a piece of a sentence.
  package struct Line: Hashable, Sendable {
    /// The word; often empty.
    package let label: String
    /// The column at which the sentence stands.
    package let indent: Int
    /// The piece; may be empty.
    package let text: String

    /// The line as plain text, without trailing blanks.
    package var plain: String {
      if text.isEmpty { return label }
      return label + String(repeating: " ", count: max(0, indent - TerminalText.width(label))) + text
    }
  }
}

extension TerminalText {
  /// A neutralised text in lines of at most `width` columns, from 1 on, broken at blanks; a word that is too wide is broken
  /// anywhere. An empty text is one empty line.
  package static func wrapped(_ text: String, width limit: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var word = String(word)
      if !line.isEmpty, width(line) + 1 + width(word) > limit {
        lines.append(line)
        line = ""
      }
      while width(word) > limit {
        let head = beginning(of: word, width: limit)
        lines.append(head)
        word = String(word.dropFirst(head.count))
      }
      if !word.isEmpty { line += (line.isEmpty ? "" : " ") + word }
    }
    return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
  }

  /// As many characters of the beginning as there is room for, at least one.
  private static func beginning(of word: String, width limit: Int) -> String {
    var head = ""
    for character in word {
      if !head.isEmpty, width(head + String(character)) > limit { break }
      head.append(character)
    }
    return head
  }
}
