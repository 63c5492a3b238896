import SlotStats
import TerminalUI

/// A reading as GitHub-flavoured Markdown: a heading, the verdict, and a table of slots, worst first.
struct MarkdownReport {
  private let subject: ReportSubject
  private let words: ReportWords

  init(_ subject: ReportSubject) {
    self.subject = subject
    words = ReportWords(subject)
  }

  func write(to buffer: inout ReportBuffer) throws {
    for line in head() { buffer.add(line + "\n") }
    let columns = self.columns
    buffer.add(Self.line(columns.map(\.title)))
    buffer.add(Self.line(columns.map { $0.isNumber ? "---:" : "---" }))
    for row in globalRows() { buffer.add(Self.line(row)) }
    for slot in subject.rows {
      buffer.add(Self.line(slotCells(slot)))
      try buffer.mayPass()
    }
    buffer.add("\n" + legend() + "\n")
    if let notice = subject.notice { buffer.add("\n" + Self.escaped(notice) + "\n") }
  }

  private func head() -> [String] {
    let global = subject.fleet.global
    let now = CivilDate(subject.now)
    var verdict = "no runs \(words.sample(global))"
    if global.judged.totalRuns > 0 {
      let counts = "\(NumberText.count(global.judged.shownFailures))/\(NumberText.runs(global.judged))"
      verdict = "\(NumberText.percent(global.judged))% failed \(words.sample(global)) (\(counts))"
    }
    var usual = global.usual == nil ? "" : ", usual \(NumberText.percent(global.rest))%"
    let recent = words.verdicts(subject.fleet)
    if !recent.isEmpty { (verdict, usual) = (recent.joined(separator: ", "), "") }
    let state = global.recent == nil ? global.state : subject.worstState
    return [
      "## slotwatch: \(Self.escaped(subject.label))", "",
      "**\(state.rawValue.uppercased())** \(verdict)\(usual)  ",
      "\(words.progress)  ", "\(subject.trustWords), \(words.age), \(now.isoDate) \(now.time) UTC", "",
    ]
  }

  private var columns: [(title: String, isNumber: Bool)] {
    let reference = subject.scope == .range ? words.currentColumn : "usual"
    return [
      ("state", false), ("slot", false), ("name", false), ("provider", false),
    ] + (hasRecent ? [("last hour", true)] : []) + [
      ("fail%", true), ("failed", true), ("runs", true), (reference, true), ("timeouts", true),
      ("provider errors", true), ("worker errors", true),
      ("cancelled", true), ("open", true),
    ]
  }

  private var hasRecent: Bool { subject.hasRecent }

  private func globalRows() -> [[String]] {
    let global = subject.fleet.global
    let isRange = subject.scope == .range
    let title = isRange ? words.range : words.currentColumn
    let all = cells(
      ReportRow(global, words), slot: "all slots, \(title)", name: "", provider: "",
      acknowledged: subject.acknowledgements[nil])
    if isRange { return [all] }
    return [all, cells(ReportRow(range: global), slot: "all slots, \(words.range)", name: "", provider: "")]
  }

  private func slotCells(_ slot: JudgedSlot) -> [String] {
    cells(
      ReportRow(slot.series, words), slot: Self.escaped(slot.id), name: Self.escaped(slot.slot.name),
      provider: Self.escaped(slot.slot.providerID ?? ""), acknowledged: subject.acknowledgements[slot.id])
  }

  private func cells(
    _ row: ReportRow, slot: String, name: String, provider: String, acknowledged: Acknowledgement? = nil
  ) -> [String] {
    let own = row.note.isEmpty ? row.state?.rawValue ?? "" : row.note
    let state = acknowledged.map { "\(Acknowledgement.mark) \(own), \(Self.escaped($0.words))" } ?? own
    let runs = row.span.isEmpty ? row.runs : "\(row.runs) \(row.span)"
    return [state, slot, name, provider] + (hasRecent ? [Self.escaped(row.recent)] : [])
      + [Self.escaped(row.percent) + row.trend, row.failed, runs]
      + [Self.escaped(row.reference)] + row.kinds + [row.open]
  }

  private func legend() -> String {
    let counts = subject.stateCounts.map { $0.counted($1) } + (subject.acknowledgedWords.map { [$0] } ?? [])
    return counts.isEmpty ? "no slots" : counts.joined(separator: ", ")
  }

  private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }

  /// A text as one piece of a Markdown line: neutralised, every character with a meaning escaped.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in TerminalText.neutralised(text).unicodeScalars {
      if meaningful.contains(scalar) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  private static let meaningful = Set("\\`*_{}[]<>()#!|&~$:@^=".unicodeScalars)
}
