import ReadingCommands
import SlotStats

/// A rule that the configuration file gives.
struct ConfiguredRule: Hashable, Sendable {
  /// The rule.
  let rule: AlertRule
  /// Where it begins.
  let position: TextPosition
}

extension ConfigurationReader {
  /// The most rules of a file: each is looked at for every slot.
  private static let maxRules = 200

  /// The rules of a file, in the order in which they stand.
  func rules(_ content: TOMLContent?, _ document: TOMLDocument) throws(Fault) -> [ConfiguredRule] {
    let path = [ConfigurationKey.rules]
    guard let content else { return [] }
    if case .texts(let texts) = content, texts.isEmpty { return [] }
    guard case .tables(let tables) = content else {
      throw Fault(
        position: document.outline.key(path),
        reason: "\"\(ConfigurationKey.rules)\" is \(content.word); write [[\(ConfigurationKey.rules)]]")
    }
    guard tables.count <= Self.maxRules else {
      throw Fault(
        position: document.outline.key(path + [TOMLOutline.item(Self.maxRules)]),
        reason: "there are more than \(Self.maxRules) rules; one rule may be for many slots")
    }
    var rules: [ConfiguredRule] = []
    var lines: [String: Int] = [:]
    for (place, members) in tables.enumerated() {
      let path = path + [TOMLOutline.item(place)]
      let rule = try rule(members, path, document)
      if let line = lines[rule.name] {
        throw Fault(
          position: document.outline.value(path + ["name"]),
          reason: "two rules are called \"\(rule.name)\", the first at line \(line); give each a name of its own")
      }
      let position = document.outline.key(path)
      lines[rule.name] = document.outline.value(path + ["name"]).line
      rules.append(ConfiguredRule(rule: rule, position: position))
    }
    return rules
  }

  private func rule(
    _ members: [String: TOMLContent], _ path: [String], _ document: TOMLDocument
  ) throws(Fault) -> AlertRule {
    var draft = RuleDraft()
    for (name, content, path) in Self.ordered(members, path, document) {
      guard let key = RuleKey.all.first(where: { $0.name == name }) else {
        throw Fault(position: document.outline.key(path), reason: Self.unknownRuleKey(name))
      }
      do throws(RuleKey.Refusal) {
        try key.take(content, &draft)
      } catch {
        throw Fault(position: document.outline.value(path), reason: "\(name) \(error.reason)")
      }
    }
    return try rule(draft) { key in document.outline.key(key.map { path + [$0] } ?? path) }
  }

  private static func unknownRuleKey(_ name: String) -> String {
    if let instead = ConfigurationKey.secrets[name.lowercased()] {
      return "\"\(name)\" cannot stand here, since no secret stands in this file; use \(instead) of a source"
    }
    let known = RuleKey.all.map(\.name)
    let near = NearWord.nearest(to: name, among: known).map { "did you mean \"\($0)\"?" }
    return "unknown key \"\(name)\" of a rule; \(near ?? "the keys are \(known.joined(separator: ", "))")"
  }

  /// The rule that a draft makes, where its parts agree; `place` tells where a key stands, and where the rule begins.
  private func rule(_ draft: RuleDraft, at place: (String?) -> TextPosition) throws(Fault) -> AlertRule {
    guard let name = draft.name else { throw Fault(position: place(nil), reason: "a rule has no name") }
    guard let condition = draft.condition else {
      let words = AlertCondition.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault(position: place(nil), reason: "rule \"\(name)\" has no when; give one of \(words)")
    }
    if draft.isOfAll == true, draft.selection != nil {
      throw Fault(
        position: place("all"),
        reason: "rule \"\(name)\" has both slots and all = true, which means all slots together; leave one out")
    }
    if condition.isOfSource, let key = draft.selection != nil ? "slots" : draft.isOfAll == true ? "all" : nil {
      throw Fault(
        position: place(key),
        reason: "rule \"\(name)\" is for \(condition.rawValue), which is said of the source; leave \(key) out")
    }
    if draft.factor != nil, condition != .overUsual {
      throw Fault(
        position: place("factor"),
        reason: "rule \"\(name)\" has a factor, which belongs to \(AlertCondition.overUsual.rawValue); leave it out")
    }
    return AlertRule(
      name: name, when: condition, window: draft.window, holdSeconds: draft.holdSeconds ?? 0,
      keepSeconds: draft.keepSeconds ?? 0,
      scope: draft.isOfAll == true ? .all : .slots(draft.selection ?? .every),
      severity: draft.severity ?? .notice, runbook: draft.runbook, channels: draft.channels ?? [],
      factor: draft.factor ?? AlertRule.standardFactor)
  }
}
