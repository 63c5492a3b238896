import SlotStats
import TerminalUI

/// The verdict of a reading as one line for monitoring systems, with performance data, and its exit code.
///
/// The form is that of the Monitoring Plugins Development Guidelines: a service name and status, text, `|`, and
/// `label=value[unit];warn;crit;min;max`. Text from outside holds no `|` and no line end.
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

  /// The status; its raw value is the exit code.
  package let status: Status
  /// The line, without its end.
  package let text: String

  private init(_ status: Status, _ message: String) {
    self.status = status
    text = "SLOTWATCH \(status.word) - \(message)"
  }

  /// The line that says why there is no verdict.
  package static func unknown(_ message: String) -> CheckLine { CheckLine(.unknown, harmless(message)) }

  /// The verdict on all slots together and on each active slot, the worst of them.
  package init(_ subject: ReportSubject) {
    self = Self.refusal(subject) ?? Self.fleet(subject)
  }

  /// The verdict on the slot `id` alone.
  package init(_ subject: ReportSubject, slot id: Slot.ID) { self.init(subject, slots: [id]) }

  /// The verdict on the slots of these ids, the worst of them.
  package init(_ subject: ReportSubject, slots ids: [Slot.ID]) {
    var slots: [JudgedSlot] = []
    for id in Set(ids).sorted() {
      guard let slot = subject.fleet.slots.first(where: { $0.id == id }) else {
        self = .unknown("No slot \"\(id)\" in \"\(subject.label)\"; slotwatch report lists the slots.")
        return
      }
      slots.append(slot)
    }
    let isSingle = slots.count == 1
    self = Self.refusal(subject) ?? (isSingle ? Self.single(slots[0], subject) : Self.some(Set(ids), subject))
  }

  /// `text` without what would end the line, begin performance data or steer a terminal.
  static func harmless(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in TerminalText.neutralised(text).unicodeScalars { result.append(scalar == "|" ? "¦" : scalar) }
    return String(result)
  }

  private static func refusal(_ subject: ReportSubject) -> CheckLine? {
    switch subject.trust.reason {
    case .dataAhead(let seconds):
      .unknown(
        "data \(AgeText.text(seconds: seconds)) ahead of the clock in \"\(subject.label)\"; set the clocks right.")
    case .dataOld(let seconds):
      .unknown("data \(AgeText.text(seconds: seconds)) old in \"\(subject.label)\"; the source has stopped.")
    case .eventsOld(let seconds):
      .unknown(
        "last event \(AgeText.text(seconds: seconds)) ago in \"\(subject.label)\": nothing comes in, look at what "
          + "publishes events.")
    case .nothingRead, .readFailed, .readsMissed, .none: nil
    }
  }
}

// MARK: - All slots

extension CheckLine {
  /// How many slots are named.
  private static let namedSlots = 3

  private static func fleet(_ subject: ReportSubject) -> CheckLine {
    let global = subject.fleet.global
    let marked = subject.fleet.slots.filter { $0.series.state.isMarked }
    let critical = marked.count { $0.series.state == .critical }
    let worstSlot = marked.map(\.series.state.severity).max() ?? 0
    let severity = max(worstSlot, global.state.severity)
    let head =
      severity == 0
      ? counts(subject) : trouble(marked, critical: critical, together: global.state.severity > worstSlot, subject)
    let performance =
      performance(global, by: subject.fleet.thresholds)
      + " slots_critical=\(critical);;;0 slots_warning=\(marked.count - critical);;;0"
    return CheckLine(
      status(severity, subject.fleet.slots),
      "\(head); all \(sample(global, subject))\(place(subject, after: global.state))\(unread(subject)) | \(performance)"
    )
  }

  private static func trouble(
    _ marked: [JudgedSlot], critical: Int, together: Bool, _ subject: ReportSubject
  ) -> String {
    var counts: [String] = []
    if together { counts.append("all slots together") }
    if critical > 0 { counts.append("\(critical) critical") }
    if marked.count > critical { counts.append("\(marked.count - critical) warning") }
    let worstFirst = marked.filter { $0.series.state == .critical } + marked.filter { $0.series.state != .critical }
    let names = worstFirst.prefix(namedSlots).map { "\(harmless($0.id)) \(sample($0.series, subject))" }
    return counts.joined(separator: ", ") + (names.isEmpty ? "" : ": " + names.joined(separator: ", "))
  }

  /// Why slots were not read, after the rest; nothing where all were.
  private static func unread(_ subject: ReportSubject) -> String {
    guard let notice = subject.notice, subject.fleet.slots.contains(where: { $0.series.state == .unread }) else {
      return ""
    }
    return "; \(harmless(notice))"
  }

  /// The first slots in a state, and that there are more.
  private static func names(of state: SlotState, _ subject: ReportSubject) -> String {
    let slots = subject.fleet.slots.filter { $0.series.state == state }
    return (slots.prefix(namedSlots).map { harmless($0.id) } + (slots.count > namedSlots ? ["…"] : []))
      .joined(separator: ", ")
  }

  private static func counts(_ subject: ReportSubject) -> String {
    let counts = subject.fleet.stateCounts.map { state, count in
      switch state {
      case .few: "\(count) with too few runs to judge"
      case .missing: "\(count) missing (\(names(of: .missing, subject)))"
      case .unread: "\(count) not read (\(names(of: .unread, subject)))"
      default: "\(count) \(state.rawValue)"
      }
    }
    return counts.isEmpty ? "no slots" : counts.joined(separator: ", ")
  }
}

// MARK: - Some slots

extension CheckLine {
  /// The worst of several slots decides; the worst of the marked ones are named.
  private static func some(_ ids: Set<Slot.ID>, _ subject: ReportSubject) -> CheckLine {
    var some = subject
    some.keep(ids)
    let marked = some.fleet.slots.filter { $0.series.state.isMarked }
    let critical = marked.count { $0.series.state == .critical }
    let severity = marked.map(\.series.state.severity).max() ?? 0
    let head = severity == 0 ? counts(some) : trouble(marked, critical: critical, together: false, some)
    return CheckLine(
      status(severity, some.fleet.slots),
      "\(head)\(place(some, after: .few))\(unread(some)) | slots_critical=\(critical);;;0 "
        + "slots_warning=\(marked.count - critical);;;0")
  }

  private static func single(_ slot: JudgedSlot, _ subject: ReportSubject) -> CheckLine {
    let series = slot.series
    let judged = sample(series, subject)
    let text =
      switch series.state {
      case .off: "off, not judged"
      case .missing: "missing, \(judged)"
      case .idle: "idle, \(judged)"
      case .unread: "not read"
      case .critical, .warning, .stalled, .few, .ok: judged
      }
    return CheckLine(
      status(series.state.severity, [slot]),
      "\(harmless(slot.id)) \(text)\(place(subject, after: series.state))"
        + "\(series.state == .unread ? unread(subject) : "") | "
        + performance(series, by: subject.fleet.rules[slot: slot.id]))
  }
}

// MARK: - Parts

extension CheckLine {
  /// The status of slots of which the worst has this severity. What is missing or was not read is never OK, nor is
  /// nothing at all: a monitor that hears of no trouble must not take silence for health.
  private static func status(_ severity: Int, _ slots: [JudgedSlot]) -> Status {
    if severity > 0 { return severity >= 2 ? .critical : .warning }
    return slots.isEmpty || slots.contains { [.missing, .unread].contains($0.series.state) } ? .unknown : .ok
  }

  /// `53.3% (16/30)`, `4.2% (1/24 2d)`, and what makes the sample special.
  private static func sample(_ series: JudgedSeries, _ subject: ReportSubject) -> String {
    let judged = series.judged
    let span = subject.fleet.window.span(series.judgedBuckets)
    let counts = "(\(judged.failureCount)/\(judged.totalRuns)\(span.isEmpty ? "" : " " + span))"
    let ratio = judged.totalRuns == 0 ? "no runs" : NumberText.percent(judged) + "%"
    let special =
      switch series.state {
      case .stalled: " stalled, \(judged.open) of \(judged.ingestCount) open"
      case .few: " too few runs to judge"
      default: ""
      }
    return "\(ratio) \(counts)\(special)"
  }

  /// `day 2026-11-19, data 5 s old`, set off by a comma where words stand before it.
  private static func place(_ subject: ReportSubject, after state: SlotState) -> String {
    let isPlain = state == .critical || state == .warning || state == .ok
    let date = CivilDate(subject.fleet.currentStart).isoDate
    return (isPlain ? " " : ", ")
      + "\(subject.fleet.window.rawValue) \(date), \(subject.ageWords)"
  }

  /// Ratios in percent, thresholds at the low end of the interval, since that is what is judged.
  private static func performance(_ series: JudgedSeries, by thresholds: Thresholds) -> String {
    let limits = "\(percent(thresholds.warning));\(percent(thresholds.critical))"
    // Rounded down, so that 4.999 % does not read as having reached 5 %.
    let ratio = series.judged.failureRatio.map { "\(hundredths($0, .toNearestOrEven))%" } ?? "U"
    let low = series.interval.map { "\(hundredths($0.low, .down))%" } ?? "U"
    return "ratio=\(ratio);;;0;100 ratio_low=\(low);\(limits);0;100 runs=\(series.judged.totalRuns);;;0 "
      + "failed=\(series.judged.failureCount);;;0 open=\(series.open);;;0"
  }

  /// A ratio in percent with two places.
  private static func hundredths(_ ratio: Double, _ rule: FloatingPointRoundingRule) -> String {
    // The tiny part keeps a ratio such as 0.05, which no Double is exactly, from falling below itself.
    NumberText.decimal(Int((ratio * 10_000 + (rule == .down ? 1e-9 : 0)).rounded(rule)), places: 2)
  }

  /// A threshold in percent, with as many places as it has, six at most: `5`, `7.5`.
  private static func percent(_ ratio: Double) -> String {
    var text = NumberText.decimal(Int((ratio * 1e8).rounded()), places: 6)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
