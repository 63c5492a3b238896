import SlotStats
import TerminalUI

/// The verdict of a reading as one line for monitoring systems, with performance data, and its exit code.
///
/// The form is that of the Monitoring Plugins Development Guidelines: a service name and status, text, `|`, and
/// `label=value[unit];warn;crit;min;max`. Text from outside holds no `|` and no line end, and the text has no `;`, which
/// nagios replaces.
package struct CheckLine: Hashable, Sendable {
  /// The status with the word and exit code that monitoring systems know it by.
  package enum Status: Int32, Sendable {
    case ok = 0
    case warning, critical, unknown

    /// The word.
    var word: String {
      switch self {
      case .ok: "OK"
      case .warning: "WARNING"
      case .critical: "CRITICAL"
      case .unknown: "UNKNOWN"
      }
    }
  }

  /// How many bytes a line has at most, without its end.
  package enum Limit: Int, Sendable {
    /// What nagios keeps surely.
    case usual = 4_094
    /// What NRPE 2 keeps.
    case brief = 1_022
  }

  /// The status; its raw value is the exit code.
  package let status: Status
  /// The line, without its end.
  package let text: String

  private init(_ status: Status, _ draft: CheckDraft, _ limit: Limit) {
    var draft = draft
    draft.head = "SLOTWATCH \(status.word) - \(draft.head)"
    self.status = status
    text = draft.line(within: limit.rawValue)
  }

  /// The line that says why there is no verdict. A rule that fires all the same is one.
  package static func unknown(
    _ message: String, firing rules: FiringRules = FiringRules(), limit: Limit = .usual
  ) -> CheckLine {
    told(.unknown, CheckDraft(head: harmless(message)), firing: rules, limit)
  }

  /// A verdict with the rules that fire: the worse of both counts, and what is not known is less than a rule.
  private static func told(
    _ status: Status, _ draft: CheckDraft, firing rules: FiringRules, _ limit: Limit
  ) -> CheckLine {
    var draft = draft
    draft.firing = rules.words.map { " - " + harmless($0) } ?? ""
    guard rules.severity > 0 else { return CheckLine(status, draft, limit) }
    let own = status == .unknown ? 0 : Int(status.rawValue)
    return CheckLine(max(own, rules.severity) >= 2 ? .critical : .warning, draft, limit)
  }

  /// The verdict on the slots of these ids, the worst of them.
  /// - Parameters:
  ///   - subject: what is judged.
  ///   - ids: the slots; without any, all slots together and each active slot.
  ///   - globs: which slots are left out of that, as if they were not there; all slots together stay what they are, and
  ///     a slot that is asked for is judged.
  ///   - rules: the rules that fire; of what is not judged here, or is acknowledged, none counts.
  ///   - isBlind: whether it is not known which rules fire: then nothing is OK.
  ///   - limit: how long the line may be.
  package init(
    _ subject: ReportSubject, slots ids: [Slot.ID] = [], ignoring globs: [SlotGlob] = [],
    firing rules: FiringRules = FiringRules(), isBlind: Bool = false, limit: Limit = .usual
  ) {
    if let missing = Set(ids).sorted().first(where: { !subject.hasSlot($0) }) {
      self = .unknown(
        "No slot \"\(missing)\" in \"\(subject.label)\"; slotwatch report lists the slots.", limit: limit)
    } else {
      let asked = Set(ids)
      let firing = rules.keeping { Self.counts($0, subject, asked, globs) }
      if let refusal = Self.refusal(subject) {
        self = .unknown(refusal, firing: firing, limit: limit)
      } else {
        let (status, draft) = Self.verdict(subject, asked, globs)
        self = Self.told(isBlind && status == .ok ? .unknown : status, draft, firing: firing, limit)
      }
    }
  }

  /// Whether a rule that fires for `alert` counts for this check.
  private static func counts(
    _ alert: AlertSubject, _ subject: ReportSubject, _ ids: Set<Slot.ID>, _ globs: [SlotGlob]
  ) -> Bool {
    switch alert {
    case .source: true
    case .all: ids.isEmpty && !subject.isAcknowledged(nil)
    case .slot(let id):
      !subject.isAcknowledged(id) && (ids.isEmpty ? !globs.contains { $0.matches(id) } : ids.contains(id))
    }
  }

  /// The verdict on the slot `id` alone.
  package init(_ subject: ReportSubject, slot id: Slot.ID) { self.init(subject, slots: [id]) }

  /// `text` without what would end the line, begin performance data, be replaced or steer a terminal.
  static func harmless(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in TerminalText.neutralised(text).unicodeScalars { result.append(replacements[scalar] ?? scalar) }
    return String(result)
  }

  private static let replacements: [Unicode.Scalar: Unicode.Scalar] = ["|": "¦", ";": ","]

  private static func refusal(_ subject: ReportSubject) -> String? {
    switch subject.trust.reason {
    case .dataAhead(let seconds):
      "data \(AgeText.text(seconds: seconds)) ahead of the clock in \"\(subject.label)\"; set the clocks right."
    case .dataOld(let seconds):
      "data \(AgeText.text(seconds: seconds)) old in \"\(subject.label)\"; "
        + (subject.trust.isOfClock(leading: subject.clockLead)
          ? "the source's clock is behind, set the clocks right." : "the source has stopped.")
    case .eventsOld(let seconds):
      "last event \(AgeText.text(seconds: seconds)) ago in \"\(subject.label)\"; look at what publishes events."
    case .nothingCame(let seconds):
      "silent: no events for \(AgeText.text(seconds: seconds)) in \"\(subject.label)\", longer than usual; "
        + "look at what publishes events."
    case .fewCame, .nothingRead, .readFailed, .readsMissed, .none: nil
    }
  }

  private typealias Verdict = (Status, CheckDraft)

  private static func verdict(_ subject: ReportSubject, _ ids: Set<Slot.ID>, _ globs: [SlotGlob]) -> Verdict {
    var some = subject
    if ids.isEmpty {
      some.leaveOut { slot in globs.contains { $0.matches(slot) } }
      return fleet(some, ignored: subject.fleet.slots.count - some.fleet.slots.count)
    }
    some.keep(ids)
    if some.fleet.slots.count == 1 { return single(some.fleet.slots[0], some) }
    return several(some)
  }
}

// MARK: - All slots

extension CheckLine {
  /// How many slots are named.
  private static let namedSlots = 3

  private static func fleet(_ subject: ReportSubject, ignored: Int) -> Verdict {
    let global = subject.fleet.global
    let marked = Marked(subject)
    let together = subject.isAcknowledged(nil) ? 0 : global.state.severity
    let severity = max(marked.severity, together)
    var draft = marked.draft(subject, together: together > marked.severity)
    draft.tail += ignored > 0 ? ", \(ignored) ignored" : ""
    let isSilent = reportsNothing(subject)
    let silence = isSilent ? ", nothing reported for \(subject.fleet.window.counted(subject.fleet.starts.count))" : ""
    draft.tail += " - all \(sample(global, subject))\(silence)\(place(subject, after: global.state))"
    draft.totals = performance(global, by: subject.fleet.thresholds) + marked.counts
    // All slots together may be judged where each of them is left out; where nothing runs, nothing is known to be well.
    let isJudged = ignored > 0 && subject.fleet.slots.isEmpty && global.state == .ok
    if isSilent, severity == 0 { return (.unknown, draft) }
    // Few jobs at all are no warning of single slots, but something that nobody knows enough of; failures are known.
    if subject.trust.word == .silent, severity < 2 {
      draft.head = "silent, " + draft.head
      return (.unknown, draft)
    }
    return (isJudged ? .ok : status(severity, subject), draft)
  }

  /// Whether there were events once, and none in the whole shown range: then nothing says that anything runs, though
  /// each slot alone may have been idle all the time.
  private static func reportsNothing(_ subject: ReportSubject) -> Bool {
    subject.newestEventAt != nil && subject.fleet.slots.contains { $0.series.state != .off }
      && subject.fleet.global.metrics.isEmpty
  }

  /// The worst of several slots decides; the worst of the marked ones are named.
  private static func several(_ subject: ReportSubject) -> Verdict {
    let marked = Marked(subject)
    var draft = marked.draft(subject, together: false)
    draft.tail += place(subject, after: .few)
    draft.totals = marked.counts
    draft.slots = marked.worstFirst(subject)
      .map { slot in performance(slot.series, by: subject.fleet.rules[slot: slot.id], of: slot.id) }
      .filter { !$0.isEmpty }
    return (status(marked.severity, subject), draft)
  }

  /// The slots that are critical or warnings.
  private struct Marked {
    let critical: [JudgedSlot]
    let warning: [JudgedSlot]

    init(_ subject: ReportSubject) {
      let marked = subject.unacknowledged.filter { $0.series.state.isMarked }
      critical = marked.filter { $0.series.state == .critical }
      warning = marked.filter { $0.series.state != .critical }
    }

    var all: [JudgedSlot] { critical + warning }
    var severity: Int { all.map(\.series.state.severity).max() ?? 0 }
    var counts: [String] { ["slots_critical=\(critical.count);;;0", "slots_warning=\(warning.count);;;0"] }

    /// All slots, the marked ones first.
    func worstFirst(_ subject: ReportSubject) -> [JudgedSlot] {
      all + subject.fleet.slots.filter { !$0.series.state.isMarked || subject.isAcknowledged($0.id) }
    }

    /// What is wrong and where; how many slots are in which state where nothing is.
    func draft(_ subject: ReportSubject, together: Bool) -> CheckDraft {
      let acknowledged = subject.acknowledgedWords.map { " (\($0))" } ?? ""
      if all.isEmpty, !together { return CheckDraft(head: CheckLine.counts(subject) + acknowledged) }
      var counts: [String] = []
      if together { counts.append("all slots together") }
      if !critical.isEmpty { counts.append("\(critical.count) critical") }
      if !warning.isEmpty { counts.append("\(warning.count) warning") }
      let names = all.prefix(CheckLine.namedSlots).map { "\(harmless($0.id)) \(CheckLine.sample($0.series, subject))" }
      return CheckDraft(
        head: counts.joined(separator: ", ") + CheckLine.overText(subject) + acknowledged + (names.isEmpty ? "" : ": "),
        names: names)
    }
  }

  /// The first slots in a state, and that there are more.
  private static func names(of state: SlotState, _ subject: ReportSubject) -> String {
    let slots = subject.unacknowledged.filter { $0.series.state == state }
    return (slots.prefix(namedSlots).map { harmless($0.id) } + (slots.count > namedSlots ? ["…"] : []))
      .joined(separator: ", ")
  }

  private static func counts(_ subject: ReportSubject) -> String {
    let counts: [String] = subject.stateCounts.compactMap { state, count in
      switch state {
      case .few: "\(count) with too few runs to judge"
      case .over: nil
      case .missing: "\(count) missing (\(names(of: .missing, subject)))"
      case .unread: "\(count) not read (\(names(of: .unread, subject)))"
      default: "\(count) \(state.rawValue)"
      }
    }
    let over = overText(subject)
    if counts.isEmpty, over.isEmpty { return subject.acknowledgedCount > 0 ? "nothing else" : "no slots" }
    return counts.joined(separator: ", ") + over
  }

  /// ` (2 over)`: slots whose day, or week, fails and whose last hour does not.
  private static func overText(_ subject: ReportSubject) -> String {
    let over = subject.fleet.slots.count { $0.series.state == .over }
    return over == 0 ? "" : " (\(over) over)"
  }
}

// MARK: - One slot

extension CheckLine {
  private static func single(_ slot: JudgedSlot, _ subject: ReportSubject) -> Verdict {
    let series = slot.series
    let judged = sample(series, subject)
    let text =
      switch series.state {
      case .off: "off, not judged"
      case .missing: "missing, \(judged)"
      case .idle: "idle, \(judged)"
      case .unread: "not read"
      case .critical, .warning, .stalled, .quiet, .few, .ok, .over: judged
      }
    let acknowledged = subject.acknowledgedWords.map { " (\($0))" } ?? ""
    let draft = CheckDraft(
      head: "\(harmless(slot.id)) \(text)\(acknowledged)\(place(subject, after: series.state))",
      totals: performance(series, by: subject.fleet.rules[slot: slot.id]))
    return (status(acknowledged.isEmpty ? series.state.severity : 0, subject), draft)
  }
}
