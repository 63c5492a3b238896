import FoundationEssentials
import SlotStats
import TerminalUI

/// What is said on call of a slot, in words.
extension DashboardState {
  // MARK: Acknowledged

  /// `acknowledged: ann, to Mon 09:00, #231` and shorter; nothing where it is not.
  func acknowledgedForms(_ id: Slot.ID?) -> [String] {
    guard let entry = acknowledgement(id) else { return [] }
    let who = Self.fitted(entry.by, Self.maxName)
    let note = entry.note.isEmpty ? "" : ", \(Self.fitted(entry.note, Self.maxNote))"
    let ends = endForms(entry)
    let base = "\(who), \(ends[0])"
    return ["acknowledged: \(base)\(note)", "acknowledged: \(base)", base] + ends
  }

  /// All that is said of an acknowledgement where there is a line for it.
  func acknowledgedWords(_ id: Slot.ID?, width: Int) -> String? {
    guard let entry = acknowledgement(id) else { return nil }
    let text = "acknowledged: \(entry.by), \(endForms(entry)[0])" + (entry.note.isEmpty ? "" : ", \(entry.note)")
    return Self.fitted(text, width)
  }

  /// The most columns of a name, and of a note, in a row.
  private static var maxName: Int { 20 }
  private static var maxNote: Int { 40 }

  private static func fitted(_ text: String, _ width: Int) -> String {
    let text = TerminalText.neutralised(text)
    return TerminalText.fitted(text, width: min(width, TerminalText.width(text)))
  }

  /// `to Mon 09:00`, `to 09:00` of today, `until it recovers`.
  func endForms(_ entry: Acknowledgement) -> [String] {
    guard case .at(let end) = entry.until else { return ["until it recovers", "recovers"] }
    let (date, today) = (zone.civil(end), zone.civil(now.wall))
    if date.isoDate == today.isoDate { return ["to \(date.time)"] }
    let isWithinWeek = end.timeIntervalSince(now.wall) < 6 * 86_400
    let day = isWithinWeek ? date.weekdayName : date.dayAndMonth
    return ["to \(day) \(date.time)", "to \(day)"]
  }

  // MARK: Rules

  /// The rule that has most to say of a slot: one that fires before one that is pending, a page before a notice. One that
  /// says no more than the state does is none.
  func alert(_ slot: JudgedSlot) -> ActiveAlert? {
    guard acknowledgement(slot.id) == nil, let alerts = standing?.alerts[slot.id] else { return nil }
    return alerts.filter { !$0.isPlain(slot.series.state) }.min { $0.rank < $1.rank }
  }

  /// `critical 4 of 5 min` while a rule is pending, its name once it fires; the longest first.
  func alertForms(_ slot: JudgedSlot) -> [String] { alert(slot).map(alertForms) ?? [] }

  private func alertForms(_ alert: ActiveAlert) -> [String] {
    guard case .pending = alert.phase else { return [Self.fitted(alert.rule.name, Self.maxName)] }
    let passed = progress(of: alert)
    return ["\(alert.rule.test.condition.rawValue) \(passed)", passed]
  }

  /// `4 of 5 min`: how long a condition has held of the time that it must.
  private func progress(of alert: ActiveAlert) -> String {
    let must = alert.rule.holdSeconds
    guard must >= 60, let shown else { return "for \(must) s" }
    let held = max(0, Int(min(shown.generatedAt.timeIntervalSince(alert.began), Double(must)) / 60))
    return "\(min(held, (must - 1) / 60)) of \((must + 59) / 60) min"
  }

  /// `rule provider down since 20:43, https://…`: all that is said of a rule where there is a line for it.
  func alertLines(_ slot: JudgedSlot) -> [String] {
    guard let alert = alert(slot) else { return [] }
    let since = "since \(timeText(alert.began))"
    let text: String
    switch alert.phase {
    case .pending: text = "rule \(Self.fitted(alert.rule.name, 40)): \(alertForms(alert)[0])"
    default: text = "rule \(Self.fitted(alert.rule.name, 40)) \(since)"
    }
    return alert.rule.runbook.map { ["\(text), \(TerminalText.neutralised($0))", text] } ?? [text]
  }

  private func timeText(_ instant: Date) -> String {
    (dayBefore(instant).map { $0 + " " } ?? "") + zone.civil(instant).time
  }

  /// The name of a rule that fires for all slots together, or for the source; `nil` for none.
  var generalAlert: String? {
    let firing = standing?.general.filter { alert in
      guard case .firing = alert.phase else { return false }
      return alert.subject == .source || acknowledgement(nil) == nil
    }
    return firing?.min { $0.rank < $1.rank }.map { Self.fitted($0.rule.name, Self.maxName) }
  }

  /// Whether a slot is new trouble: marked, and above usual or with a rule of the configuration that fires.
  func isNewTrouble(_ slot: JudgedSlot) -> Bool {
    guard slot.series.state.isMarked else { return false }
    if slot.series.trend == .above || slot.series.recent?.trend == .above { return true }
    guard options.hasRules, let alerts = standing?.alerts[slot.id] else { return false }
    return alerts.contains { if case .firing = $0.phase { true } else { false } }
  }
}

extension ActiveAlert {
  /// Lower says more.
  fileprivate var rank: Int {
    let isFiring = if case .firing = phase { true } else { false }
    return (isFiring ? 0 : 2) + (rule.severity == .page ? 0 : 1)
  }

  /// Whether it says no more than the row does: a rule that is named after a state that the row is in, or one of usual
  /// where the row has a mark.
  fileprivate func isPlain(_ state: SlotState) -> Bool {
    if case .pending = phase { return rule.holdSeconds == 0 }
    let condition = rule.test.condition
    let isNamedAfter = rule.name == condition.rawValue || rule.name == "over usual" && condition == .overUsual
    return isNamedAfter && (condition.rawValue == state.rawValue || state.isMarked)
  }
}

extension DashboardState {
  /// The two columns before the row of a slot or, for `nil`, of all together: `a` where that is acknowledged.
  func rowMark(_ id: Slot.ID?, _ series: JudgedSeries) -> String {
    acknowledgement(id) == nil ? series.state.rowMark : " " + Acknowledgement.mark
  }
}
