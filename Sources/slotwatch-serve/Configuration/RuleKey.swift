import ReadingCommands
import SlotStats

/// What the configuration file says of one rule, as far as it was read.
struct RuleDraft {
  /// The rule's values that are texts, numbers or words; `nil` where they are left out.
  var name: String?
  var condition: AlertCondition?
  var window: StatsWindow?
  var holdSeconds: Int?
  var keepSeconds: Int?
  var selection: SlotSelection?
  var isOfAll: Bool?
  var severity: AlertSeverity?
  var runbook: String?
  var channels: [AlertChannel]?
  var factor: Double?
}

/// A key of a rule: what it takes, and where its value goes.
struct RuleKey: Sendable {
  /// Why a value cannot be used, to be read behind the key's name.
  struct Refusal: Error {
    let reason: String
  }

  /// The key.
  let name: String
  /// Puts a value into a rule.
  let take: @Sendable (TOMLContent, inout RuleDraft) throws(Refusal) -> Void

  private init(
    _ name: String, _ take: @escaping @Sendable (TOMLContent, inout RuleDraft) throws(Refusal) -> Void
  ) {
    self.name = name
    self.take = take
  }

  /// Every key.
  static let all: [RuleKey] = [
    RuleKey("name") { content, rule throws(Refusal) in
      rule.name = try line(content, "a name of 1 to \(maxNameLength) characters", maxNameLength)
    },
    RuleKey("when") { content, rule throws(Refusal) in rule.condition = try word(content) },
    RuleKey("window") { content, rule throws(Refusal) in rule.window = try word(content) },
    RuleKey("for") { content, rule throws(Refusal) in rule.holdSeconds = try seconds(content) },
    RuleKey("keep") { content, rule throws(Refusal) in rule.keepSeconds = try seconds(content) },
    RuleKey("slots") { content, rule throws(Refusal) in rule.selection = try selection(content) },
    RuleKey("all") { content, rule throws(Refusal) in
      guard case .value(.truth, let text) = content else { throw mismatch(content, "true or false") }
      rule.isOfAll = text == "true"
    },
    RuleKey("severity") { content, rule throws(Refusal) in rule.severity = try word(content) },
    RuleKey("runbook") { content, rule throws(Refusal) in
      rule.runbook = try line(content, "one line, such as a URL", maxRunbookLength)
    },
    RuleKey("notify") { content, rule throws(Refusal) in rule.channels = try channels(content) },
    RuleKey("factor") { content, rule throws(Refusal) in rule.factor = try factor(content) },
  ]

  /// The longest name of a rule, in characters.
  private static let maxNameLength = 128
  private static let maxRunbookLength = 2_000
  private static let maxFactor = 1_000.0
}

// MARK: - Values

extension RuleKey {
  private static func mismatch(_ content: TOMLContent, _ expected: String) -> Refusal {
    Refusal(reason: "is \(content.word); give \(expected)")
  }

  private static func words(_ words: [String]) -> String {
    words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
  }

  /// One line of text without control characters.
  private static func line(_ content: TOMLContent, _ expected: String, _ most: Int) throws(Refusal) -> String {
    guard case .value(.text, let text) = content else { throw mismatch(content, expected) }
    let scalars = text.unicodeScalars
    let isLine = scalars.allSatisfy {
      ![.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
    }
    guard isLine, (1...most).contains(scalars.count), scalars.contains(where: { $0 != " " }) else {
      throw Refusal(reason: "is \"\(text)\"; give \(expected)")
    }
    return text
  }

  private static func word<Word>(_ content: TOMLContent) throws(Refusal) -> Word
  where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
    guard case .value(.text, let text) = content else {
      throw mismatch(content, words(Word.allCases.map(\.rawValue)))
    }
    return try word(text)
  }

  private static func word<Word>(_ text: String) throws(Refusal) -> Word
  where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
    if let word = Word(rawValue: text) { return word }
    let known = Word.allCases.map(\.rawValue)
    let near = NearWord.nearest(to: text, among: known).map { "did you mean \"\($0)\"?" }
    throw Refusal(reason: "is \"\(text)\"; \(near ?? "give \(words(known))")")
  }

  private static func seconds(_ content: TOMLContent) throws(Refusal) -> Int {
    let text: String
    switch content {
    case .value(.text, let given): text = given
    case .value(.whole, "0"): return 0
    case .value(.whole, let number):
      throw Refusal(reason: "is \(number), without a unit; write \"\(number)m\" or \"\(number)s\"")
    default: throw mismatch(content, DurationText.expected)
    }
    guard let seconds = DurationText.seconds(text) else {
      throw Refusal(reason: "is \"\(text)\"; give \(DurationText.expected)")
    }
    guard seconds <= AlertRule.maxSeconds else {
      let most = DurationText.text(seconds: AlertRule.maxSeconds)
      throw Refusal(reason: "is \"\(text)\"; give at most \"\(most)\"")
    }
    return seconds
  }

  /// A list of texts, or a single one.
  private static func texts(_ content: TOMLContent, _ expected: String) throws(Refusal) -> [String] {
    switch content {
    case .value(.text, let text): return [text]
    case .texts(let texts): return texts
    default: throw mismatch(content, expected)
    }
  }

  private static func selection(_ content: TOMLContent) throws(Refusal) -> SlotSelection {
    let example = "patterns for ids of slots such as [\"slot-9*\", \"!slot-90[1-3]\"]"
    let texts = try texts(content, example)
    guard !texts.isEmpty else { throw Refusal(reason: "is empty; give \(example), or leave it out for all slots") }
    do {
      return try SlotSelection(texts)
    } catch {
      throw Refusal(reason: "has \"\(error.text)\", which is no pattern; give \(example)")
    }
  }

  private static func channels(_ content: TOMLContent) throws(Refusal) -> [AlertChannel] {
    var channels: [AlertChannel] = []
    for text in try texts(content, "a list of " + words(AlertChannel.allCases.map(\.rawValue))) {
      let channel: AlertChannel = try word(text)
      if !channels.contains(channel) { channels.append(channel) }
    }
    return channels
  }

  private static func factor(_ content: TOMLContent) throws(Refusal) -> Double {
    let expected = "a number over 1, such as 2 or 1.5"
    guard case .value(let kind, let text) = content, kind == .whole || kind == .decimal else {
      throw mismatch(content, expected)
    }
    guard let factor = Double(text), factor > 1, factor <= maxFactor else {
      throw Refusal(reason: "is \"\(text)\"; give \(expected)")
    }
    return factor
  }
}
