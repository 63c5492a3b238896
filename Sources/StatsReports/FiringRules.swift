import SlotStats

/// The rules that fire, as a check tells of them: each with the slots that it fires for.
package struct FiringRules: Hashable, Sendable {
  /// How many rules are named, and how many slots of each.
  private static let named = (rules: 3, slots: 3)

  private let alerts: [ActiveAlert]

  /// Those of `alerts` that fire; rules that are pending are left out.
  package init(_ alerts: [ActiveAlert] = []) {
    self.alerts = alerts.filter { alert in if case .firing = alert.phase { true } else { false } }
  }

  /// Those whose subject is kept.
  func keeping(_ isKept: (AlertSubject) -> Bool) -> FiringRules { FiringRules(alerts.filter { isKept($0.subject) }) }

  /// 0 for none, 1 for notices, 2 where a page is among them, as monitoring plugins count.
  var severity: Int { alerts.map { $0.rule.severity == .page ? 2 : 1 }.max() ?? 0 }

  /// `firing: provider down (slot-019, slot-026), quiet (all slots together)`, pages first; `nil` for none.
  var words: String? {
    var names: [String] = []
    var subjects: [String: [AlertSubject]] = [:]
    let pages = alerts.filter { $0.rule.severity == .page }
    for alert in pages + alerts.filter({ $0.rule.severity != .page }) {
      if subjects[alert.rule.name] == nil { names.append(alert.rule.name) }
      subjects[alert.rule.name, default: []].append(alert.subject)
    }
    guard !names.isEmpty else { return nil }
    let parts = names.prefix(Self.named.rules).map { "\($0)\(Self.words(subjects[$0] ?? []))" }
    let more = names.count - parts.count
    return "firing: " + parts.joined(separator: ", ") + (more > 0 ? " and \(more) more rules" : "")
  }

  private static func words(_ subjects: [AlertSubject]) -> String {
    let texts = subjects.compactMap { subject -> String? in
      switch subject {
      case .slot(let id): id
      case .all: "all slots together"
      case .source: nil
      }
    }
    guard !texts.isEmpty else { return "" }
    let more = texts.count - named.slots
    return " (\(texts.prefix(named.slots).joined(separator: ", "))\(more > 0 ? " and \(more) more" : ""))"
  }
}
