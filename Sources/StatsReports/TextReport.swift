import FoundationEssentials
import SlotStats
import TerminalUI

/// A reading as plain text for people, at home in a terminal and in a mail.
struct TextReport {
  private let subject: ReportSubject
  private let words: ReportWords
  private let inASCII: Bool

  /// The columns that names are cut to; ids are never cut.
  private static let maxNameWidth = 32
  private static let maxProviderWidth = 20
  /// The columns that what numbers do not tell is cut to.
  private static let maxNoteWidth = 100
  /// How many slots the headline names as holding the failures over usual.
  private static let namedOverUsual = 4
  /// The headline goes on in another line from this width.
  private static let headlineWidth = 100

  init(_ subject: ReportSubject, inASCII: Bool) {
    self.subject = subject
    self.inASCII = inASCII
    words = ReportWords(subject)
  }

  func write(to buffer: inout ReportBuffer) throws {
    for line in head() + [""] { add(line, to: &buffer) }
    try table().forEachLine { line in
      add(line, to: &buffer)
      try buffer.mayPass()
    }
    add("", to: &buffer)
    add(legend(), to: &buffer)
    if let notice = subject.notice { add(TerminalText.neutralised(notice), to: &buffer) }
  }

  private func add(_ line: String, to buffer: inout ReportBuffer) {
    buffer.add((inASCII ? Self.ascii(line) : line) + "\n")
  }

  // MARK: Head

  private func head() -> [String] {
    let now = CivilDate(subject.now)
    let title = [
      "slotwatch", TerminalText.neutralised(subject.label), subject.trustWords, words.age,
      "\(now.isoDate) \(now.time) UTC",
    ].joined(separator: "  ")
    return [title, ""] + headline() + [Self.indent + words.progress]
  }

  private static let indent = "   "

  private func headline() -> [String] {
    let global = subject.fleet.global
    let contributors = FailureContributors(subject.fleet)
    let state = global.recent == nil ? global.state : subject.worstState
    let sign = subject.isAcknowledged(nil) && !state.isMarked ? Acknowledgement.mark : state.mark
    let mark = TerminalText.fitted(sign, width: 2, trailing: true) + " "
    var parts = words.verdicts(subject.fleet)
    if parts.isEmpty {
      parts = [verdict(global)]
      if global.usual != nil { parts.append("usual \(NumberText.percent(global.rest))%") }
    }
    if let rising = contributors.rising { parts.append(words.rising(rising)) }
    if let rest = contributors.withoutDominant {
      let percent = NumberText.percent(failures: rest.failures, runs: rest.runs)
      parts.append("without \(TerminalText.neutralised(rest.id)) \(percent)%")
    }
    let over = named(contributors)
    let whole = (parts + over).joined(separator: "   ")
    if TerminalText.width(whole) <= Self.headlineWidth { return [mark + whole] }
    return [mark + parts.joined(separator: "   "), Self.indent + over.joined(separator: "   ")]
  }

  private func verdict(_ global: JudgedSeries) -> String {
    guard global.judged.totalRuns > 0 else { return "no runs \(words.sample(global))" }
    let counts = "\(NumberText.count(global.judged.shownFailures))/\(NumberText.runs(global.judged))"
    let few = global.state == .few ? ", too few runs to judge" : ""
    let stalled = global.state == .stalled ? ", stalled: \(ReportWords.open(global))" : ""
    return "\(NumberText.percent(global.judged))% failed \(words.sample(global)) (\(counts))\(few)\(stalled)"
  }

  private func named(_ contributors: FailureContributors) -> [String] {
    let stalled = contributors.stalled.map { stalled in
      let counts =
        stalled.oldest.map { oldest in
          let age = AgeText.text(seconds: max(0, subject.generatedAt.timeIntervalSince(oldest)))
          return "\(NumberText.count(stalled.open)) open, oldest \(age)"
        } ?? NumberText.open(stalled.open, of: stalled.ingest)
      return "stalled: \(TerminalText.neutralised(stalled.id)), \(counts)"
    }
    let largest = contributors.excesses.prefix { $0.failures >= FailureContributors.named }
    let over = largest.prefix(Self.namedOverUsual).enumerated().map { index, entry in
      let kind = entry.kind.map { " " + $0.word } ?? ""
      let name = "\(TerminalText.neutralised(entry.id)) +\(NumberText.count(entry.failures))\(kind)"
      return index == 0 ? "over usual: \(name)" : name
    }
    return (stalled.map { [$0] } ?? []) + over
  }

  // MARK: Table

  private func table() -> TextTable {
    let isRange = subject.scope == .range
    let columns: [TextTable.Column] = [
      .init(title: "", gap: 0),
      .init(title: "\(subject.fleet.window.rawValue), \(sampleTitle)", isTrailing: false, gap: 1),
      .init(title: "provider", isTrailing: false, maxWidth: Self.maxProviderWidth, isKept: false),
      .init(title: "now%", isKept: false),
      .init(title: "fail%"), .init(title: "", isTrailing: false, gap: 0), .init(title: "failed"),
      .init(title: "runs"), .init(title: "", isTrailing: false, gap: 1),
      .init(title: isRange ? words.currentColumn : "usual"),
      .init(title: "tmout"), .init(title: "prov"), .init(title: "err"), .init(title: "canc"),
      .init(title: "open", isKept: false),
      .init(title: "", isTrailing: false, maxWidth: Self.maxNoteWidth, isKept: false),
    ]
    return TextTable(columns, rows: globalRows() + [[]] + slotRows())
  }

  private var sampleTitle: String { subject.scope == .range ? words.range : words.currentColumn }

  private func globalRows() -> [[String]] {
    let global = subject.fleet.global
    let first = ReportRow(global, words)
    let all = cells(
      first, label: "all slots, \(sampleTitle)", provider: "", acknowledged: subject.acknowledgements[nil])
    guard subject.scope == .current else { return [all] }
    return [all, cells(ReportRow(range: global), label: "all slots, \(words.range)", provider: "")]
  }

  /// Ids and names share a column, each aligned; a name that is the id is not repeated.
  private func slotRows() -> [[String]] {
    let slots = subject.rows
    let idWidth = slots.lazy.filter { $0.slot.name != $0.id }.map { TerminalText.width($0.id) }.max() ?? 0
    return slots.map { slot in
      var label = slot.id
      if slot.slot.name != slot.id {
        var name = TerminalText.neutralised(slot.slot.name)
        if TerminalText.width(name) > Self.maxNameWidth { name = TerminalText.fitted(name, width: Self.maxNameWidth) }
        label = TerminalText.fitted(slot.id, width: idWidth) + " " + name
      }
      return cells(
        ReportRow(slot.series, words), label: label, provider: slot.slot.providerID ?? "",
        acknowledged: subject.acknowledgements[slot.id])
    }
  }

  private func cells(
    _ row: ReportRow, label: String, provider: String, acknowledged: Acknowledgement? = nil
  ) -> [String] {
    let sign = acknowledged == nil ? row.state?.mark ?? "" : Acknowledgement.mark
    let mark = TerminalText.fitted(sign, width: 2, trailing: true)
    let note = [row.note, acknowledged?.words ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
    return [mark, label, provider, row.recent, row.percent, row.trend, row.failed, row.runs, row.span, row.reference]
      + row.kinds + [row.open, note]
  }

  private func legend() -> String {
    let counts = subject.stateCounts.map { state, count in
      (state.mark.isEmpty ? "" : state.mark + " ") + state.counted(count)
    }
    let all = counts + (subject.acknowledgedWords.map { ["\(Acknowledgement.mark) \($0)"] } ?? [])
    return all.isEmpty ? "no slots" : all.joined(separator: "  ")
  }

  // MARK: ASCII

  /// The report's own signs in ASCII; what else a line holds stays.
  static func ascii(_ line: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in line.unicodeScalars { scalars.append(likenesses[scalar] ?? scalar) }
    return String(scalars)
  }

  private static let likenesses: [Unicode.Scalar: Unicode.Scalar] = [
    "–": "-", "·": "o", "×": "x", "↑": "^", "↓": "v", "…": "~",
  ]
}
