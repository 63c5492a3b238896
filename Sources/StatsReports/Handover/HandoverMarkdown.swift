import SlotStats

/// A handover as GitHub-flavoured Markdown: a heading, a table of incidents, and a table of the rest.
struct HandoverMarkdown {
  private let handover: Handover
  private let words: HandoverWords

  init(_ handover: Handover) {
    self.handover = handover
    words = HandoverWords(handover)
  }

  var text: String {
    var lines = ["## Handover: \(escaped(words.title))", "", escaped(words.spanWords), ""]
    if !handover.incidents.isEmpty {
      lines += table(HandoverTable.columns, handover.incidents.map(HandoverTable(words).cells)) + [""]
    }
    lines += table(["", ""], words.rest.map { [$0.label, $0.text] })
    return lines.map { $0 + "\n" }.joined()
  }

  private func table(_ head: [String], _ rows: [[String]]) -> [String] {
    [head.map(escaped), head.map { _ in "---" }].map(row) + rows.map { row($0.map(escaped)) }
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  private func escaped(_ text: String) -> String { MarkdownReport.escaped(text) }
}

/// The incidents of a handover as rows of a table.
struct HandoverTable {
  private let words: HandoverWords

  init(_ words: HandoverWords) { self.words = words }

  /// What stands above the columns.
  static let columns = ["when", "slots", "what", "figures", "rule"]

  /// The cells of one incident, each as it is read.
  func cells(_ incident: Incident) -> [String] {
    [
      words.span(incident), words.who(incident), words.what(incident), words.figures(incident), words.rule(incident),
    ]
  }
}
